import datetime as dt

import pytest
from django.contrib.gis.geos import Point

from absences.models import Absence
from geo.models import WGS84
from patrols.models import Calculation, Leg, Plan, RiskSurface, RouteStay, Stop
from patrols.planner import MaxIterations
from patrols.services import calculations
from patrols.services.calculations import Asked, ask, carry_out
from patrols.services.clock import DayClock
from patrols.services.effect import Effect
from patrols.services.publishing import begin_draft, make_change
from patrols.services.risk import FEWEST_FACTS, MOST_FACTOR, MOST_SPOTS, weigh_recent_facts
from patrols.services.versions import make_version
from reports.choices import Kind, State
from tests.builders import DAY, HOMES, at, build_town
from tests.patrols.services.planning_hand import change
from tests.reports.telling import build_report

pytestmark = pytest.mark.django_db

NOON = at(12)
A_DAY = dt.timedelta(days=1)
# On Rue des Lilas, at the first home's door.
HERE = Point(*HOMES[0], srid=WGS84)
FAR = Point(*HOMES[3], srid=WGS84)
MIDNIGHT = DayClock(DAY).midnight


@pytest.fixture
def town():
    return build_town()


def break_in(town, *, days_ago=1.0, place=HERE, **said):
    happened_at = (MIDNIGHT - days_ago * A_DAY).replace(minute=0)
    relayed = {"kind": Kind.BREAK_IN, "state": State.NEW, "relayed_at": NOON, "street_point": place}
    return build_report(town.sectors[0], happened_at=happened_at, **{**relayed, **said})


def weigh(town):
    return weigh_recent_facts(town.commune, MIDNIGHT)(town.absences)


def calculate(town, routing_dir, *, now=NOON, **options):
    asked = Asked(**{"day": DAY, "seconds": 0.3, "weighs_facts": True, **options})
    calculation = ask(town.commune, asked, by=None, now=now)
    carry_out(calculation.pk, now=now, routing_dir=routing_dir)
    calculation.refresh_from_db()
    assert calculation.plan is not None, calculation.problem
    return calculation.plan


def stays_of(plan):
    return list(RouteStay.objects.filter(route__plan=plan).order_by("route__shift", "arrives_at"))


def hours_of(plan):
    stops = Stop.objects.filter(route__plan=plan).order_by("route__shift", "order")
    return list(stops.values_list("route__shift", "absence", "starts_at"))


def first_prizes(plan):
    stops = Stop.objects.filter(route__plan=plan, visit_number=1)
    return dict(stops.values_list("absence", "prize"))


def leave_time_for_one(town):
    """Half an hour for one crew, a third of one at each door: one home alone has its passage, the best."""
    town.shifts[1].delete()
    town.shifts[0].breaks.all().delete()
    town.shifts[0].ends_at = at(18, 35)
    town.shifts[0].save()
    Absence.objects.update(service_time_s=1200)


def test_a_fact_at_the_door_weighs_less_day_by_day_and_never_more_than_twice(town):
    break_in(town, days_ago=7)
    half = weigh(town).factors
    break_in(town, days_ago=0)
    break_in(town, days_ago=0)

    assert half == {town.absences[0].pk: pytest.approx(1.5)}
    assert weigh(town).factors == {town.absences[0].pk: MOST_FACTOR}


@pytest.mark.parametrize(
    "said",
    [
        {"days_ago": 14},
        {"kind": Kind.NOISE},
        {"state": State.TOLD, "relayed_at": None},
        {"state": State.REJECTED, "ended_at": NOON, "rejection": "no_fact"},
    ],
    ids=["a fortnight ago", "another kind", "not relayed", "rejected"],
)
def test_what_is_no_recent_break_in_weighs_nothing(town, said):
    break_in(town, **said)

    risk = weigh(town)

    assert (risk.facts, risk.factors, risk.spots) == (0, {}, ())


def test_facts_weigh_where_they_are_rounded_to_on_the_street(town):
    break_in(town, place=FAR, point=HERE)

    assert list(weigh(town).factors) == [town.absences[3].pk]


def test_one_fact_is_no_spot_and_spots_are_apart(town):
    for _ in range(FEWEST_FACTS):
        break_in(town)
    break_in(town, place=FAR)
    beside = Point(HERE.x + 0.001, HERE.y, srid=WGS84)
    break_in(town, place=beside)

    [spot] = weigh(town).spots

    assert (spot.point, spot.street, spot.facts) == (HERE.coords, "Rue des Lilas", FEWEST_FACTS + 1)


def test_a_town_has_so_many_spots_and_no_more(town):
    for number in range(MOST_SPOTS + 2):
        for _ in range(FEWEST_FACTS):
            break_in(town, place=Point(4.85 + 0.01 * number, 44.93, srid=WGS84))

    assert len(weigh(town).spots) == MOST_SPOTS


def test_a_plan_counts_nothing_unless_it_is_asked_to(town, routing_dir):
    break_in(town)
    break_in(town)

    plan = calculate(town, routing_dir, weighs_facts=False)

    assert not stays_of(plan)
    assert not RiskSurface.objects.exists()


def test_a_stay_moves_no_passage_and_lies_on_the_way(town, routing_dir):
    plain = calculate(town, routing_dir, weighs_facts=False)
    break_in(town)
    break_in(town)

    plan = calculate(town, routing_dir)

    [stay] = stays_of(plan)
    assert (stay.point.coords, stay.street_name) == (HERE.coords, "Rue des Lilas")
    assert 600 <= stay.duration_s <= 900
    assert {stop[1:] for stop in hours_of(plan)} == {stop[1:] for stop in hours_of(plain)}
    leg = Leg.objects.get(route=stay.route, order=stay.after_stop)
    on_the_way = min(abs(x - HERE.x) + abs(y - HERE.y) for x, y in leg.course.coords)
    assert on_the_way < 0.0005
    assert stay.route.starts_at <= stay.arrives_at
    assert stay.leaves_at <= stay.route.ends_at <= stay.route.shift.ends_at


def test_the_priority_of_a_stop_is_multiplied_and_its_plan_says_by_what(town, routing_dir):
    before = first_prizes(calculate(town, routing_dir))
    break_in(town, days_ago=7)

    plan = calculate(town, routing_dir)

    after = first_prizes(plan)
    first = town.absences[0].pk
    assert after == pytest.approx({**before, first: 1.5 * before[first]})
    assert plan.risk.factors == {str(first): pytest.approx(1.5)}
    assert (plan.risk.facts, plan.risk.is_compared, plan.risk.brought_in, plan.risk.left_out) == (1, True, [], [])


def test_what_counting_brought_in_and_left_out_is_told(town, routing_dir):
    leave_time_for_one(town)
    [plain] = {stop[1] for stop in hours_of(calculate(town, routing_dir, weighs_facts=False))}
    other = next(home for home in town.absences if home.pk != plain and not home.allowed_hours.exists())
    break_in(town, days_ago=0, place=other.point)

    plan = calculate(town, routing_dir)

    assert {stop[1] for stop in hours_of(plan)} == {other.pk}
    assert (plan.risk.is_compared, plan.risk.brought_in, plan.risk.left_out) == (True, [other.pk], [plain])


def test_a_calculation_that_was_stopped_compares_nothing(town, routing_dir, monkeypatch):
    break_in(town)
    monkeypatch.setattr(calculations, "is_cancelled", lambda _: True)

    assert not calculate(town, routing_dir).risk.is_compared


def test_a_comparison_that_was_stopped_tells_nothing(town, routing_dir, monkeypatch):
    break_in(town)

    def stop_meanwhile(*_):
        Calculation.objects.update(cancel_asked_at=NOON)
        return Effect(left_out=(town.absences[0].pk,))

    monkeypatch.setattr(calculations, "find_effect", stop_meanwhile)
    risk = calculate(town, routing_dir).risk

    assert (risk.is_compared, risk.left_out) == (False, [])


def test_a_comparison_is_told_as_such_while_it_goes_on(town, routing_dir, monkeypatch):
    leave_time_for_one(town)
    break_in(town)
    told, solve = [], calculations.solve

    def solve_and_look(problem, *args, on_progress, **options):
        told.append(Calculation.objects.get().is_comparing)
        solution = solve(problem, *args, on_progress=on_progress, **options)
        told.append(Calculation.objects.get().is_comparing)
        return solution

    monkeypatch.setattr(calculations, "solve", solve_and_look)
    calculate(town, routing_dir)

    assert told == [False, False, False, True]
    assert not Calculation.objects.get().is_comparing


def test_a_calculation_that_is_taken_over_while_it_compares_begins_again(town, routing_dir, monkeypatch):
    calculation = ask(town.commune, Asked(day=DAY, seconds=0.3, weighs_facts=True), by=None, now=NOON)
    Calculation.objects.update(state=Calculation.State.WORKING, seconds_left=0.1, stops=2)
    told, solve = [], calculations.solve

    def solve_and_look(*args, **options):
        told.append(Calculation.objects.get().is_comparing)
        return solve(*args, **options)

    monkeypatch.setattr(calculations, "solve", solve_and_look)
    carry_out(calculation.pk, now=NOON, routing_dir=routing_dir)

    assert told == [False]


def test_nothing_reported_is_kept_as_that(town, routing_dir):
    risk = calculate(town, routing_dir).risk

    assert (risk.facts, risk.factors, risk.spots) == (0, {}, [])


def test_a_change_keeps_what_the_plan_counted_and_places_its_stays_anew(town, routing_dir):
    break_in(town)
    break_in(town)
    plan = calculate(town, routing_dir)
    factors = plan.risk.factors
    break_in(town, place=FAR)
    break_in(town, place=FAR)
    stop = Stop.objects.filter(route__plan=plan).order_by("route__shift", "order").first()

    make_change(plan, change("exclude", stop.absence_id), revision=1, by=None, now=NOON, routing_dir=routing_dir)

    assert [stay.point.coords for stay in stays_of(plan)] == [HERE.coords]
    assert Plan.objects.get(pk=plan.pk).risk.factors == factors


def test_a_draft_begins_with_the_stays_of_its_version(town, routing_dir):
    break_in(town)
    break_in(town)
    version = make_version(calculate(town, routing_dir))

    draft = begin_draft(version)

    assert [stay.arrives_at for stay in stays_of(draft)] == [stay.arrives_at for stay in stays_of(version)]
    assert draft.risk.factors == version.risk.factors
    assert draft.risk.pk != version.risk.pk


def test_a_stay_that_was_had_stays_and_is_not_given_again(town, routing_dir):
    stay, again = replan_around_a_stay(town, routing_dir, begins=at(18, 1), now=at(18, 15))

    assert (again.arrives_at, again.street_name) == (stay.arrives_at, stay.street_name)


def test_a_stay_that_a_crew_was_held_from_is_given_again(town, routing_dir):
    held = {shift.pk: 2400.0 for shift in town.shifts}
    stay, again = replan_around_a_stay(town, routing_dir, begins=at(18, 20), now=at(18, 5), delays_s=held)

    assert again.street_name == stay.street_name
    assert again.arrives_at >= at(18, 45)


def replan_around_a_stay(town, routing_dir, *, begins, now, **options):
    """Replan the rest of a shift, somebody having come home; return its one stay in the version and after it."""
    break_in(town)
    break_in(town)
    version = make_version(calculate(town, routing_dir))
    RouteStay.objects.update(arrives_at=begins, leaves_at=begins + dt.timedelta(minutes=10), after_stop=0)
    [stay] = stays_of(version)
    last = Stop.objects.filter(route__plan=version).latest("starts_at")
    Absence.objects.filter(pk=last.absence_id).update(returned_on=DAY)
    rest = {"kind": Calculation.Kind.REST, "base": version, "weighs_facts": False}
    [again] = stays_of(calculate(town, routing_dir, now=now, **rest, **options))
    return stay, again


def test_the_same_wish_with_and_without_recent_facts_are_two_calculations(town):
    asked = [
        ask(town.commune, Asked(day=DAY, seconds=1.0, weighs_facts=weighs), by=None, now=NOON)
        for weighs in (False, True, True)
    ]

    assert asked[0] != asked[1] == asked[2]


def test_a_plan_by_command_counts_nothing(town, routing_dir):
    from patrols.services import plan_day

    break_in(town)
    plan = plan_day(town.commune, DAY, stop=MaxIterations(50), seed=7, routing_dir=routing_dir)

    assert not RiskSurface.objects.filter(plan=plan).exists()
