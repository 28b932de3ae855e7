import datetime as dt
import io
import json
import re

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEntry, Export
from accounts.roles import Role
from geo import french
from geo.models import Address
from maps.density.surface_map import GREY, MORE
from reports.choices import Kind, Rejection, State
from reports.models import ReportPlace
from tests.access.people import build_account, let_in
from tests.builders import build_passage, build_town
from tests.maps.reading import words
from tests.reports.telling import build_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

PAGE, PICTURE, FILE = "/densite/", "/densite/carte.png", "/densite/carte.html"
# On the ground of the tiny town, some 700 m apart.
CLUSTER, ELSEWHERE = Point(4.884, 44.930, srid=4326), Point(4.892, 44.934, srid=4326)
OLD, RECENT = 250, 10


def ago(days: int, hour: int = 20) -> dt.datetime:
    at = dt.datetime.combine(timezone.localdate() - dt.timedelta(days=days), dt.time(hour))
    return timezone.make_aware(at)


def relayed(sector, at, *, point=CLUSTER, **said):
    return build_report(
        sector,
        **{
            "happened_at": at,
            "told_at": at,
            "point": point,
            "state": State.NEW,
            "relayed_at": timezone.now(),
            **said,
        },
    )


@pytest.fixture
def town(db):
    """Six relayed reports around one place, one elsewhere; one that waits, one rejected, and one place kept."""
    town = build_town()
    sector = town.sectors[0]
    for rank in range(6):
        relayed(sector, ago(RECENT + rank, hour=20 if rank else 3))
    relayed(sector, ago(RECENT), point=ELSEWHERE, kind=Kind.NOISE)
    build_report(sector, point=ELSEWHERE)
    relayed(
        sector,
        ago(RECENT),
        point=ELSEWHERE,
        state=State.REJECTED,
        rejection=Rejection.UNCLEAR,
        ended_at=timezone.now(),
    )
    ReportPlace.objects.create(
        commune=town.commune, sector=sector, kind=Kind.DAMAGE, happened_at=ago(OLD), point=CLUSTER
    )
    return town


def spread_homes(town):
    """Put 1,400 homes all over the town."""
    Address.objects.bulk_create(
        Address(
            commune=town.commune,
            official_id=f"26999_8888_{rank}",
            source="ban",
            street_name="Rue du Moulin",
            point=Point(4.8805 + 0.0002 * (rank % 70), 44.9262 + 0.0004 * (rank // 70), srid=4326),
        )
        for rank in range(1400)
    )


def ask(client, page=PAGE, **said):
    answer = client.get(page, {name: str(value) for name, value in said.items()})
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer


def picture(client, **said):
    return np.array(Image.open(io.BytesIO(ask(client, PICTURE, **said).content)).convert("RGBA"))


def count_told(client, **said):
    told = words(ask(client, **said))
    return int(re.search(r"(\d+) (?:signalement|constat|minute)s?\b", told)[1])


def day_ago(days: int) -> str:
    return f"{timezone.localdate() - dt.timedelta(days=days)}"


def plain_day_ago(days: int) -> str:
    return french.plain(french.day(timezone.localdate() - dt.timedelta(days=days)))


def test_relayed_reports_count_whole_or_as_a_place_alone(town, client):
    assert count_told(client) == 7
    assert count_told(client, du=day_ago(300)) == 8


@pytest.mark.parametrize(
    ("said", "counted"),
    [({"nature": "noise"}, 1), ({"heure": 3}, 1), ({"heure": 20}, 6), ({"heure": 4}, 0)],
)
def test_kind_and_hour_narrow_the_map(town, client, said, counted):
    assert count_told(client, **said) == counted


def test_one_is_told_in_the_singular(town, client):
    assert re.search(r" 1 signalement ", words(ask(client, nature="noise")))


def test_weekday_and_month_narrow_the_map(town, client):
    first = ago(RECENT)

    assert count_told(client, jour=first.weekday(), nature="noise") == 1
    assert count_told(client, jour=(first.weekday() + 1) % 7, nature="noise") == 0
    assert count_told(client, mois=first.month, nature="noise") == 1


def test_what_no_day_of_the_period_holds_is_told_and_nothing_is_said_of_chance(town, client):
    days = {"du": day_ago(17), "au": day_ago(10)}
    month = (timezone.localdate() - dt.timedelta(days=100)).month
    ahead = {"du": day_ago(-1), "au": day_ago(-2)}

    assert f"Cette période n'a aucun jour en {french.MONTHS[month - 1]}" in words(ask(client, **days, mois=month))
    assert "Ces jours sont à venir" in words(ask(client, **ahead))
    assert "Ces jours sont à venir" in words(ask(client, FILE, **ahead))
    for nothing in ({**days, "mois": month}, ahead, {"du": day_ago(60), "au": day_ago(40)}):
        assert "le hasard suffit" not in words(ask(client, **nothing))
    assert "Tendance par secteur" not in words(ask(client, **ahead))
    assert "0 signalement" in words(ask(client, du=day_ago(60), au=day_ago(40)))
    assert "le hasard suffit" in words(ask(client, **days, nature="noise"))


def test_days_to_come_are_not_counted_as_days_without_facts(town, client):
    assert f"au {plain_day_ago(0)}" in words(ask(client, du=day_ago(17), au=day_ago(-9)))


def test_the_map_says_how_it_was_made(town, client):
    told = words(ask(client, rayon=200))

    assert "signalements par km², sur la période" in told
    assert "noyau quartique, rayon 200 m, cases de 50 m" in told
    assert f"au {french.plain(french.day(timezone.localdate()))}" in told


def test_the_table_names_the_streets_of_the_peaks(town, client):
    told = words(ask(client))

    assert re.search(r"Rue des Lilas 1 [\d,]+ 6", told)


def test_the_picture_is_of_what_the_page_says(town, client):
    pixels, fewer = picture(client), picture(client, heure=4)

    assert 0 < (pixels[..., 3] > 0).mean() < 1
    assert not fewer[..., 3].any()


def test_by_home_what_has_few_homes_around_is_grey(town, client):
    """Four addresses are in the town: no place has the eleven homes that a rate needs."""
    untold = "moins de 11 logements autour : rien n'est dit"
    pixels = picture(client, unite="logements")

    assert {tuple(pixel) for pixel in pixels[pixels[..., 3] > 0][:, :3]} == {GREY}
    assert untold in words(ask(client, unite="logements"))
    assert untold in words(ask(client, FILE, unite="logements"))
    assert untold not in words(ask(client))

    spread_homes(town)

    pixels = picture(client, unite="logements")
    assert tuple(MORE[-1]) in {tuple(pixel) for pixel in pixels[pixels[..., 3] > 0][:, :3]}


def test_two_periods_are_set_against_each_other(town, client):
    told = words(ask(client, du=day_ago(100), contre="avant"))

    assert "7 signalements, contre 0" in told
    assert "différence entre les deux périodes" in told
    assert "Comparée à" in told
    assert "Là où la carte change le plus" in told


def test_the_three_surfaces_are_never_added(town, client):
    build_passage(absence=town.absences[0], crew=town.crews[0], done_at=timezone.now(), result="anomaly")
    build_passage(absence=town.absences[1], crew=town.crews[0], done_at=timezone.now())
    minutes = (town.absences[0].service_time_s + town.absences[1].service_time_s) / 60

    assert count_told(client, surface="constats") == 1
    assert count_told(client, surface="minutes") == round(minutes)
    assert count_told(client) == 7


@pytest.mark.parametrize("surface", ["constats", "minutes"])
def test_what_crews_did_is_not_set_against_days_that_are_erased(town, client, surface):
    refused = client.get(PAGE, {"surface": surface, "contre": "avant"})

    assert refused.status_code == 400
    assert "rien à quoi comparer cette carte" in words(refused)
    assert ask(client, surface=surface, contre="avant", du=day_ago(9))


@pytest.mark.parametrize("surface", ["constats", "minutes"])
def test_maps_of_crews_say_that_they_show_crews(town, client, surface):
    told = words(ask(client, surface=surface))

    assert "où passent les équipages" in told
    assert "Les passages sont effacés au bout de 30 jours" in told
    assert f"du {plain_day_ago(30)} au {plain_day_ago(0)}" in told
    file = ask(client, FILE, surface=surface)
    assert f"du {plain_day_ago(30)} au {plain_day_ago(0)}" in words(file)
    assert f"densite-{surface}-{day_ago(30)}-{day_ago(0)}.html" in file["Content-Disposition"]
    assert "sont effacés" not in words(ask(client, surface=surface, du=day_ago(29)))


@pytest.mark.parametrize("surface", ["constats", "minutes"])
def test_days_that_are_all_erased_are_refused(town, client, surface):
    refused = client.get(PAGE, {"surface": surface, "du": day_ago(60), "au": day_ago(31)})

    assert refused.status_code == 400
    assert f"choisissez un dernier jour depuis le {plain_day_ago(30)}" in words(refused)
    assert ask(client, surface=surface, du=day_ago(60), au=day_ago(30))


def test_an_eager_referent_is_told_of(town, client):
    Address.objects.bulk_create(
        Address(
            commune=town.commune,
            official_id=f"26999_9999_{rank}",
            source="ban",
            street_name="Rue du Moulin",
            point=ELSEWHERE,
        )
        for rank in range(40)
    )
    for _ in range(20):
        relayed(town.sectors[0], ago(RECENT))

    assert "Les Lilas" in words(ask(client)).split("son référent")[0]
    assert "très actif" not in words(ask(client, nature="noise"))
    # At four in the morning the map is empty: it shows nobody's zeal.
    assert "très actif" not in words(ask(client, heure=4))


def test_a_hot_spot_is_an_area_named_by_its_street(town, client):
    spread_homes(town)
    for _ in range(30):
        relayed(town.sectors[0], ago(RECENT))
    answer = ask(client)
    told = words(answer)
    laid = json.loads(re.search(r'<script id="outlines"[^>]*>(.*?)</script>', answer.content.decode())[1])

    # 36 reports around the place, where 1,404 homes are spread over the town.
    assert re.search(r"1 36 [\d,]+ moins de 0,001", told)
    # Its outline, and one point for its rank.
    assert [each["properties"]["rank"] for each in laid["features"]] == [1, 1]
    assert laid["features"][1]["geometry"]["type"] == "Point"
    assert "Aucun point chaud" in words(ask(client, nature="noise"))


def test_gi_star_is_offered_where_counts_are_high(town, client):
    """Some 3,000 reports on as many hectares make more than a hundred a window; the cluster has 400 more."""
    random = np.random.default_rng(1)
    spread = np.column_stack([random.uniform(4.8805, 4.8995, 3_000), random.uniform(44.9255, 44.9395, 3_000)])
    places = [*spread.tolist(), *[list(CLUSTER.coords)] * 400]
    assert "Gi*" not in words(ask(client))

    ReportPlace.objects.bulk_create(
        ReportPlace(
            commune=town.commune,
            sector=town.sectors[0],
            kind=Kind.DAMAGE,
            happened_at=ago(RECENT),
            point=Point(*place, srid=4326),
        )
        for place in places
    )
    told = words(ask(client))

    assert "Selon l'indice Gi*" in told
    assert re.search(r"Rue des Lilas 1 \d+ [\d,]+ moins de 0,001 —", told.split("Selon l'indice Gi*")[1])


def test_a_month_that_the_period_lacks_has_nothing_that_fades(town, client):
    """A cluster of last quarter's month, on a map of this quarter on which the slider stands at that month."""
    spread_homes(town)
    past = ago(120)
    for _ in range(30):
        relayed(town.sectors[0], past)
    days = {"du": day_ago(89), "au": day_ago(0)}

    assert "s'estompent" in words(ask(client, **days))
    assert "s'estompent" not in words(ask(client, **days, mois=past.month))


def test_each_look_is_logged_and_no_place_is(town, client):
    ask(client)
    ask(client, PICTURE)

    entries = AuditEntry.objects.filter(action="heatmap.exact")
    assert [(entry.kind, entry.ids) for entry in entries] == [("geo.commune", ["26999"])] * 2


@pytest.mark.parametrize("said", [{"du": "2020-01-01"}, {"rayon": 7}, {"heure": 24}, {"surface": "personnes"}])
def test_what_cannot_be_asked_is_refused_with_a_reason(town, client, said):
    assert client.get(PAGE, said).status_code == 400
    assert client.get(PICTURE, said).status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE}))
def test_nobody_else_finds_it(town, role):
    other = let_in(Client(), build_account(town, role, login="26999-other"))

    assert [other.get(page).status_code for page in (PAGE, PICTURE, FILE)] == [404] * 3


def test_the_file_needs_no_network_and_is_listed(town, client):
    page = ask(client, FILE).content.decode()

    assert re.findall(r'<(?:script|link|img)[^>]* (?:src|href)="(?!data:)', page) == []
    assert "data:image/png;base64," in page
    assert "rayon 300" in page
    assert Export.objects.get().kind == Export.Kind.DENSITY_HTML
