import math

import pytest

from patrols.models import MissedStop, Plan, Route, Stop
from patrols.services.route_coverage import RouteCoverage, published_routes, read_coverage
from tests.access.people import copy_of
from tests.builders import DAY, Town, at, build_passage, build_plan, build_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db) -> Town:
    return build_town()


@pytest.fixture
def plan(town: Town) -> Plan:
    """Version 1: Alpha at homes 1, 2 and 3 at 18 h 05, 18 h 20, 18 h 35, from 18 h to 22 h; Bravo at none."""
    return build_plan(town)


def told_of(town: Town, crew: str = "Alpha") -> RouteCoverage:
    told = read_coverage(published_routes(town.commune, DAY, DAY), town.commune)
    return next(each for each in told if each.crew == crew)


def pass_at(stop: Stop, hour: int, minute: int) -> None:
    build_passage(
        absence=stop.absence, crew=stop.route.shift.crew, done_at=at(hour, minute), stop=stop, result="ras"
    )


def publish_again(plan: Plan, *, without: Stop) -> Plan:
    """Version 2: the round of Alpha without one of its stops, and longer by a kilometre."""
    later = copy_of(plan, number=2, version=2)
    former = plan.routes.get(shift__crew__name="Alpha")
    route = copy_of(former, plan=later, length_m=former.length_m + 1000)
    for stop in former.stops.exclude(pk=without.pk):
        copy_of(stop, route=route)
    return later


def test_each_visit_of_a_round_is_done_missed_or_of_no_news(town, plan):
    first, second, _third = Stop.objects.order_by("order")
    pass_at(first, 18, 7)
    MissedStop.objects.create(
        shift=second.route.shift, absence=second.absence, planned_at=second.starts_at, why="no_time"
    )

    told = told_of(town)

    assert (told.planned, told.done, told.missed, told.untold, told.added) == (3, 1, 1, 1, 0)
    # As it was planned: 4 km, from 18 h to 19 h 05.
    assert (told.length_m, told.duration_s) == (4000.0, 65 * 60)


def test_a_passage_at_a_home_that_a_later_version_took_out_is_one_more(town, plan):
    first, _second, third = Stop.objects.order_by("order")
    publish_again(plan, without=third)
    pass_at(first, 18, 7)
    pass_at(third, 18, 40)

    told = told_of(town)

    assert (told.planned, told.done, told.untold, told.added) == (2, 1, 1, 1)
    assert told.length_m == 5000.0
    assert told.first_and_last == (at(18, 7), at(18, 40))


def test_hours_are_spread_over_those_of_the_shift(town, plan):
    for stop, (hour, minute) in zip(Stop.objects.order_by("order"), ((18, 7), (19, 10), (19, 40)), strict=True):
        pass_at(stop, hour, minute)

    # 1, 2, 0 and 0 of four hours: (1/3 log 3 + 2/3 log 3/2) / log 4.
    expected = (math.log(3) / 3 + 2 / 3 * math.log(3 / 2)) / math.log(4)
    assert told_of(town).evenness == pytest.approx(expected)


@pytest.mark.parametrize("passages", [0, 1])
def test_of_fewer_than_two_passages_nothing_is_spread(town, plan, passages):
    for stop in Stop.objects.order_by("order")[:passages]:
        pass_at(stop, 18, 7)

    assert told_of(town).evenness is None


def test_a_passage_after_the_shift_lengthens_its_hours(town, plan):
    first, second, _third = Stop.objects.order_by("order")
    pass_at(first, 18, 7)
    pass_at(second, 22, 20)

    # One in each of two hours of five.
    assert told_of(town).evenness == pytest.approx(math.log(2) / math.log(5))


def test_a_passage_of_the_next_day_at_the_same_home_stands_for_no_visit_of_the_day(town, plan):
    first = Stop.objects.earliest("order")
    build_passage(absence=first.absence, crew=town.crews[0], done_at=at(18, 10) + (at(23) - at(0)), result="ras")

    assert told_of(town).done == 0


def test_a_round_without_a_visit_is_told_and_a_draft_is_not(town, plan):
    assert told_of(town, "Bravo").planned == 0

    Plan.objects.update(version=None, published_at=None)

    assert read_coverage(published_routes(town.commune, DAY, DAY), town.commune) == ()


def test_rounds_take_the_same_few_queries_however_many(town, plan, django_assert_num_queries):
    for number in range(1, 4):
        later = copy_of(plan, day=DAY.replace(day=DAY.day + number))
        for route in Route.objects.filter(plan=plan):
            copy_of(route, plan=later, shift=copy_of(route.shift, day=later.day, **_hours_of(number)))

    # Rounds, their stops, what is hidden of them, passages, what was missed.
    with django_assert_num_queries(5):
        told = read_coverage(published_routes(town.commune, DAY, DAY.replace(day=DAY.day + 3)), town.commune)
    assert len(told) == 8


def _hours_of(days_later: int) -> dict[str, object]:
    return {
        name: at(hour).replace(day=DAY.day + days_later) for name, hour in (("starts_at", 18), ("ends_at", 22))
    }
