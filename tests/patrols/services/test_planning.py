import itertools
import json

import numpy as np
import pytest
from django.db import connection

import patrols.services.planning as planning
import patrols.services.saving as saving
from absences.models import AllowedHours
from accounts.models import AuditEntry
from patrols.errors import PlanBreaksRules
from patrols.models import Leg, Omission, Plan, Stop
from patrols.planner import MaxIterations
from patrols.planner.check import Violation
from patrols.services import plan_day
from patrols.services.day_homes import SEPARATION_S
from tests.builders import DAY, build_town

pytestmark = pytest.mark.django_db

FEW = MaxIterations(200)


@pytest.fixture
def town():
    return build_town()


def plan_it(town, routing_dir, **options):
    return plan_day(town.commune, DAY, stop=FEW, seed=7, routing_dir=routing_dir, **options)


def stops_of(plan):
    return list(
        Stop.objects.filter(route__plan=plan)
        .order_by("route__shift__crew__name", "order")
        .values_list("route__shift__crew__name", "absence", "visit_number", "arrives_at", "starts_at", "leaves_at")
    )


def test_all_due_passages_of_the_tiny_town_fit_in_the_evening(town, routing_dir):
    plan = plan_it(town, routing_dir)

    made = {(absence, visit) for _, absence, visit, *_ in stops_of(plan)}
    first, second, twice, last = (absence.pk for absence in town.absences)
    assert made == {(first, 1), (second, 1), (twice, 1), (twice, 2), (last, 1)}
    assert not plan.omissions.exists()


def test_the_two_passages_of_a_home_are_hours_apart(town, routing_dir):
    plan = plan_it(town, routing_dir)

    starts = [start for _, absence, _, _, start, _ in stops_of(plan) if absence == town.absences[2].pk]
    assert (max(starts) - min(starts)).total_seconds() >= SEPARATION_S


@pytest.mark.parametrize("seed", range(4))
def test_the_passages_of_a_home_are_numbered_by_the_hour(town, routing_dir, seed):
    plan = plan_day(town.commune, DAY, stop=FEW, seed=seed, routing_dir=routing_dir)

    numbers = Stop.objects.filter(route__plan=plan, absence=town.absences[2]).order_by("starts_at")
    assert list(numbers.values_list("visit_number", flat=True)) == [1, 2]


def test_a_home_passed_once_of_two_lacks_its_second_passage(town, routing_dir):
    town.absences[2].allowed_hours.create(opens="18:00", closes="19:00")

    plan = plan_it(town, routing_dir)

    omission = plan.omissions.get()
    assert omission.visit_number == 2
    assert "3 h 00 au moins avant ou après l'autre passage au même logement" in omission.sentence
    assert Stop.objects.get(route__plan=plan, absence=town.absences[2]).visit_number == 1


def test_the_same_day_seed_and_iterations_give_the_same_routes(town, routing_dir):
    first, second = plan_it(town, routing_dir), plan_it(town, routing_dir)

    assert stops_of(first) == stops_of(second)
    assert (first.number, second.number) == (1, 2)
    assert first.problem_sha256 == second.problem_sha256
    assert first.iterations == second.iterations == 200


def test_legs_join_depot_stops_and_depot(town, routing_dir):
    plan = plan_it(town, routing_dir)

    for route in plan.routes.all():
        legs, stops = list(route.legs.all()), list(route.stops.all())
        assert len(legs) == (len(stops) + 1 if stops else 0)
        joints = [(before.course.coords[-1], after.course.coords[0]) for before, after in itertools.pairwise(legs)]
        assert all(np.allclose(end, start, atol=1e-5) for end, start in joints)
        assert route.length_m == pytest.approx(sum(leg.length_m for leg in legs))


def test_legs_name_their_streets(town, routing_dir):
    plan = plan_it(town, routing_dir)

    named = {street for leg in Leg.objects.filter(route__plan=plan) for street in leg.streets}
    assert {"Avenue de la Gare", "Rue des Lilas", "Rue du Moulin"} <= named


def test_a_home_left_out_carries_its_reason_its_sentence_and_its_remedy(town, routing_dir):
    for crew in town.crews:
        crew.excluded_absences.add(town.absences[0])

    plan = plan_it(town, routing_dir)

    omission = plan.omissions.get()
    assert (omission.absence, omission.reason) == (town.absences[0], Omission.Reason.EXCLUDED)
    assert omission.sentence
    assert omission.remedy["kind"] == "allow_crew"
    assert omission.remedy["shift"] in {shift.pk for shift in town.shifts}


def test_a_home_that_no_search_could_place_is_saved_as_left_out(town, routing_dir):
    AllowedHours.objects.create(absence=town.absences[0], weekday=4, opens="08:00", closes="20:00")

    plan = plan_it(town, routing_dir)

    assert plan.omissions.get().reason == Omission.Reason.WINDOW


def test_sentences_name_no_address(town, routing_dir):
    for crew in town.crews:
        crew.excluded_absences.add(town.absences[0])

    plan = plan_it(town, routing_dir)

    told = json.dumps(list(plan.omissions.values("sentence", "remedy")))
    assert not any(address.street_name in told for address in town.addresses)


def test_a_plan_that_breaks_a_rule_is_not_saved(town, routing_dir, monkeypatch):
    def find_fault(problem, plan):
        return (Violation(kind="window", crew="Alpha", visit=None, message="Arrêt 1 hors de ses heures."),)

    monkeypatch.setattr(planning, "check", find_fault)

    with pytest.raises(PlanBreaksRules, match="hors de ses heures"):
        plan_it(town, routing_dir)
    assert not Plan.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_saved_whole_or_not_at_all(town, routing_dir, monkeypatch):
    def fail(*args):
        raise ConnectionError

    monkeypatch.setattr(saving, "_set_aside", fail)

    with pytest.raises(ConnectionError):
        plan_it(town, routing_dir)
    connection.close()
    assert not Plan.objects.exists()


def test_computing_a_plan_leaves_the_homes_read_and_the_plan_made(town, routing_dir):
    plan = plan_day(town.commune, DAY, stop=FEW, seed=7, routing_dir=routing_dir)

    read, made = AuditEntry.objects.order_by("number")
    assert (read.action, set(read.ids)) == ("absence.exact_point", {str(home.pk) for home in town.absences})
    assert (made.action, made.kind, made.ids) == ("route.plan", "patrols.plan", [str(plan.pk)])


def test_a_day_without_homes_has_crews_that_stay_at_their_depot(town, routing_dir):
    for absence in town.absences:
        absence.returned_on = DAY
        absence.save()

    plan = plan_it(town, routing_dir)

    assert [route.stops.count() for route in plan.routes.all()] == [0, 0]
    assert plan.prize == 0
