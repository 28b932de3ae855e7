import datetime as dt

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from absences.models import AllowedHours
from geo import french
from geo.models import WGS84
from geo.routing import RoutingDataMissing
from patrols.errors import DepotTooFarFromStreet, NoShift, UnknownCrew
from patrols.models import Omission
from patrols.planner import TimeWindow
from patrols.services import build_problem
from patrols.services.day_terms import Begun
from tests.builders import DAY, at, build_passage, build_town

pytestmark = pytest.mark.django_db

HOUR_S = 3600.0
SHIFT = TimeWindow(18 * HOUR_S, 22 * HOUR_S)


@pytest.fixture
def town():
    return build_town()


def read(town, routing_dir, **options):
    return build_problem(town.commune, DAY, now=at(12), routing_dir=routing_dir, **options)


def prizes(day_problem):
    return {
        (day_problem.visits[v.id].absence.pk, day_problem.visits[v.id].number): v.prize
        for v in day_problem.problem.visits
    }


def test_every_vacant_home_is_due_and_the_two_passage_home_twice(town, routing_dir):
    day_problem = read(town, routing_dir)

    first, second, twice, last = (absence.pk for absence in town.absences)
    assert set(prizes(day_problem)) == {(first, 1), (second, 1), (twice, 1), (twice, 2), (last, 1)}


def test_crews_carry_their_shift_mode_and_breaks(town, routing_dir):
    problem = read(town, routing_dir).problem

    alpha, bravo = problem.crews
    assert (alpha.id, alpha.shift, bravo.id) == ("Alpha", SHIFT, "Bravo")
    assert [(pause.earliest_s, pause.latest_s, pause.duration_s) for pause in alpha.breaks] == [
        (19 * HOUR_S, 20 * HOUR_S, 900.0)
    ]
    assert (alpha.profile, bravo.profile) == (0, 1)


def test_walking_takes_longer_than_driving(town, routing_dir):
    by_car, on_foot = read(town, routing_dir).problem.durations_s

    apart = ~np.eye(len(by_car), dtype=bool)
    assert (on_foot[apart] > by_car[apart]).all()


def test_allowed_hours_bind_the_home_that_has_them(town, routing_dir):
    day_problem = read(town, routing_dir)

    windows = {day_problem.visits[v.id].absence.pk: v.windows for v in day_problem.problem.visits}
    assert TimeWindow(18 * HOUR_S, 21 * HOUR_S) in windows[town.absences[1].pk]
    assert windows[town.absences[0].pk] == (SHIFT,)


def test_a_home_whose_hours_are_of_another_weekday_is_set_aside_with_its_reason(town, routing_dir):
    # 12 August 2026 is a Wednesday (2); Friday (4) is out of reach of its night shift.
    AllowedHours.objects.create(absence=town.absences[0], weekday=4, opens=dt.time(8), closes=dt.time(20))

    (aside,) = read(town, routing_dir).set_aside

    assert aside.visit.absence == town.absences[0]
    assert aside.reason == Omission.Reason.WINDOW


def test_hours_that_are_all_near_the_other_passage_are_told_with_it_and_with_their_end(town, routing_dir):
    # Open from 18 h to 21 h each day: 18 h 25 and three hours are 21 h 25; tomorrow's hours are another plan's.
    open_till_21, at_any_hour = town.absences[1], town.absences[2]
    for home in (open_till_21, at_any_hour):
        home.passages_per_week = 14
        home.save()
    elsewhere = {open_till_21.pk: [at(18, 25)], at_any_hour.pk: [at(19, 30)]}

    found = {aside.visit.absence: aside for aside in read(town, routing_dir, elsewhere=elsewhere).set_aside}

    assert {absence: french.plain(aside.sentence) for absence, aside in found.items()} == {
        open_till_21: "À moins de trois heures du passage de 18 h 25 : il faudrait attendre 21 h 25, "
        "et les heures permises finissent à 21 h.",
        at_any_hour: "À moins de trois heures du passage de 19 h 30 : il faudrait attendre 22 h 30, "
        "et la dernière vacation finit à 22 h.",
    }


def test_a_home_far_from_any_street_is_set_aside_with_its_distance(town, routing_dir):
    home = town.absences[0]
    home.point = Point(4.884, 44.9273, srid=WGS84)  # 0.0027° of latitude south of its street: 300 m
    home.save()

    (aside,) = read(town, routing_dir).set_aside

    assert aside.reason == Omission.Reason.UNREACHABLE
    assert "À 300 m de toute rue" in aside.sentence


def test_a_home_passed_yesterday_is_worth_less_than_one_never_passed(town, routing_dir):
    build_passage(absence=town.absences[0], crew=town.crews[0], done_at=at(20) - dt.timedelta(days=1))

    found = prizes(read(town, routing_dir))

    assert found[town.absences[0].pk, 1] < found[town.absences[1].pk, 1]


def test_passages_done_today_before_the_shift_are_no_longer_due(town, routing_dir):
    # Home 1 had its six passages of the week before and today's.
    for days_ago in range(7):
        build_passage(absence=town.absences[0], crew=town.crews[0], done_at=at(9) - dt.timedelta(days=days_ago))
    build_passage(absence=town.absences[2], crew=town.crews[0], done_at=at(9))

    found = prizes(read(town, routing_dir))

    assert (town.absences[0].pk, 1) not in found
    assert (town.absences[2].pk, 1) not in found
    assert (town.absences[2].pk, 2) in found


def test_passages_of_the_shift_itself_do_not_change_its_plan(town, routing_dir):
    before = prizes(read(town, routing_dir))
    build_passage(absence=town.absences[0], crew=town.crews[0], done_at=at(19))

    assert prizes(read(town, routing_dir)) == before


@pytest.mark.parametrize(
    "change",
    [
        {"returned_on": DAY},
        {"cancelled_at": at(8)},
        {"last_day": DAY - dt.timedelta(days=1)},
        {"first_day": DAY + dt.timedelta(days=1)},
    ],
)
def test_a_home_that_is_not_vacant_is_not_due(town, routing_dir, change):
    home = town.absences[0]
    for field, value in change.items():
        setattr(home, field, value)
    home.save()

    assert (home.pk, 1) not in prizes(read(town, routing_dir))


def test_an_excluded_crew_is_named_at_the_visit(town, routing_dir):
    town.crews[1].excluded_absences.add(town.absences[0])

    day_problem = read(town, routing_dir)

    excluded = {day_problem.visits[v.id].absence.pk: v.excluded_crews for v in day_problem.problem.visits}
    assert excluded[town.absences[0].pk] == {"Bravo"}


def test_a_crew_at_a_home_of_the_day_adds_no_place_to_it(town, routing_dir):
    there, elsewhere = town.absences[1].point.coords, (4.9012, 44.9312)
    alpha, bravo = (shift.pk for shift in town.shifts)
    is_out = {"done": (), "left_at": None, "free_at": at(18, 30), "breaks_taken": 0}

    day = read(
        town, routing_dir, begun={alpha: Begun(point=there, **is_out), bravo: Begun(point=elsewhere, **is_out)}
    )

    places = len(read(town, routing_dir).points)
    home = next(visit for visit in day.problem.visits if visit.home == str(town.absences[1].pk))
    assert [crew.start_location for crew in day.problem.crews] == [home.location, places]
    assert len(day.points) == places + 1


def test_only_the_crews_asked_for_are_planned(town, routing_dir):
    assert [crew.id for crew in read(town, routing_dir, crew_names=["Bravo"]).problem.crews] == ["Bravo"]


def test_a_crew_that_is_not_on_shift_is_refused_with_those_that_are(town, routing_dir):
    with pytest.raises(UnknownCrew, match=r"Charlie.*Alpha, Bravo"):
        read(town, routing_dir, crew_names=["Charlie"])


def test_a_day_without_shifts_is_refused(town, routing_dir):
    with pytest.raises(NoShift, match="13/08/2026"):
        build_problem(town.commune, DAY + dt.timedelta(days=1), now=at(12), routing_dir=routing_dir)


def test_a_depot_far_from_any_street_is_refused_by_name(town, routing_dir):
    town.depot.point = Point(4.8999, 44.9333, srid=WGS84)  # 300 m from both streets
    town.depot.save()

    with pytest.raises(DepotTooFarFromStreet, match="Poste de police"):
        read(town, routing_dir)


def test_a_town_without_travel_data_is_told_how_to_make_them(town, tmp_path):
    with pytest.raises(RoutingDataMissing, match="import_osm"):
        read(town, tmp_path)


def test_the_day_is_read_in_a_fixed_number_of_queries(town, routing_dir, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        read(town, routing_dir)
