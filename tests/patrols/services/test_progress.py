import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.models import Passage, Plan, Route, Stop
from patrols.services.progress import Heard, Made, pair, read_made_at, read_progress
from tests.access.people import copy_of
from tests.builders import at, build_passage, build_plan, build_town

ALPHA, BRAVO, OF_THE_OTHER_SERVICE = 1, 2, 9
LILAS, MOULIN = 101, 102


def planned(pk: int, absence: int, hour: int, *, shift: int = ALPHA, number: int = 1) -> Stop:
    starts_at = at(hour)
    return Stop(
        pk=pk,
        absence_id=absence,
        visit_number=number,
        starts_at=starts_at,
        leaves_at=starts_at + dt.timedelta(minutes=5),
        route=Route(shift_id=shift),
    )


def made(
    passage: int, absence: int, done_at: dt.datetime, *, shift: int | None = None, number: int | None = None
) -> Made:
    return Made(
        passage=passage,
        absence=absence,
        done_at=done_at,
        result=Passage.Result.NOTHING_TO_REPORT,
        anomaly="",
        wrong=(),
        told_at=done_at,
        shift=shift,
        number=number,
    )


def paired(stops: list[Stop], passages: list[Made]) -> dict[int, int]:
    return {stop: each.passage for stop, each in pair(stops, passages, shifts={ALPHA, BRAVO}).items()}


def test_each_visit_of_a_home_has_the_passage_that_was_noted_at_it():
    stops = [planned(1, LILAS, 18), planned(2, LILAS, 21, number=2)]

    # The crew noted the second visit first: it passed by chance, and came back for the first.
    noted = [made(7, LILAS, at(19), shift=ALPHA, number=2), made(8, LILAS, at(20), shift=ALPHA, number=1)]

    assert paired(stops, noted) == {2: 7, 1: 8}


def test_passages_without_a_stop_fill_the_visits_of_a_home_in_their_order():
    stops = [planned(2, LILAS, 21, number=2), planned(1, LILAS, 18)]

    assert paired(stops, [made(7, LILAS, at(19))]) == {1: 7}
    assert paired(stops, [made(7, LILAS, at(19)), made(8, LILAS, at(20))]) == {1: 7, 2: 8}


def test_a_third_passage_at_a_home_of_two_visits_stands_for_none():
    stops = [planned(1, LILAS, 18), planned(2, LILAS, 21, number=2)]

    noted = [made(7, LILAS, at(18)), made(8, LILAS, at(19)), made(9, LILAS, at(20))]

    assert paired(stops, noted) == {1: 7, 2: 8}


def test_a_passage_counts_for_the_crew_to_which_its_home_has_gone():
    # Alpha's phone was away from the network when the home went to Bravo.
    stops = [planned(1, MOULIN, 18), planned(2, LILAS, 19, shift=BRAVO)]

    assert paired(stops, [made(7, LILAS, at(19), shift=ALPHA, number=1)]) == {2: 7}


def test_a_passage_counts_for_its_own_crew_where_two_crews_go_to_one_home():
    stops = [planned(1, LILAS, 18), planned(2, LILAS, 21, shift=BRAVO, number=2)]

    assert paired(stops, [made(7, LILAS, at(19), shift=BRAVO, number=2)]) == {2: 7}


def test_a_passage_of_a_round_that_is_not_in_the_plan_stands_for_none():
    assert paired([planned(1, LILAS, 18)], [made(7, LILAS, at(18), shift=OF_THE_OTHER_SERVICE, number=1)]) == {}


def test_a_passage_at_a_home_that_is_not_in_the_plan_stands_for_none():
    assert paired([planned(1, LILAS, 18)], [made(7, MOULIN, at(18))]) == {}


@st.composite
def evenings(draw: st.DrawFn) -> tuple[list[Stop], list[Made]]:
    """Some visits of a few homes by two crews, and passages of three, noted at a stop or not."""
    homes = st.sampled_from([LILAS, MOULIN])
    hours = st.integers(min_value=18, max_value=22)
    numbers = st.sampled_from([1, 2])
    stops = [
        planned(pk, draw(homes), draw(hours), shift=draw(st.sampled_from([ALPHA, BRAVO])), number=draw(numbers))
        for pk in range(draw(st.integers(min_value=0, max_value=5)))
    ]
    shifts = st.sampled_from([None, ALPHA, BRAVO, OF_THE_OTHER_SERVICE])
    passages = [
        made(pk, draw(homes), at(draw(hours)), shift=draw(shifts), number=draw(numbers))
        for pk in range(draw(st.integers(min_value=0, max_value=5)))
    ]
    return stops, passages


@given(evenings())
def test_a_passage_stands_for_one_stop_at_most_and_always_at_its_own_home(evening):
    stops, passages = evening
    home_of = {stop.pk: stop.absence_id for stop in stops}

    found = pair(stops, passages, shifts={ALPHA, BRAVO})

    assert len({each.passage for each in found.values()}) == len(found)
    assert all(home_of[stop] == each.absence for stop, each in found.items())


MOMENTS = st.integers(min_value=0, max_value=86_400_000).map(
    lambda after_ms: at(0) + dt.timedelta(milliseconds=after_ms)
)


@given(st.lists(MOMENTS, max_size=5))
def test_what_was_heard_is_read_back_as_it_was_written(moments):
    heard = Heard.of([made(number, LILAS, moment) for number, moment in enumerate(moments)])

    assert Heard.read(f"{heard}") == heard


@given(st.lists(MOMENTS, max_size=5), MOMENTS)
def test_a_passage_that_is_heard_of_later_is_never_missed(moments, later):
    told = {number: made(number, LILAS, moment) for number, moment in enumerate(moments)}
    heard = Heard.of(told.values())
    new = made(99, LILAS, max([*moments, later]))

    assert heard.misses(new)
    assert Heard.of([*told.values(), new]) != heard


def test_a_passage_heard_of_long_before_is_no_news():
    told = Heard.of([made(1, LILAS, at(18)), made(2, MOULIN, at(18, 5))])

    assert not told.misses(made(1, LILAS, at(18)))
    # Within a minute it is told again, in case it was committed after the other.
    assert told.misses(made(2, MOULIN, at(18, 4) + dt.timedelta(seconds=1)))


@pytest.mark.parametrize("written", ["", "3", "x-1", "1-x", "1-2-3", "-1-5", "1--5"])
def test_what_is_not_understood_asks_for_everything(written):
    assert Heard.read(written) == Heard(count=0, last_ms=0)


@pytest.fixture
def plan(db) -> Plan:
    return build_plan(build_town())


def test_the_passages_of_a_plan_are_those_of_its_shifts(plan: Plan):
    second = Stop.objects.get(order=2)
    home, crew = second.absence, second.route.shift.crew
    build_passage(absence=home, crew=crew, done_at=at(10), result="ras")
    found = {
        "result": "anomaly",
        "anomaly": "opening",
        "checked": ["door", "windows"],
        "wrong": ["door", "windows"],
    }
    during = build_passage(absence=home, crew=crew, done_at=at(18, 22), **found)

    made_so_far = read_progress(plan).made

    assert {stop: each.passage for stop, each in made_so_far.items()} == {second.pk: during.pk}
    assert made_so_far[second.pk].is_anomaly
    assert made_so_far[second.pk].finding == "Porte ou fenêtre ouverte"
    assert made_so_far[second.pk].found_wrong == ["Porte", "Fenêtres"]
    assert read_made_at(second) == made_so_far[second.pk]
    assert read_made_at(Stop.objects.get(order=1)) is None


def test_a_passage_at_a_home_that_has_left_the_plan_is_told_beside_it(plan: Plan):
    left = Stop.objects.get(order=2)
    home, crew = left.absence, left.route.shift.crew
    left.delete()
    passage = build_passage(absence=home, crew=crew, done_at=at(18, 22))
    build_passage(absence=home, crew=crew, done_at=at(10))

    progress = read_progress(plan)

    assert progress.made == {}
    assert [each.passage for each in progress.beside] == [passage.pk]


def test_a_passage_of_a_crew_whose_round_is_empty_by_now_counts_for_the_one_that_has_its_home(plan: Plan):
    seen = Stop.objects.get(order=2)
    build_passage(absence=seen.absence, crew=seen.route.shift.crew, done_at=at(18, 22), stop=seen)
    # Alpha's phone was away from the network when its whole round went to Bravo.
    next_version = copy_of(plan, number=2, version=2)
    rounds = [copy_of(each, plan=next_version) for each in plan.routes.all()]
    moved = copy_of(seen, route=rounds[1])

    assert read_progress(next_version).made.keys() == {moved.pk}
    assert read_made_at(moved) is not None


def test_a_plan_without_a_stop_has_no_passage(plan: Plan):
    Stop.objects.all().delete()

    assert read_progress(plan).made == {}
