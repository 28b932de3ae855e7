import pytest
from django.db import connection

from absences.models import AllowedHours
from geo import french
from patrols.errors import DayIsOver, NoBase, NoShift, NoShiftChosen, WorkerIsEnding
from patrols.models import Calculation, Omission, Plan, Shift, Stop
from patrols.planner import Progress
from patrols.services import calculations
from patrols.services.calculations import Asked, ask, cancel, carry_out
from patrols.services.editing import changes_since
from patrols.services.versions import make_version
from tests.builders import DAY, at, build_passage, build_town
from tests.patrols.services.planning_hand import take

pytestmark = pytest.mark.django_db

SHORT_S = 0.5
MIDDAY = at(12)
Kind, State = Calculation.Kind, Calculation.State


@pytest.fixture
def town():
    return build_town()


def asked(town, *, now=MIDDAY, **options) -> Calculation:
    return ask(town.commune, Asked(**{"day": DAY, "seconds": SHORT_S, **options}), by=None, now=now)


def carry(calculation, routing_dir, *, now=MIDDAY, **options) -> Calculation:
    carry_out(calculation.pk, now=now, routing_dir=routing_dir, **options)
    calculation.refresh_from_db()
    return calculation


def test_a_calculation_makes_a_draft_that_no_crew_sees(town, routing_dir):
    done = carry(asked(town), routing_dir)

    assert (done.state, done.problem, done.best) == (State.DONE, "", {})
    assert done.plan.version is None
    assert done.stops == Stop.objects.filter(route__plan=done.plan).count() > 0
    assert done.prize == pytest.approx(done.plan.prize)


def test_a_crew_that_is_out_already_is_given_a_round_from_now_on(town, routing_dir):
    half_past_six = at(18, 30)
    build_passage(absence=town.absences[1], crew=town.crews[0], done_at=at(18, 10))

    plan = carry(asked(town), routing_dir, now=half_past_six).plan

    stops = Stop.objects.filter(route__plan=plan)
    assert stops.exists()
    assert all(stop.starts_at >= half_past_six for stop in stops)
    assert not stops.filter(absence=town.absences[1]).exists()


def test_planned_anew_during_the_shift_a_day_keeps_what_is_done(town, routing_dir):
    first = make_version(carry(asked(town), routing_dir).plan)
    done = Stop.objects.filter(route__plan=first, route__shift=town.shifts[0]).earliest("order")
    build_passage(absence=done.absence, crew=town.crews[0], done_at=at(18, 20))

    again = carry(asked(town), routing_dir, now=at(18, 30)).plan

    stops = Stop.objects.filter(route__plan=again, route__shift=town.shifts[0]).order_by("order")
    assert (stops[0].absence_id, stops[0].is_done) == (done.absence_id, True)
    assert all(stop.starts_at >= at(18, 30) for stop in stops[1:])


def test_what_a_crew_that_has_gone_home_did_stays_where_others_are_planned_anew(town, routing_dir):
    over, on_shift = town.shifts
    first = make_version(carry(asked(town), routing_dir).plan)
    Shift.objects.filter(pk=over.pk).update(ends_at=at(19))
    done = Stop.objects.filter(route__plan=first, route__shift=over).earliest("order")
    build_passage(absence=done.absence, stop=done, crew=town.crews[0], done_at=at(18, 20))

    again = carry(asked(town, shifts=(on_shift.pk,)), routing_dir, now=at(19, 30)).plan

    rounds = {route.shift_id: list(route.stops.all()) for route in again.routes.all()}
    assert rounds.keys() == {over.pk, on_shift.pk}
    assert [(stop.absence_id, stop.starts_at, stop.is_done) for stop in rounds[over.pk]] == [
        (done.absence_id, done.starts_at, True)
    ]
    assert all(stop.starts_at >= at(19, 30) for stop in rounds[on_shift.pk])


def test_a_day_that_is_over_when_its_turn_comes_is_planned_as_it_would_have_been(town, routing_dir):
    Shift.objects.update(ends_at=at(21))

    plan = carry(asked(town), routing_dir, now=at(23)).plan

    assert Stop.objects.filter(route__plan=plan, starts_at__lt=at(21)).exists()


def test_a_day_whose_crews_have_gone_home_is_not_calculated(town):
    Shift.objects.filter(pk=town.shifts[0].pk).update(ends_at=at(21))
    last_minute = asked(town, now=at(21, 59))

    with pytest.raises(DayIsOver, match="est finie") as refused:
        asked(town, now=at(22))

    assert french.plain(str(refused.value)).startswith("La journée du mercredi 12 août 2026 est finie :")
    assert Calculation.objects.get() == last_minute


def test_a_calculation_carried_out_twice_makes_one_plan(town, routing_dir):
    calculation = asked(town)

    carry(calculation, routing_dir)
    carry(calculation, routing_dir)

    assert Plan.objects.count() == 1


def test_the_work_of_a_worker_that_was_taken_for_dead_is_thrown_away(town, routing_dir, monkeypatch):
    calculation, solve = asked(town), calculations.solve

    def solve_while_another_finishes(*args, **options):
        monkeypatch.setattr(calculations, "solve", solve)
        carry(calculation, routing_dir)
        return solve(*args, **options)

    monkeypatch.setattr(calculations, "solve", solve_while_another_finishes)
    carry(calculation, routing_dir)

    assert Plan.objects.count() == 1
    assert calculation.state == State.DONE


def test_one_that_is_stopped_keeps_the_best_so_far(town, routing_dir):
    calculation = asked(town, seconds=60.0)
    Calculation.objects.filter(pk=calculation.pk).update(begun_at=at(12), cancel_asked_at=at(12))

    stopped = carry(calculation, routing_dir)

    assert stopped.state == State.CANCELLED
    assert Stop.objects.filter(route__plan=stopped.plan).exists()


def test_one_that_is_stopped_before_anybody_began_says_that_there_is_nothing_to_keep(town, routing_dir):
    calculation = asked(town)
    cancel(calculation)

    stopped = carry(calculation, routing_dir)

    assert (stopped.state, stopped.plan) == (State.CANCELLED, None)
    assert "rien à garder" in stopped.problem


def test_one_whose_worker_ends_waits_for_another(town, routing_dir):
    calculation = asked(town)

    with pytest.raises(WorkerIsEnding):
        carry(calculation, routing_dir, is_ending=lambda: True)

    calculation.refresh_from_db()
    assert calculation.state == State.WAITING
    assert not Plan.objects.exists()


def test_progress_tells_the_best_plan_so_far_by_keys(town, routing_dir, monkeypatch):
    told, solve = [], calculations.solve

    def solve_and_look(problem, *args, on_progress, **options):
        orders = {crew.id: tuple(visit.id for visit in problem.visits[:1]) for crew in problem.crews[:1]}
        on_progress(Progress(iterations=10, runtime_s=0.1, fraction=0.5, prize=3.0, visits=1, orders=orders))
        told.append(Calculation.objects.get())
        return solve(problem, *args, on_progress=on_progress, **options)

    monkeypatch.setattr(calculations, "solve", solve_and_look)
    carry(asked(town, seconds=4.0), routing_dir)

    assert told[0].best == {str(town.shifts[0].pk): [town.absences[0].pk]}
    assert (told[0].stops, told[0].seconds_left, told[0].state) == (1, 2.0, State.WORKING)


def test_pressing_twice_asks_once(town):
    assert asked(town) == asked(town)
    assert Calculation.objects.count() == 1


def test_what_is_asked_for_is_in_the_queue_by_its_key_alone(town):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('ronde.holdings', %s, true)",
            ['{"commune": "26999", "roles": ["municipal_police"]}'],
        )
        calculation = asked(town)
        cursor.execute("SELECT args FROM procrastinate_jobs")
        jobs = cursor.fetchall()

    assert [str(job).replace("'", "").replace('"', "") for (job,) in jobs] == [
        f"{{calculation: {calculation.pk}}}"
    ]


def test_a_day_with_nobody_on_shift_says_what_to_do(town):
    Shift.objects.all().delete()

    with pytest.raises(NoShift, match="Saisissez les vacations"):
        asked(town)


def test_a_shift_that_is_not_of_the_day_is_refused(town):
    with pytest.raises(NoShiftChosen, match="rechargez"):
        asked(town, shifts=(10**9,))


def test_the_rest_of_a_plan_that_is_not_there_is_refused(town):
    with pytest.raises(NoBase, match="calculez d'abord"):
        asked(town, kind=Kind.REST)


def test_a_day_without_homes_fails_in_words(town, routing_dir):
    for absence in town.absences:
        absence.returned_on = DAY
        absence.save()

    failed = carry(asked(town), routing_dir)

    assert failed.state == State.FAILED
    assert "Déclarez les absences" in failed.problem


def test_a_day_on_which_every_window_is_closed_makes_a_plan_that_says_why(town, routing_dir):
    AllowedHours.objects.all().delete()
    for absence in town.absences:
        AllowedHours.objects.create(absence=absence, opens="08:00", closes="09:00")

    done = carry(asked(town), routing_dir)

    assert done.state == State.DONE
    assert "Pourquoi pas aujourd'hui" in done.problem
    assert done.plan.omissions.count() >= len(town.absences)


def test_streets_that_were_never_imported_fail_in_words(town, tmp_path):
    failed = carry(asked(town), tmp_path)

    assert failed.state == State.FAILED
    assert failed.problem


def test_a_fault_of_ours_is_told_and_raised(town, routing_dir, monkeypatch):
    def fail(*args, **options):
        raise ArithmeticError

    monkeypatch.setattr(calculations, "solve", fail)
    calculation = asked(town)

    with pytest.raises(ArithmeticError):
        carry(calculation, routing_dir)

    calculation.refresh_from_db()
    assert (calculation.state, "défaut" in calculation.problem) == (State.FAILED, True)


@pytest.fixture
def decided(town, routing_dir):
    """A draft in which one stop is locked and another home is set aside."""
    hand = take(town, routing_dir)
    locked = hand.stops(0)[0] if hand.stops(0) else hand.stops(1)[0]
    excluded = next(home for home in town.absences if home.pk != locked.absence_id)
    hand.do("lock", locked.absence_id, number=locked.visit_number)
    hand.do("exclude", excluded.pk)
    return hand.fresh(), locked, excluded


def test_a_day_planned_anew_keeps_what_a_person_decided(town, routing_dir, decided):
    base, locked, excluded = decided

    done = carry(asked(town, base=base), routing_dir)

    kept = Stop.objects.get(route__plan=done.plan, is_locked=True)
    assert (kept.absence_id, kept.route.shift) == (locked.absence_id, locked.route.shift)
    assert not Stop.objects.filter(route__plan=done.plan, absence=excluded).exists()
    assert done.plan.omissions.get(absence=excluded).reason == Omission.Reason.BY_HAND
    assert changes_since(done.plan, 0) == []


def test_a_shift_that_was_entered_since_is_planned_for_around_what_was_decided(town, routing_dir, decided):
    base, locked, _ = decided
    late = Shift.objects.get(pk=town.shifts[1].pk)
    late.pk, late.starts_at, late.ends_at = None, at(22), at(23, 30)
    late.save()

    plan = carry(asked(town, base=base), routing_dir).plan

    assert plan.routes.filter(shift=late).exists()
    assert Stop.objects.get(route__plan=plan, is_locked=True).absence_id == locked.absence_id


def test_the_lock_of_a_crew_that_stays_at_home_holds_nobody(town, routing_dir, decided):
    base, locked, excluded = decided
    others = tuple(shift.pk for shift in town.shifts if shift.pk != locked.route.shift_id)

    plan = carry(asked(town, base=base, shifts=others), routing_dir).plan

    assert not Stop.objects.filter(route__plan=plan, is_locked=True).exists()
    assert plan.omissions.get(absence=excluded).reason == Omission.Reason.BY_HAND


def test_a_day_planned_afresh_keeps_nothing_of_what_was_decided(town, routing_dir, decided):
    base, _, excluded = decided

    plan = carry(asked(town, kind=Kind.AFRESH, base=base), routing_dir).plan

    assert not Stop.objects.filter(route__plan=plan, is_locked=True).exists()
    assert not plan.omissions.filter(reason=Omission.Reason.BY_HAND).exists()
    assert Stop.objects.filter(route__plan=plan, absence=excluded).exists()


def test_on_a_joint_day_no_home_is_passed_by_both_services_for_one_passage(town, routing_dir):
    town.crews[0].excluded_absences.add(town.absences[3])
    municipal = carry(asked(town, service="municipal"), routing_dir)
    make_version(municipal.plan)

    national = carry(asked(town, service="national"), routing_dir)

    once = {absence.pk for absence in town.absences if absence.passages_per_week <= 7}
    taken = set(Stop.objects.filter(route__plan=municipal.plan).values_list("absence", flat=True))
    also = set(Stop.objects.filter(route__plan=national.plan).values_list("absence", flat=True))
    assert {route.shift for route in national.plan.routes.all()} == {town.shifts[1]}
    assert taken & also & once == set()
    assert town.absences[3].pk in also
