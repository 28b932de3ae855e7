"""The police's list and map of relayed reports."""

import datetime as dt
import json
import re

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from geo.models import WGS84
from reports.models import Answer, Report
from tests.access.people import Place, build_place, let_in
from tests.reports.telling import AN_HOUR, build_relayed, build_report

pytestmark = [
    pytest.mark.django_db(databases=["default", "aggregates"]),
    pytest.mark.usefixtures("own_keys"),
]
PAGE = "/signalements/police/"
MAP = f"{PAGE}carte.geojson"


@pytest.fixture
def place(settings) -> Place:
    settings.COMMUNE_INSEE = "26999"
    return build_place()


@pytest.fixture
def police(place) -> Client:
    return let_in(Client(), place.accounts[Role.NATIONAL_POLICE])


@pytest.fixture
def reports(place) -> list[Report]:
    """1 waits since 5 h, 4 since 4 days; 2 was answered after 2 h, 3 closed after 6 h; 5 is not relayed."""
    by, now = place.accounts[Role.REFERENT], timezone.now()
    first, second = place.sectors[:2]
    relayed = [
        build_relayed(first, by=by, number="00000001", relayed_at=now - 5 * AN_HOUR),
        build_relayed(second, by=by, number="00000002", relayed_at=now - 30 * AN_HOUR, kind="noise"),
        build_relayed(
            first,
            by=by,
            number="00000003",
            relayed_at=now - 50 * AN_HOUR,
            state="closed",
            ended_at=now - 44 * AN_HOUR,
        ),
        build_relayed(
            first,
            by=by,
            number="00000004",
            relayed_at=now - dt.timedelta(days=4),
            patrol_asked_at=now,
            state="in_hand",
        ),
    ]
    Answer.objects.exclude(report=relayed[1]).delete()
    Answer.objects.update(written_at=now - 28 * AN_HOUR)
    build_report(first, number="00000005", point=Point(4.8899, 44.9399, srid=WGS84))
    return relayed


def read(answer) -> str:
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ").replace("&#x27;", "'")


def numbers_in(answer) -> list[int]:
    return [int(number) for number in re.findall(r'data-report="(\d+)"', read(answer))]


def test_those_that_wait_longest_come_first_and_the_delay_is_told(police, reports):
    page = police.get(PAGE)

    assert numbers_in(page) == [4, 1, 2, 3]
    told = read(page)
    # Of 2 h and 6 h the middle is 4 h.
    assert "première réponse de la police en 4 h (médiane, 2 réponses)" in told
    assert [words in told for words in ("4 jours", "répondu en 2 h", "répondu en 6 h", "11 Rue des Lilas")] == [
        True
    ] * 4
    assert re.findall(r'data-count-of="(\w+)">(\d+)</small>', told) == [
        ("new", "2"),
        ("in_hand", "1"),
        ("closed", "1"),
        ("rejected", "0"),
    ]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"etat": "closed"}, [3]),
        ({"etat": "told"}, [4, 1, 2, 3]),
        ({"nature": "noise"}, [2]),
        ({"attente": "1"}, [4]),
        ({"patrouille": "on"}, [4]),
        ({"tri": "-attente"}, [2, 3, 1, 4]),
        ({"tri": "nature"}, [1, 3, 4, 2]),
        ({"page": "9"}, [4, 1, 2, 3]),
    ],
)
def test_list_and_map_are_narrowed_alike(police, reports, asked, numbers):
    listed = numbers_in(police.get(PAGE, asked))
    drawn = [each["properties"]["id"] for each in json.loads(police.get(MAP, asked).content)["features"]]

    assert sorted(listed) == sorted(drawn) == sorted(numbers)
    assert asked.get("tri", "") or listed == numbers


def test_a_sector_keeps_its_own(police, place, reports):
    assert numbers_in(police.get(PAGE, {"secteur": place.sectors[1].pk})) == [2]


def test_the_map_draws_exact_places_and_leaves_its_trace(police, reports):
    features = json.loads(police.get(MAP, {"etat": "in_hand"}).content)["features"]

    assert features == [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [4.884, 44.9301]},
            "properties": {"id": 4, "mark": "due", "patrol": True},
        }
    ]
    entry = AuditEntry.objects.filter(action="report.exact_point").latest("pk")
    assert entry.ids == [str(reports[3].pk)]


def test_the_detail_is_found_by_the_number(police, reports):
    detail = read(police.get(f"{PAGE}4/detail"))

    assert "Vitre cassée à vérifier." in detail
    assert "Sans réponse depuis 4 jours." in detail
    assert f"{PAGE}{reports[3].pk}/" in detail
    assert [police.get(f"{PAGE}{number}/detail").status_code for number in (5, 99, 999999999999)] == [404] * 3


def test_an_address_that_says_nothing_known_is_explained(police, reports):
    answer = police.get(PAGE, {"vue": "loupe"})

    assert answer.status_code == 400
    assert "Revenir aux signalements" in read(answer)


def test_an_empty_list_says_so(police, place):
    page = read(police.get(PAGE))

    assert "Ce que les référents relaient s'affiche ici." in page
    assert "médiane" not in page


def test_the_desk_reads_the_wish_beside_the_plan_of_today_and_nothing_that_was_said(place, reports, police):
    page = read(police.get("/jour/"))

    assert "1 passage demandé pour un signalement" in page
    assert f"{PAGE}{reports[3].pk}/" in page
    assert "Vitre cassée à vérifier." not in page
    assert AuditEntry.objects.filter(action="report.exact_point").latest("pk").ids == [str(reports[3].pk)]
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert "passage demandé" not in read(police.get("/jour/", {"jour": f"{tomorrow}"}))
    crew = let_in(Client(), place.accounts[Role.CREW])
    assert "passage demandé" not in read(crew.get("/jour/"))


def test_nobody_else_has_the_page(place, reports):
    for role in (Role.VIGILANT, Role.REFERENT, Role.CREW, Role.CLSPD, Role.ADMINISTRATOR, Role.DPO):
        client = let_in(Client(), place.accounts[role])
        assert [client.get(page).status_code for page in (PAGE, MAP, f"{PAGE}4/detail")] == [404] * 3
