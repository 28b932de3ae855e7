import datetime as dt
import html
import json
import re
from urllib.parse import unquote

import pytest
from django.contrib.gis.geos import Point
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from absences.models import Absence
from geo.models import WGS84, Address, Commune
from patrols.models import Crew, Passage, Plan, Route, RouteBreak, Shift, Stop
from tests.builders import DAY, at, build_ground, build_plan, build_town

pytestmark = pytest.mark.django_db

PAGE = "/?jour=2026-08-12"
HOUR_OF_LOOKING = at(17)


@pytest.fixture(autouse=True)
def five_in_the_afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: HOUR_OF_LOOKING)


@pytest.fixture
def planned():
    town = build_town()
    build_plan(town)
    return town


def words(response) -> str:
    """The page as it reads: no tags, ordinary spaces."""
    body = re.sub(r"<(template|svg|noscript)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def rows_of_crew(response, crew: str) -> list[str]:
    card = response.content.decode().split(f"{crew}</h2>")[1].split("</article>")[0]
    card = re.sub(r"<template>.*?</template>", "", card, flags=re.DOTALL)
    rows = re.findall(r"<tr\b.*?</tr>", card.split("<tbody>")[1], flags=re.DOTALL)
    return [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", row))).strip() for row in rows]


def test_the_site_opens_on_the_plan_of_today(client: Client, planned):
    page = client.get("/")

    assert page.status_code == 200
    assert "Valmont-sur-Rhône" in words(page)
    assert "mercredi 12 août 2026" in words(page)
    assert "2 équipages · 3 passages prévus · 4,0 km · 1 passage écarté" in words(page)


def test_the_stops_are_in_the_order_of_the_round_with_pause_and_return(client: Client, planned):
    rows = rows_of_crew(client.get(PAGE), "Alpha")

    starts = ["18 h Départ : Poste de police", "1 18 h 05 11 Rue des Lilas", "2 18 h 20 12 Rue du Moulin"]
    ends = ["3 18 h 35 13 Rue du Moulin", "18 h 45 Pause de 15 min", "19 h 05 Retour : Poste de police"]
    assert [row[: len(start)] for row, start in zip(rows, starts + ends, strict=True)] == starts + ends


def test_a_stop_tells_its_hours_its_sector_and_its_service_time(client: Client, planned):
    second = rows_of_crew(client.get(PAGE), "Alpha")[2]

    assert "1 · Les Lilas" in second
    assert "18 h – 21 h" in second
    assert "5 min" in second


def test_a_crew_card_tells_hours_distance_homes_slack_and_priority(client: Client, planned):
    card = words(client.get(PAGE)).split("Alpha Voiture · Police municipale")[1].split("Adresse")[0]

    # The round ends at 19 h 05 and the shift at 22 h: 2 h 55 are left.
    assert "vacation 18 h – 22 h" in card
    assert "Tournée 18 h – 19 h 05 Distance 4,0 km Logements 3 Trajets 20 min Marge 2 h 55 Priorité 30,0" in card


def test_a_crew_without_a_stop_is_said_to_stay_available(client: Client, planned):
    assert "Aucun passage prévu : l'équipage reste à disposition (Poste de police)." in words(client.get(PAGE))


def test_the_two_passages_of_a_home_are_told_apart(client: Client, planned):
    route = Route.objects.get(shift__crew__name="Alpha")
    Stop.objects.create(
        route=route,
        order=4,
        absence=planned.absences[2],
        visit_number=2,
        prize=4.0,
        arrives_at=at(21),
        starts_at=at(21),
        leaves_at=at(21, 5),
    )

    rows = rows_of_crew(client.get(PAGE), "Alpha")

    third, fourth = (next(row for row in rows if row.startswith(f"{order} ")) for order in (3, 4))
    assert "1er passage" in third
    assert "2e passage" in fourth
    assert "Logements 3" in words(client.get(PAGE))


def test_a_home_left_out_is_listed_with_its_reason(client: Client, planned):
    said = words(client.get(PAGE)).split("Pourquoi pas aujourd'hui ?")[1]

    assert "14 Rue des Lilas" in said
    assert "Prolonger la vacation de l'équipage Alpha de 10 min la ferait entrer." in said


@pytest.mark.parametrize(
    ("days_ago", "result", "state"),
    [
        (0, Passage.Result.NOTHING_TO_REPORT, "passed"),
        (1, Passage.Result.NOTHING_TO_REPORT, "due"),
        (4, Passage.Result.NOTHING_TO_REPORT, "overdue"),
        (1, Passage.Result.ANOMALY, "anomaly"),
    ],
)
def test_a_home_carries_the_mark_of_its_last_passage(client: Client, planned, days_ago, result, state):
    done_at = at(10) - dt.timedelta(days=days_ago)
    Passage.objects.create(absence=planned.absences[0], crew=planned.crews[0], done_at=done_at, result=result)

    page = client.get(PAGE).content.decode()

    assert f'data-home="{planned.absences[0].pk}" data-recency="{state}"' in page


def test_the_legend_counts_the_homes_in_each_state(client: Client, planned):
    Passage.objects.create(absence=planned.absences[0], crew=planned.crews[0], done_at=at(10))

    legend = words(client.get(PAGE))

    # Of the four homes one was passed today; three have waited since 1 August for their first passage.
    assert "Passage fait ce jour 1" in legend
    assert "Passage en retard 3" in legend


def test_a_passage_after_the_hour_of_looking_is_not_known_yet(client: Client, planned):
    Passage.objects.create(absence=planned.absences[0], crew=planned.crews[0], done_at=at(20))

    assert "Passage fait ce jour 0" in words(client.get(PAGE))


def test_the_newest_version_is_shown_and_the_older_one_says_that_there_is_a_newer(client: Client, planned):
    first = Plan.objects.get()
    newer = Plan.objects.create(
        commune=first.commune,
        day=DAY,
        number=2,
        made_at=at(17),
        seed=7,
        iterations=1,
        runtime_s=1.0,
        problem_sha256="0" * 64,
        prize=0.0,
    )

    newest, older = client.get(PAGE), client.get(f"{PAGE}&version=1")

    assert f"/plans/{newer.pk}/carte.geojson" in newest.content.decode()
    assert f"/plans/{first.pk}/carte.geojson" in older.content.decode()
    assert "Une version plus récente existe" in words(older)
    assert "Une version plus récente existe" not in words(newest)


def test_one_crew_alone_can_be_shown(client: Client, planned):
    alpha, bravo = planned.crews

    page = client.get(f"{PAGE}&equipage={bravo.pk}").content.decode()

    assert re.search(rf'<article[^>]*id="equipage-{alpha.pk}"[^>]* hidden>', page)
    assert not re.search(rf'<article[^>]*id="equipage-{bravo.pk}"[^>]* hidden>', page)


def test_a_crew_that_does_not_work_that_day_shows_all_the_others(client: Client, planned):
    idle = Crew.objects.create(commune=planned.commune, name="Zoulou", mode="car", service="municipal")

    page = client.get(f"{PAGE}&equipage={idle.pk}").content.decode()

    assert not re.search(r"<article[^>]* hidden>", page)


def test_days_before_and_after_are_one_link_away_and_keep_the_view(client: Client, planned):
    page = html.unescape(client.get(f"{PAGE}&vue=tableau").content.decode())

    assert 'href="?jour=2026-08-11&vue=tableau" rel="prev"' in page
    assert 'href="?jour=2026-08-13&vue=tableau" rel="next"' in page


def test_a_day_without_plan_lists_the_vacant_homes_and_the_command_to_run(client: Client):
    build_town()

    page = client.get(PAGE)

    assert "Aucun plan n'est calculé pour ce jour. 4 logements vacants, 2 vacations enregistrées." in words(page)
    assert "python manage.py plan_patrols --date 2026-08-12" in words(page)
    assert "13 Rue du Moulin" in words(page)
    assert "/vacants/2026-08-12/carte.geojson" in page.content.decode()


def test_the_homes_of_a_day_without_plan_are_listed_by_sector_number_then_street(client: Client):
    town = build_town()
    town.sectors[0].number = 10
    town.sectors[0].save()

    listed = re.findall(r'data-vacant="(\d+)"', client.get(PAGE).content.decode())

    # Sector 2 holds homes 3 (Rue du Moulin) and 4 (Rue des Lilas), sector 10 homes 1 (Lilas) and 2 (Moulin).
    assert [int(pk) for pk in listed] == [town.absences[place].pk for place in (3, 2, 0, 1)]


def test_a_day_without_plan_nor_shift_says_that_shifts_come_first(client: Client):
    build_town()
    Shift.objects.all().delete()

    assert "Sans vacation, aucun équipage ne peut passer" in words(client.get(PAGE))


def test_a_day_without_vacant_home_says_so(client: Client):
    build_ground()

    assert "Aucun logement n'est déclaré vacant ce jour-là." in words(client.get(PAGE))


def test_an_empty_database_says_how_to_begin(client: Client):
    page = client.get("/")

    assert page.status_code == 503
    assert "script/demo" in words(page)
    assert "python manage.py fetch_town 26362" in words(page)


def test_several_communes_ask_which_one_is_served(client: Client):
    build_ground()
    build_ground(insee="26998", name="Voisine")

    page = client.get("/")

    assert page.status_code == 503
    assert "RONDE_COMMUNE" in words(page)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("jour=hier", 400, "Le jour demandé n'est pas une date."),
        ("jour=2026-02-30", 400, "Le jour demandé n'est pas une date."),
        ("jour=0001-01-01", 400, "va de 2000 à 2099"),
        ("jour=9999-12-31", 400, "va de 2000 à 2099"),
        ("version=deux", 400, "se désigne par un numéro"),
        ("version=99999999999999999999", 400, "se désigne par un numéro"),
        ("equipage=<script>", 400, "se désigne par un numéro"),
        ("vue=plan", 400, "Affichages possibles : carte, tableau, deux"),
        ("jour=2026-08-12&version=7", 404, "Le mercredi 12 août 2026 n'a pas de plan n° 7."),
    ],
)
def test_a_page_that_does_not_exist_says_what_to_do(client: Client, planned, query, status, said):
    page = client.get(f"/?{query}")

    assert page.status_code == status
    assert said in words(page)
    assert "Revenir au plan du jour" in words(page)


def test_what_tells_which_homes_are_empty_is_never_kept_by_the_browser(client: Client, planned):
    plan, route = Plan.objects.get(), Route.objects.first()
    assert route is not None
    nominative = (
        PAGE,
        f"/plans/{plan.pk}/carte.geojson",
        f"/plans/{plan.pk}/plan.geojson",
        f"/tournees/{route.pk}/tournee.gpx",
        f"/tournees/{route.pk}/tournee.csv",
        f"/tournees/{route.pk}/tournee.pdf",
        "/vacants/2026-08-12/carte.geojson",
    )

    answers = {address: client.get(address) for address in nominative}

    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(nominative, 200)
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers.values())


@pytest.mark.parametrize("address", [PAGE, "/?jour=2026-08-13"])
def test_no_address_of_the_page_holds_an_address_a_name_or_a_point(client: Client, planned, address):
    page = client.get(address).content.decode()

    links = re.findall(r'(?:href|src|action|data-plan|data-ground|data-sectors)="([^"]*)"', page)

    assert len(links) > 15
    told = [link for link in links if re.search(r"lilas|moulin|alpha|44[.,]9|4[.,]88", unquote(link).lower())]
    assert told == []


def test_the_file_of_a_round_is_named_without_an_address(client: Client, planned):
    route = Route.objects.get(shift__crew__name="Alpha")

    answer = client.get(f"/tournees/{route.pk}/tournee.gpx")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="tournee-2026-08-12-n1-alpha.gpx"'


@pytest.mark.parametrize(
    "address",
    ["/plans/999/carte.geojson", "/plans/999/plan.geojson", "/tournees/999/tournee.pdf", "/tournees/1/tournee.exe",
     "/vacants/2026-13-01/carte.geojson", "/rien"],
)  # fmt: skip
def test_what_does_not_exist_is_a_page_not_found(client: Client, planned, address):
    page = client.get(address)

    assert page.status_code == 404
    assert "Page introuvable" in words(page)


def test_a_post_is_refused(client: Client, planned):
    assert client.post(PAGE).status_code == 405


def test_the_map_gets_courses_stops_depots_and_homes_left_out_without_their_addresses(client: Client, planned):
    answer = client.get(f"/plans/{Plan.objects.get().pk}/carte.geojson")

    features = json.loads(answer.content)["features"]

    kinds = [feature["properties"]["kind"] for feature in features]
    assert {kind: kinds.count(kind) for kind in kinds} == {"course": 1, "depot": 1, "omission": 1, "stop": 3}
    course = next(feature for feature in features if feature["properties"]["kind"] == "course")
    assert course["geometry"]["coordinates"][0] == [4.89, 44.932]
    assert "Lilas" not in answer.content.decode()


def test_the_map_of_a_day_without_plan_shows_the_homes_vacant_that_day(client: Client, planned):
    Absence.objects.filter(pk=planned.absences[0].pk).update(returned_on=dt.date(2026, 8, 10))

    features = json.loads(client.get("/vacants/2026-08-12/carte.geojson").content)["features"]

    assert [feature["properties"]["home"] for feature in features] == [home.pk for home in planned.absences[1:]]


def test_a_name_that_looks_like_a_script_is_shown_as_words(client: Client, planned):
    Address.objects.filter(pk=planned.addresses[0].pk).update(street_name="<script>alert(1)</script>")

    page = client.get(PAGE).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_round_that_goes_past_midnight_shows_its_hours_of_the_night(client: Client, planned):
    route = Route.objects.get(shift__crew__name="Alpha")
    midnight = at(0, 30) + dt.timedelta(days=1)
    times = {"arrives_at": midnight, "starts_at": midnight, "leaves_at": midnight + dt.timedelta(minutes=5)}
    Stop.objects.filter(route=route, order=3).update(**times)

    assert any(row.startswith("3 0 h 30") for row in rows_of_crew(client.get(PAGE), "Alpha"))


def test_a_pause_before_the_first_stop_comes_first(client: Client, planned):
    RouteBreak.objects.update(after_stop=0, starts_at=at(18))

    assert rows_of_crew(client.get(PAGE), "Alpha")[1] == "18 h Pause de 15 min"


def test_the_page_asks_the_database_as_often_for_many_homes_as_for_few(client: Client, planned):
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(PAGE)
    add_stops(planned, 60)
    with CaptureQueriesContext(connection) as many:
        page = client.get(PAGE)

    assert "63 passages prévus" in words(page)
    assert len(many) == len(few) <= 18


def test_the_answer_forbids_any_code_but_the_sites_own(client: Client, planned):
    policy = client.get(PAGE).headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_nothing_in_the_page_needs_inline_style_or_script(client: Client, planned):
    page = client.get(PAGE).content.decode()

    assert re.findall(r"\sstyle=|\son[a-z]+=|<style", page) == []
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (RuntimeError("panne"), 500, "Une panne est survenue"),
        (OperationalError("connection refused"), 503, "La base de données ne répond pas"),
    ],
)
def test_a_failure_is_told_without_the_site_around_it(client, planned, monkeypatch, failure, status, said):
    def fail(*arguments: object, **options: object) -> None:
        raise failure

    monkeypatch.setattr("maps.views.read_day", fail)
    client.raise_request_exception = False

    answer = client.get(PAGE)

    assert answer.status_code == status
    assert said in words(answer)
    assert "<link" not in answer.content.decode()


def test_the_theme_of_the_cookie_is_in_the_first_byte(client: Client, planned):
    client.cookies["theme"] = 'sombre"><script>'

    assert 'data-theme="sombre&quot;&gt;&lt;script&gt;"' in client.get(PAGE).content.decode()


def test_colours_of_crews_do_not_change_from_day_to_day(client: Client, planned):
    Route.objects.filter(shift__crew__name="Alpha").update(plan=move_plan_to_another_number())

    page = client.get(f"{PAGE}&version=1").content.decode()

    assert re.search(rf'<article class="crew-card crew-2"[^>]*id="equipage-{planned.crews[1].pk}"', page)


def move_plan_to_another_number() -> Plan:
    plan = Plan.objects.get()
    plan.pk, plan.number = None, 2
    plan.save()
    return plan


def add_stops(town, count: int) -> None:
    route = Route.objects.get(shift__crew__name="Alpha")
    for number in range(count):
        point = Point(4.882 + number / 10_000, 44.931, srid=WGS84)
        address = Address.objects.create(
            commune=town.commune, official_id=f"26999_0002_{number:05d}", source="ban", street_name="Rue Neuve",
            house_number=str(number), point=point,
        )  # fmt: skip
        absence = Absence.objects.create(
            commune=town.commune, address=address, point=point, first_day=DAY, last_day=DAY
        )
        moment = at(20) + dt.timedelta(minutes=number)
        Stop.objects.create(
            route=route, order=4 + number, absence=absence, prize=1.0,
            arrives_at=moment, starts_at=moment, leaves_at=moment,
        )  # fmt: skip


def test_the_commune_of_the_settings_is_served_among_several(client: Client, planned, settings):
    Commune.objects.create(insee_code="26998", name="Voisine", outline=planned.commune.outline, source="essai")
    settings.COMMUNE_INSEE = "26999"

    assert "Valmont-sur-Rhône" in words(client.get("/"))
