from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from patrols.planner import (
    Break,
    Crew,
    LockedVisitError,
    MaxIterations,
    Problem,
    RemedyKind,
    TimeWindow,
    Visit,
    arrange,
    check,
    describe,
    solve,
)
from tests.patrols.planner.planner_days import crew, day, small_days, visit, with_remedy

quick = settings(max_examples=60)


def only_omission(problem):
    plan = solve(problem, MaxIterations(100), seed=1)
    assert len(plan.omissions) == 1
    return plan.omissions[0]


def comes_in(problem, omission):
    try:
        plan = solve(problem, MaxIterations(0), seed=1)
    except LockedVisitError:
        return False
    return check(problem, plan) == () and all(left.visit != omission.visit for left in plan.omissions)


@quick
@given(small_days(crews=2, separations=True, breaks=True, visits=12))
def test_every_remedy_brings_its_visit_in(problem):
    plan = solve(problem, MaxIterations(200), seed=2)
    for omission in plan.omissions:
        offered = omission.remedy.kind != RemedyKind.NONE
        assert not offered or any(comes_in(changed, omission) for changed in with_remedy(problem, plan, omission))


@quick
@given(small_days(crews=2, separations=True, breaks=True, visits=10))
def test_every_omission_is_said_in_a_sentence(problem):
    for omission in solve(problem, MaxIterations(100), seed=2).omissions:
        assert describe(omission).endswith(".")


def test_the_overtime_that_is_missing_is_measured_to_the_second():
    # 9 minutes there, 5 at the door, 9 back are 1380 s; the shift has 1200.
    omission = only_omission(day([visit("far", 9)], [crew(end_s=1_200.0)]))
    assert (omission.remedy.kind, omission.remedy.seconds, omission.remedy.crew) == ("extend_shift", 180.0, "a")
    assert "vacation de l'équipage a de 3 min" in describe(omission)


def test_a_visit_that_fits_as_things_stand_is_said_to():
    # Declared after the search: nobody looked for its place, and a whole shift is free.
    (omission,) = arrange(day([visit("new", 3)], [crew(end_s=7_200.0)]), {}).omissions

    assert (omission.reason, omission.remedy.kind, omission.remedy.crew) == ("nothing", "add", "a")
    assert describe(omission) == (
        "Rien ne s'y oppose, et aucun calcul ne l'a placé. "
        "Il tient dans la tournée de l'équipage a, telle qu'elle est."
    )


def test_a_break_between_two_passages_is_counted_with_what_keeps_them_apart():
    # Four minutes there and nine back. The pause fits before the first passage alone, which then is at 23, and the
    # second at 35, when its hours close: twelve minutes after it, of the twenty-four.
    minutes = 60.0
    ways = np.array([[0.0, 4.0], [9.0, 0.0]]) * minutes
    homes = [
        visit("before", 1, service_s=minutes, windows=(TimeWindow(7 * minutes, 18 * minutes),)),
        visit("first", 0, home="h", service_s=8 * minutes, windows=(TimeWindow(19 * minutes, 25 * minutes),)),
        visit("after", 1, service_s=9 * minutes, windows=(TimeWindow(26 * minutes, 44 * minutes),)),
        visit("second", 1, prize=0.1, home="h", service_s=0.0, windows=(TimeWindow(23 * minutes, 35 * minutes),)),
    ]
    apart = [replace(each, min_separation_s=24 * minutes) if each.home == "h" else each for each in homes]
    pause = Break(earliest_s=10 * minutes, latest_s=30 * minutes, duration_s=5 * minutes)
    out = crew(start_s=4 * minutes, end_s=70 * minutes, end_location=1, breaks=(pause,))

    omission = only_omission(day(apart, [out], ways))

    remedy = omission.remedy
    assert (omission.visit, remedy.kind, remedy.seconds) == ("second", RemedyKind.REDUCE_SEPARATION, 720.0)


def test_nothing_is_asked_of_a_crew_whose_shift_is_over():
    # A minute there, five at the door, a minute back: 420 s more would do, of a shift that has none left.
    over = crew("over", end_s=0.0)
    omission = only_omission(day([visit("x", 1)], [over]))
    assert (omission.reason, omission.remedy.kind) == ("no_time_left", "none")
    apart = visit("x", 1, excluded_crews=frozenset({"over"}))
    assert only_omission(day([apart], [over])).remedy.kind == RemedyKind.NONE


def test_no_night_is_made_longer_for_the_hours_of_the_next_morning():
    # From 22 h to 6 h, and the home opens at 9 h: three hours more would be in the morning of another plan.
    hour_s = 3_600.0
    mornings = tuple(TimeWindow((24 * eve + 9) * hour_s, (24 * eve + 10) * hour_s) for eve in (0, 1))
    nights = [crew("night", 22 * hour_s, 30 * hour_s, is_under_way=is_out) for is_out in (False, True)]
    remedies = [only_omission(day([visit("x", 1, windows=mornings)], [night])).remedy.kind for night in nights]
    # Twelve hours of the day before it are offered while it may still begin then.
    assert remedies == ["start_earlier", "widen_window"]


def test_the_window_that_is_too_short_is_measured_to_the_second():
    # Served at 1000 at the first minute of the street, the crew reaches the ninth at 1000 + 300 + 480 = 1780; that
    # window closes at 1500. The other way round it would be back at the first at 1000 + 300 + 480, too late there.
    first = visit("first", 1, prize=90.0, windows=(TimeWindow(1_000.0, 1_100.0),))
    early = visit("early", 9, windows=(TimeWindow(1_000.0, 1_500.0),))
    omission = only_omission(day([first, early], [crew()]))
    assert (omission.reason, omission.remedy.kind, omission.remedy.seconds) == ("window", "widen_window", 280.0)
    assert omission.remedy.opens is False


def test_homes_joined_to_each_other_and_not_to_the_depot_are_out_of_reach():
    # Places 1 and 2 lie on an island, a minute apart; the depot, place 0, on the shore.
    minutes = np.array([[0.0, np.inf, np.inf], [np.inf, 0.0, 60.0], [np.inf, 60.0, 0.0]])
    problem = day([visit("x", 1), visit("y", 2)], [crew()], minutes)
    omissions = solve(problem, MaxIterations(10), seed=1).omissions
    assert [omission.reason for omission in omissions] == ["unreachable", "unreachable"]


def test_a_crew_kept_away_is_named_when_it_alone_could_go():
    omission = only_omission(day([visit("x", 1, excluded_crews=frozenset({"a"}))], [crew()]))
    assert (omission.remedy.kind, omission.remedy.crew) == ("allow_crew", "a")


def test_the_home_to_give_up_is_the_one_of_least_priority():
    # 60 + 300 + 60 s a home and back; 45 minutes of service at the third leave no room for a small change.
    homes = [
        visit("kept", 1, prize=9.0),
        visit("least", 1, prize=8.0),
        visit("out", 1, prize=1.0, service_s=2_700.0),
    ]
    omission = only_omission(day(homes, [crew(end_s=3_120.0)]))
    assert omission.remedy.kind in {RemedyKind.EXTEND_SHIFT, RemedyKind.START_EARLIER}
    assert omission.remedy.seconds == 300.0


def test_a_home_is_never_asked_to_give_up_its_own_other_passage():
    # A home open for one hour, two passages three hours apart: the second fits only in place of the first.
    hour = TimeWindow(0.0, 3_600.0)
    passages = tuple(
        Visit(
            id=f"home/{number}",
            home="home",
            location=1,
            prize=prize,
            service_s=60.0,
            windows=(hour,),
            min_separation_s=10_800.0,
        )
        for number, prize in ((1, 10.0), (2, 6.0))
    )
    crew = Crew(id="a", profile=0, start_location=0, end_location=0, shift=TimeWindow(0.0, 14_400.0))
    durations = np.array([[0.0, 60.0], [60.0, 0.0]])

    plan = solve(Problem(durations_s=(durations,), visits=passages, crews=(crew,)), MaxIterations(100), seed=1)

    (omission,) = plan.omissions
    assert (omission.visit, omission.remedy.visit) == ("home/2", None)
    assert omission.remedy.kind == RemedyKind.REDUCE_SEPARATION
