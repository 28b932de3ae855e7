import datetime as dt
import html
import re

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from absences.models import Absence
from accounts.roles import Role
from geo.models import WGS84, Address
from patrols.models import Crew, Omission, Passage, Plan, Route, RouteBreak, Shift, Stop
from tests.access.people import build_account
from tests.builders import DAY, at, build_passage
from tests.maps.reading import PAGE, rows_of_crew, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]


def test_the_site_opens_on_the_plan_of_today(client: Client, planned):
    page = client.get("/jour/")

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
    assert "Tournée 18 h – 19 h 05 Distance 4,0 km Logements 3 Faits 0 sur 3 Trajets 20 min" in card
    assert "Marge 2 h 55 Priorité 30,0" in card


def test_a_round_that_ends_after_its_shift_says_by_how_much_and_until_when_a_stop_waits(client: Client, planned):
    # The round ends at 19 h 05, and its third stop is reached at 18 h 32.
    Shift.objects.filter(crew__name="Alpha").update(ends_at=at(18, 44))
    Stop.objects.filter(route__shift__crew__name="Alpha", order=3).update(arrives_at=at(18, 32))

    page = client.get(PAGE)

    assert "Marge dépassée de 21 min" in words(page)
    assert "is-over" in page.content.decode()
    assert "arrive à 18 h 32, attend jusqu'à 18 h 35" in rows_of_crew(page, "Alpha")[3]


def test_nothing_is_asked_of_a_crew_whose_shift_is_over(client: Client, planned):
    alpha, bravo = planned.shifts
    Plan.objects.update(version=None, published_at=None)
    said = "Il ne reste pas assez de temps aux équipages."
    Omission.objects.update(
        remedy={"kind": "extend_shift", "shift": alpha.pk},
        sentence=f"{said} Il tiendrait en prolongeant la vacation de l'équipage Alpha de 25 min.",
    )
    edited = f"{PAGE}&modifier={planned.absences[3].pk}-1"
    assert "Il tiendrait" in words(client.get(PAGE))
    assert f'<option value="{alpha.pk}"' in client.get(edited).content.decode()

    # It is 17 h.
    Shift.objects.filter(pk=alpha.pk).update(starts_at=at(8), ends_at=at(16, 30))

    page = words(client.get(PAGE))
    assert said in page
    assert "Il tiendrait" not in page
    form = client.get(edited).content.decode()
    assert f'<option value="{alpha.pk}"' not in form
    assert f'<option value="{bravo.pk}"' in form


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
    assert f'data-omission="{Omission.objects.get().pk}"' in client.get(PAGE).content.decode()
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
    build_passage(absence=planned.absences[0], crew=planned.crews[0], done_at=done_at, result=result)

    page = client.get(PAGE).content.decode()

    assert f'data-home="{planned.absences[0].pk}" data-recency="{state}"' in page


def test_the_legend_counts_the_homes_in_each_state(client: Client, planned):
    build_passage(absence=planned.absences[0], crew=planned.crews[0], done_at=at(10))

    legend = words(client.get(PAGE))

    # Of the four homes one was passed today; three have waited since 1 August for their first passage.
    assert "Passage fait ce jour 1" in legend
    assert "Passage en retard 3" in legend


def test_a_passage_after_the_hour_of_looking_is_not_known_yet(client: Client, planned):
    build_passage(absence=planned.absences[0], crew=planned.crews[0], done_at=at(20))

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
    client.get(PAGE)  # lets the correspondent in
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    add_stops(planned, 60)
    with CaptureQueriesContext(connection) as many:
        page = client.get(PAGE)

    assert "63 passages prévus" in words(page)
    assert len(many) == len(few) <= 35


def test_colours_of_crews_do_not_change_from_day_to_day(client: Client, planned):
    Route.objects.filter(shift__crew__name="Alpha").update(plan=move_plan_to_another_number())

    page = client.get(f"{PAGE}&version=1").content.decode()

    assert re.search(rf'<article class="crew-card crew-2"[^>]*id="equipage-{planned.crews[1].pk}"', page)


def move_plan_to_another_number() -> Plan:
    plan = Plan.objects.get()
    plan.pk, plan.number, plan.version = None, 2, 2
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


def test_the_rest_is_offered_with_the_version_in_force_and_a_draft_says_where(client: Client, planned):
    # PAGE is the day itself, at five in the afternoon.
    assert 'value="rest"' in client.get(PAGE).content.decode()
    version = Plan.objects.get()
    Plan.objects.create(
        commune=version.commune,
        day=DAY,
        number=2,
        base=version,
        made_at=at(17),
        seed=7,
        iterations=1,
        runtime_s=1.0,
        problem_sha256="0" * 64,
        prize=0.0,
    )

    draft = client.get(PAGE)

    assert 'value="rest"' not in draft.content.decode()
    assert "part de la version que les équipages ont" in words(draft)
    assert "version=1" in draft.content.decode()


def test_a_crew_that_is_out_past_midnight_can_have_its_rest_planned_anew(client: Client, planned, monkeypatch):
    Shift.objects.filter(crew__name="Alpha").update(ends_at=at(23, 59) + dt.timedelta(hours=2))
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(23, 59) + dt.timedelta(hours=1))

    assert 'value="rest"' in client.get(PAGE).content.decode()


def test_every_link_of_the_page_of_today_says_its_day(client: Client, planned):
    page = client.get("/jour/").content.decode()

    in_place = re.findall(r'href="(\?[^"]*)"', page)
    assert in_place
    assert [link for link in in_place if "jour=" not in link] == []


def test_a_plan_of_the_other_service_is_read_and_no_change_of_it_is_offered(client: Client, planned):
    Plan.objects.update(version=None, published_at=None, service=Crew.Service.NATIONAL)

    page = client.get(PAGE)

    assert "11 Rue des Lilas" in words(page)
    for offered in ("data-edit", "data-grip", "data-publish", "data-undo", 'name="base"'):
        assert offered not in page.content.decode()
    assert 'value="national"' not in page.content.decode()
    Plan.objects.update(service="")
    assert "data-edit" in client.get(PAGE).content.decode()


def test_what_was_decided_is_kept_unless_one_begins_afresh_which_says_what_goes(client: Client, planned):
    assert 'value="afresh"' not in client.get(PAGE).content.decode()
    Stop.objects.filter(route__plan__day=DAY, order__lte=2).update(is_locked=True)
    Omission.objects.update(reason=Omission.Reason.BY_HAND)

    form = calculation_of(client.get(PAGE))

    assert form.index('value="day"') < form.index("Repartir de zéro") < form.index('value="afresh"')
    assert form.replace("\xa0", " ").count("2 arrêts verrouillés et 1 logement écarté") == 2


def calculation_of(page) -> str:
    return page.content.decode().split("data-calculate>")[1].split("</form>")[0]


def test_during_the_shift_the_rest_comes_first_and_who_has_gone_home_is_not_ticked(client: Client, planned):
    alpha, bravo = planned.shifts
    before = calculation_of(client.get(PAGE))
    # It is 17 h: Alpha is out, Bravo is home.
    Shift.objects.filter(pk=alpha.pk).update(starts_at=at(16, 30))
    Shift.objects.filter(pk=bravo.pk).update(starts_at=at(8), ends_at=at(16))

    during = calculation_of(client.get(PAGE))

    acts = re.compile(r'<button class="([^"]*)" name="kind" value="(\w+)"')
    assert acts.findall(before)[0] == ("button", "day")
    assert acts.findall(during)[:2] == [("button", "rest"), ("button quiet", "day")]
    boxes = re.findall(r'name="shifts" value="(\d+)".*?>(?=.*?</label>)', during)
    assert boxes == [str(alpha.pk), str(bravo.pk)]
    assert re.search(rf'value="{alpha.pk}"[^>]* checked>', during)
    assert not re.search(rf'value="{bravo.pk}"[^>]* checked>', during)
    assert "vacation finie" in during.split(f'value="{bravo.pk}"')[1].split("</label>")[0]
    assert f'data-delay="{bravo.pk}"' not in during


def test_a_day_that_is_over_is_neither_calculated_nor_published(client: Client, planned):
    Plan.objects.update(version=None, published_at=None)
    assert "data-publish" in client.get(PAGE).content.decode()
    Shift.objects.update(starts_at=at(8), ends_at=at(16))

    page = client.get(PAGE)

    assert "La journée est finie : il n'y a plus de tournée à calculer." in words(page)
    assert "data-calculate" not in page.content.decode()
    assert "data-publish" not in page.content.decode()


def test_a_crew_with_nobody_in_it_is_told_with_what_to_do(client: Client, planned):
    build_account(planned, Role.CREW, login="agent-12")

    page = client.get(PAGE)

    assert "Bravo : personne n'est dans l'équipage" in words(page)
    assert "L'administrateur y rattache un compte" in words(page)
    assert "Alpha : personne" not in words(page)
    assert calculation_of(page).count("personne dans l'équipage") == 1


def test_the_second_passage_of_a_home_whose_first_has_left_the_plan_is_still_the_second(client: Client, planned):
    Stop.objects.filter(order=2).update(visit_number=2)

    assert "2e passage" in rows_of_crew(client.get(PAGE), "Alpha")[2]


@pytest.mark.parametrize(
    ("starts", "opens"),
    # The evening's crew is out until 4 h: at 1 h its night is what there is to follow, unless one of today is out.
    [(at(20) + dt.timedelta(days=1), "2026-08-12"), (at(0, 30) + dt.timedelta(days=1), "2026-08-13")],
)
def test_after_midnight_the_page_opens_on_the_night_that_goes_on(client, planned, monkeypatch, starts, opens):
    Shift.objects.filter(pk=planned.shifts[0].pk).update(ends_at=at(4) + dt.timedelta(days=1))
    Shift.objects.filter(pk=planned.shifts[1].pk).update(
        day=DAY + dt.timedelta(days=1), starts_at=starts, ends_at=starts + dt.timedelta(hours=4)
    )
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(1) + dt.timedelta(days=1))

    assert f'data-day="{opens}"' in client.get("/jour/").content.decode()
    Plan.objects.update(version=None, published_at=None)
    assert 'data-day="2026-08-13"' in client.get("/jour/").content.decode()
    asked = client.get("/jour/?jour=2026-08-13").content.decode()
    assert 'data-day="2026-08-13"' in asked
