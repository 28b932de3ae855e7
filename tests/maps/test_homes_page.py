import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from absences.models import Absence
from geo.models import Address, Commune
from maps.homes_of_day import draw_home_tile, list_homes, read_homes_sheet
from maps.homes_state import HomeFilter, Order, Service
from maps.recency import LastPassage, Recency, judge_recency
from maps.tiles import TileAddress
from patrols.models import Crew, Passage
from patrols.planner.priority import visits_due
from tests.builders import DAY, PARIS, Town, at, build_passage, build_town
from tests.maps.reading import words

PAGE = f"/logements/?jour={DAY}"
# The tiles that hold the whole tiny town: 4.88–4.90 E, 44.925–44.940 N.
NEAR = TileAddress(z=14, x=8414, y=5898)
CLOSE = [TileAddress(z=14, x=x, y=y) for x in range(8413, 8416) for y in range(5896, 5901)]


@pytest.fixture
def town(db, five_in_the_afternoon) -> Town:
    """Four homes at 17:00: passed at 9:00; an anomaly the day before; passed at 8:00 of two; never passed."""
    town = build_town()
    first, second, third, _ = town.absences
    pass_by(first, at(9))
    pass_by(second, at(9) - dt.timedelta(days=1), Passage.Result.ANOMALY)
    pass_by(third, at(8))
    return town


def pass_by(
    absence: Absence, when: dt.datetime, result: Passage.Result = Passage.Result.NOTHING_TO_REPORT
) -> Passage:
    return build_passage(absence=absence, crew=Crew.objects.earliest("pk"), done_at=when, result=result)


def addresses(page, **wanted) -> list[str]:
    sheet = read_homes_sheet(Commune.objects.get(), DAY, HomeFilter(**wanted), page, is_reversed=False, page=1)
    return [str(row.home.absence.address) for row in sheet.rows]


def test_the_page_lists_the_homes_with_their_state(town, client):
    page = words(client.get(PAGE))

    assert "4 logements vacants" in page
    assert "11 Rue des Lilas Passage fait ce jour" in page
    assert "12 Rue du Moulin Anomalie au dernier passage" in page
    assert "14 Rue des Lilas Passage en retard" in page


def test_the_legend_counts_each_state_and_what_is_still_due(town, client):
    answer = client.get(PAGE).content.decode()

    assert 'data-count-of="passed">2<' in answer
    assert 'data-count-of="anomaly">1<' in answer
    assert 'data-count-of="overdue">1<' in answer


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"recency": Recency.ANOMALY}, ["12"]),
        ({"recency": Recency.PASSED}, ["11", "13"]),
        ({"is_double": True}, ["13"]),
        ({"sector": 0}, []),
        ({"service": Service.NATIONAL}, []),
        ({"service": Service.NONE}, ["11", "12", "13", "14"]),
    ],
)
def test_filters_keep_the_homes_that_answer(town, wanted, numbers):
    assert [address.split()[0] for address in sorted(addresses(Order.ADDRESS, **wanted))] == numbers


def test_a_sector_keeps_its_own_homes(town):
    west, east = (addresses(Order.ADDRESS, sector=sector.pk) for sector in town.sectors)

    assert (sorted(west), sorted(east)) == (
        ["11 Rue des Lilas", "12 Rue du Moulin"],
        ["13 Rue du Moulin", "14 Rue des Lilas"],
    )


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        (Order.ADDRESS, ["11", "14", "12", "13"]),
        # Anomaly, overdue, then the two that were passed: the one with a second passage to come first.
        (Order.URGENCY, ["12", "14", "13", "11"]),
        (Order.SECTOR, ["11", "12", "14", "13"]),
        (Order.PASSAGE, ["14", "12", "13", "11"]),
        (Order.TARGET, ["11", "14", "12", "13"]),
    ],
)
def test_the_table_is_sorted_by_each_heading(town, order, numbers):
    assert [address.split()[0] for address in addresses(order)] == numbers


def test_a_home_that_was_cancelled_or_lived_in_again_is_not_there(town):
    Absence.objects.filter(pk=town.absences[0].pk).update(returned_on=DAY)
    Absence.objects.filter(pk=town.absences[1].pk).update(cancelled_at=at(8))

    assert len(addresses(Order.ADDRESS)) == 2


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("secteur=x", "Le secteur se désigne par un numéro"),
        ("secteur=-1", "Le secteur se désigne par un numéro"),
        (
            "etat=anomalies",
            "Cet état n'existe pas. Réponses possibles : fait, attendu, retard, premier, anomalie.",
        ),
        ("dus=non", "Cette réponse à « À passer ce jour » n'existe pas. Réponses possibles : oui."),
        ("doubles=on", "Cette réponse à « Deux passages par jour » n'existe pas. Réponses possibles : oui."),
        ("service=armee", "Ce service n'existe pas. Réponses possibles : municipale, nationale, aucun."),
        ("tri=nom", "Cet ordre n'existe pas"),
        ("page=x", "La page se désigne par un numéro"),
        ("jour=hier", "Le jour demandé n'est pas une date"),
        ("vue=ciel", "Cet affichage n'existe pas. Réponses possibles : carte, tableau, deux."),
    ],
)
def test_an_address_that_is_not_understood_is_refused_in_words(town, client, query, reason):
    answer = client.get(f"/logements/?{query}")

    assert answer.status_code == 400
    assert reason in words(answer)
    assert "Revenir aux logements vacants" in words(answer)


def test_the_example_of_a_search_is_an_address_of_the_commune(town, client):
    assert 'placeholder="11 Rue des Lilas"' in client.get(PAGE).content.decode()


def test_a_search_has_no_example_where_no_address_has_a_number(town, client):
    Address.objects.update(house_number="")

    assert 'placeholder=""' in client.get(PAGE).content.decode()


def test_a_page_beyond_the_last_is_the_last(town, client):
    assert client.get(f"{PAGE}&page=999").status_code == 200


def test_a_choice_that_keeps_nothing_says_how_to_go_on(town, client):
    assert "Aucun logement vacant ne répond à ces choix. Tout afficher" in words(
        client.get(f"{PAGE}&etat=premier")
    )


def test_a_day_without_a_vacant_home_says_so(town, client):
    page = words(client.get("/logements/?jour=2027-06-15&secteur=&etat="))

    assert "Aucun logement n'est déclaré vacant ce jour-là." in page
    assert "ne répond à ces choix" not in page


def test_what_is_shown_is_traced_home_by_home(town, client):
    client.get(f"{PAGE}&etat=anomalie")
    client.get(f"/tuiles/logements/{DAY}/12/2103/1474.mvt?etat=retard")

    with connection.cursor() as cursor:
        cursor.execute("SELECT action, ids FROM accounts_auditentry WHERE kind = 'absences.absence'")
        shown = dict(cursor.fetchall())
    assert shown["absence.address"] == [str(town.absences[1].pk)]
    assert shown["absence.exact_point"] == [str(town.absences[3].pk)]


def test_a_tile_holds_keys_and_states_and_neither_address_nor_name(town):
    content, shown = draw_home_tile(Commune.objects.get(), DAY, HomeFilter(), NEAR)

    assert set(shown) <= {home.pk for home in town.absences}
    assert b"Lilas" not in content
    assert b"recency" in content


def test_near_each_home_is_in_one_tile_alone(town):
    shown = [pk for tile in CLOSE for pk in draw_home_tile(Commune.objects.get(), DAY, HomeFilter(), tile)[1]]

    assert sorted(shown) == sorted(home.pk for home in town.absences)


def test_far_away_homes_that_are_near_each_other_are_one_group_of_which_no_point_is_told(town):
    # A cell of 64 pixels at zoom 8 is 22 km wide: the town is one group.
    content, shown = draw_home_tile(Commune.objects.get(), DAY, HomeFilter(), TileAddress(z=8, x=131, y=92))

    assert (shown, b"group" in content) == ([], True)


def test_a_tile_is_never_kept(town, client):
    answer = client.get(f"/tuiles/logements/{DAY}/14/8414/5898.mvt")

    assert answer["Cache-Control"] == "no-store, private"


def test_the_page_takes_as_many_queries_for_forty_homes_as_for_four(town, client):
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    home = town.absences[3]
    Absence.objects.bulk_create(
        Absence(commune=home.commune, address=home.address, point=home.point, first_day=DAY, last_day=DAY)
        for _ in range(36)
    )
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)

    assert len(many) == len(few)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begun=st.integers(0, 20),
    left=st.integers(0, 20),
    target=st.integers(1, 14),
    passed_h=st.lists(st.integers(1, 24 * 20), max_size=12),
    had_anomaly=st.booleans(),
)
def test_the_database_judges_as_the_rules_of_the_map_and_of_the_planner(
    town, begun, left, target, passed_h, had_anomaly
):
    home = town.absences[3]
    first_day, last_day = DAY - dt.timedelta(days=begun), DAY + dt.timedelta(days=left)
    Absence.objects.filter(pk=home.pk).update(first_day=first_day, last_day=last_day, passages_per_week=target)
    Passage.objects.filter(absence=home).delete()
    moments = sorted({at(17) - dt.timedelta(hours=hours) for hours in passed_h})
    moments = [moment for moment in moments if moment.date() >= first_day]
    for moment in moments:
        pass_by(
            home,
            moment,
            Passage.Result.ANOMALY if had_anomaly and moment == moments[-1] else Passage.Result.NOTHING_TO_REPORT,
        )
    [listed] = [row for row in list_homes(Commune.objects.get(), DAY, HomeFilter()) if row.absence == home.pk]

    last = LastPassage(done_at=moments[-1].astimezone(PARIS), was_anomaly=had_anomaly) if moments else None
    assert listed.recency == judge_recency(
        day=DAY, moment=at(17), first_day=first_day, passages_per_week=target, last_passage=last
    )
    midnight = at(0)
    recent = [moment for moment in moments if midnight - dt.timedelta(days=6) <= moment < midnight]
    due = visits_due(passages_per_week=target, days_watched=begun + 1, recent_passages=len(recent), days_left=left)
    assert listed.due == max(0, int(due) - sum(moment >= midnight for moment in moments))
