import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maps.errors import CrewNotInPlan, EmptyPlan
from maps.round_reading import read_round, read_rounds, read_some_rounds
from maps.rounds import Pause, Stay, Visit
from patrols.models import Plan, Route
from tests.builders import CORNER, HOMES, STATION, at, build_stay


def test_visits_come_in_order_with_the_way_that_leads_to_them(alpha):
    crew_round = read_round(alpha)
    assert [visit.order for visit in crew_round.visits] == [1, 2, 3]
    assert [visit.point for visit in crew_round.visits] == list(HOMES[:3])
    assert crew_round.visits[0].way.course == (STATION, HOMES[0])
    assert crew_round.way_back.course == (HOMES[2], STATION)


def test_the_course_is_one_line_without_repeated_corners(alpha):
    assert read_round(alpha).course == (STATION, *HOMES[:3], STATION)


def test_a_pause_stands_after_the_visit_it_follows(alpha):
    kinds = [type(step) for step in read_round(alpha).steps()]
    assert kinds == [Visit, Visit, Visit, Pause]


def test_a_stay_stands_among_visits_and_pauses_at_its_hour(alpha):
    build_stay(alpha, after_stop=3, arrives_at=at(19, 1))
    build_stay(alpha, after_stop=0, arrives_at=at(17, 45))

    crew_round = read_round(alpha)

    assert [type(step) for step in crew_round.steps()] == [Stay, Visit, Visit, Visit, Pause, Stay]
    assert [(stay.letter, stay.place.name, stay.place.point, stay.duration_s) for stay in crew_round.stays] == [
        ("a", "Rue du Moulin", CORNER, 600),
        ("b", "Rue du Moulin", CORNER, 600),
    ]


def test_a_crew_that_stays_has_neither_visit_nor_course(bravo):
    crew_round = read_round(bravo)
    assert crew_round.visits == ()
    assert crew_round.course == ()


def test_reading_a_plan_takes_as_many_queries_for_two_rounds_as_for_one(plan, alpha):
    with CaptureQueriesContext(connection) as both:
        read_rounds(Plan.objects.get())
    plan.routes.exclude(pk=alpha.pk).delete()
    with CaptureQueriesContext(connection) as one:
        read_rounds(Plan.objects.get())
    assert len(both) == len(one)


def test_reading_a_round_takes_as_many_queries_for_three_stops_as_for_one(alpha):
    alpha.breaks.all().delete()
    with CaptureQueriesContext(connection) as three:
        read_round(Route.objects.get(pk=alpha.pk))
    alpha.stops.exclude(order=1).delete()
    with CaptureQueriesContext(connection) as one:
        read_round(Route.objects.get(pk=alpha.pk))
    assert len(three) == len(one)


def test_only_the_wanted_crews_are_read(plan):
    assert [crew_round.crew for crew_round in read_rounds(plan, ["Bravo"])] == ["Bravo"]


def test_a_crew_without_route_is_refused_with_the_names_there_are(plan):
    with pytest.raises(CrewNotInPlan, match=r"« Charlie » .* Équipages du plan : « Alpha », « Bravo »"):
        read_rounds(plan, ["Alpha", "Charlie"])


def test_a_plan_without_route_is_refused_where_files_go_by_crew(plan):
    plan.routes.all().delete()
    with pytest.raises(EmptyPlan, match="ne compte aucune tournée"):
        read_some_rounds(plan)


# Alpha leaves home 3 at 18 h 40 and is home at 18 h 50; the round of the tiny town ends at 19 h 05.
def test_a_pause_that_ends_the_round_is_taken_at_the_depot_after_the_return(alpha):
    alpha.breaks.update(starts_at=at(18, 50))

    crew_round = read_round(alpha)

    assert crew_round.returns_at == at(18, 50)
    assert [pause.place for pause in crew_round.pauses_on_return] == [crew_round.end]
    assert all(isinstance(step, Visit) for step in crew_round.steps())


def test_two_pauses_that_follow_each_other_are_both_taken_at_the_depot(alpha):
    alpha.breaks.update(starts_at=at(18, 55), duration_s=600)
    alpha.breaks.create(after_stop=3, starts_at=at(18, 50), duration_s=300)

    crew_round = read_round(alpha)

    assert crew_round.returns_at == at(18, 50)
    assert len(crew_round.pauses_on_return) == 2


def test_a_pause_before_the_way_back_is_taken_at_the_last_home(alpha):
    (pause,) = read_round(alpha).pauses
    assert pause.place.name == "13 Rue du Moulin"
    assert read_round(alpha).returns_at == at(19, 5)


# Home 2 is reached at 18 h 20: a pause from then on is taken before its door, one before it at home 1.
@pytest.mark.parametrize(("minute", "place"), [(20, "12 Rue du Moulin"), (10, "11 Rue des Lilas")])
def test_a_pause_on_the_way_is_taken_where_the_crew_is(alpha, minute, place):
    alpha.breaks.update(after_stop=1, starts_at=at(18, minute), duration_s=60)
    (pause,) = read_round(alpha).pauses
    assert pause.place.name == place


def test_a_pause_before_the_first_visit_is_taken_at_the_depot(alpha):
    alpha.breaks.update(after_stop=0, starts_at=at(18), duration_s=60)
    (pause,) = read_round(alpha).pauses
    assert pause.place.name == "Poste de police"
