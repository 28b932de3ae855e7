"""Calculations that people ask for: ask, stop, carry out; whichever worker does it, one plan comes of it."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Account
from geo.errors import GeoError
from geo.models import Commune
from geo.routing.errors import RoutingError
from patrols.errors import (
    NoBase,
    NoHome,
    NoShift,
    NoShiftChosen,
    NothingFound,
    PatrolError,
    PlanBreaksRules,
    WorkerIsEnding,
)
from patrols.models import Calculation, Plan, Shift
from patrols.planner import (
    Crew,
    LockedVisitError,
    MaxRuntime,
    PlannerError,
    Problem,
    TimeWindow,
    arrange,
    check,
    solve,
)
from patrols.planner import Plan as Solution
from patrols.services.arrangement import Arrangement, InHand, problem_of, read_decisions, take_in_hand
from patrols.services.clock import DayClock
from patrols.services.day import build_problem
from patrols.services.day_terms import DayProblem
from patrols.services.difference import difference
from patrols.services.effect import Effect, find_effect
from patrols.services.elsewhere import seen_to
from patrols.services.on_the_way import is_cancelled, tell_best, tell_time
from patrols.services.planning import trace_homes
from patrols.services.risk import weigh_nothing, weigh_recent_facts
from patrols.services.saving import prize_done, save_plan
from patrols.services.shifts import refuse_over
from patrols.services.underway import read_out
from patrols.services.versions import make_version

SEED = 7
REST_SECONDS = 2.0
"""A crew that waits for the rest of its round waits no longer than it takes to say so, whatever is asked for."""
NEXT_STOP = dt.timedelta(minutes=10)
"""A crew that is to arrive so soon is on its way already: its next stop stays."""
State = Calculation.State
UNCHANGED = "Le reste des tournées ne change pas : les équipages gardent la version qu'ils ont."
FAULT = "Le calcul a échoué par un défaut du logiciel. Relancez-le ; s'il échoue encore, prévenez l'exploitant."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asks for; ``shifts`` is empty for all those of the service, which is empty for both."""

    day: dt.date
    seconds: float
    kind: Calculation.Kind = Calculation.Kind.DAY
    service: str = ""
    shifts: tuple[int, ...] = ()
    base: Plan | None = None
    delays_s: Mapping[int, float] | None = None
    weighs_facts: bool = False


def ask(commune: Commune, asked: Asked, *, by: Account | None, now: dt.datetime) -> Calculation:
    """Ask the workers for a calculation; the one that is underway already for the same crews is returned as it is.

    Raises
    ------
    NoShift, NoShiftChosen, DayIsOver
        When there is nobody to plan for.
    NoBase
        When it should begin from a plan, and there is none.
    """
    with transaction.atomic():
        _refuse_nobody(commune, asked, now)
        if asked.kind == Calculation.Kind.REST and asked.base is None:
            raise NoBase
        same = Calculation.objects.underway().filter(
            commune=commune,
            day=asked.day,
            kind=asked.kind,
            service=asked.service,
            shifts=sorted(asked.shifts),
            weighs_facts=asked.weighs_facts,
        )
        underway = same.filter(base=asked.base, cancel_asked_at__isnull=True).first()
        if underway is not None:
            return underway
        calculation = Calculation.objects.create(
            commune=commune,
            day=asked.day,
            kind=asked.kind,
            service=asked.base.service if asked.base else asked.service,
            shifts=sorted(asked.shifts),
            base=asked.base,
            base_revision=asked.base.revision if asked.base else None,
            delays_s={str(shift): delay_s for shift, delay_s in (asked.delays_s or {}).items()},
            publishes=asked.kind == Calculation.Kind.REST,
            weighs_facts=asked.weighs_facts,
            seconds=min(asked.seconds, REST_SECONDS) if asked.kind == Calculation.Kind.REST else asked.seconds,
            seed=SEED,
            asked_by=by,
            asked_at=now,
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT walls.defer_calculation(%s)", [calculation.pk])
    return calculation


def cancel(calculation: Calculation) -> None:
    """Ask the worker to stop and keep the best plan so far; nothing where it has ended."""
    Calculation.objects.filter(pk=calculation.pk, cancel_asked_at__isnull=True).update(
        cancel_asked_at=timezone.now()
    )


def carry_out(
    key: int, *, now: dt.datetime, routing_dir: Path, is_ending: Callable[[], bool] = lambda: False
) -> None:
    """Carry out a calculation that was asked for; one that has ended already is left as it is.

    Whoever carries it out may be killed at any moment: the plan and the word that it is done are one transaction.

    Parameters
    ----------
    is_ending
        Whether the worker was told to end: the calculation then waits again, for another.

    Raises
    ------
    WorkerIsEnding
        When it does.
    """
    calculation = _begin(key, now)
    if calculation is None:
        return
    try:
        task = _prepare(calculation, now, routing_dir)
        search = partial(
            solve,
            stop=MaxRuntime(calculation.seconds),
            seed=calculation.seed,
            is_cancelled=lambda: is_ending() or is_cancelled(calculation),
        )
        solution = search(task.problem, on_progress=tell_best(calculation, task.day))
        effect = _find_effect(calculation, task, solution, search)
        if is_ending():
            Calculation.objects.filter(pk=key).update(state=State.WAITING, best={}, seconds_left=None)
            raise WorkerIsEnding
        _end(calculation, task, solution, effect, routing_dir)
    except WorkerIsEnding:
        raise
    except LockedVisitError as error:
        _give_up(calculation, _in_words(error))
    except (PatrolError, GeoError, RoutingError, PlannerError) as error:
        _give_up(calculation, str(error))
    except Exception:
        _give_up(calculation, FAULT)
        raise


def _in_words(error: LockedVisitError) -> str:
    """Tell the passage by the number of its home, as its record has it, and not by the planner's name for it."""
    if not error.visit:
        return str(error)
    absence, number = error.visit.split("/")
    rank = "1er" if number == "1" else f"{number}e"
    return str(error).replace(f" {error.visit} ", f" de la fiche n° {absence} ({rank} passage) ")


@dataclass(frozen=True, kw_only=True)
class _Task:
    """A problem to solve, and what its answer is to be saved with."""

    day: DayProblem
    problem: Problem
    arrangement: Arrangement
    base: Plan | None


def _refuse_nobody(commune: Commune, asked: Asked, now: dt.datetime) -> None:
    shifts = Shift.objects.of_day(commune, asked.day)
    if asked.service:
        shifts = shifts.filter(crew__service=asked.service)
    if not shifts.exists():
        raise NoShift(asked.day)
    if shifts.filter(pk__in=asked.shifts).count() != len(set(asked.shifts)):
        raise NoShiftChosen
    refuse_over(commune, asked.day, now)


def _begin(key: int, now: dt.datetime) -> Calculation | None:
    with transaction.atomic():
        calculation = (
            Calculation.objects.select_for_update(of=("self",))
            .select_related("commune", "base__commune")
            .filter(pk=key)
            .first()
        )
        if calculation is None or not calculation.is_underway:
            return None
        if calculation.cancel_asked_at is not None and calculation.begun_at is None:
            _give_up(calculation, str(NothingFound()), state=State.CANCELLED)
            return None
        calculation.state, calculation.begun_at = State.WORKING, now
        # What a worker that was killed had come to is not where this one is.
        calculation.best, calculation.seconds_left = {}, None
        calculation.save(update_fields=["state", "begun_at", "best", "seconds_left"])
    return calculation


def _prepare(calculation: Calculation, now: dt.datetime, routing_dir: Path) -> _Task:
    if calculation.kind != Calculation.Kind.REST:
        return _whole_day(calculation, now, routing_dir)
    if calculation.base is None:
        raise NoBase
    delays_s = {int(shift): float(delay_s) for shift, delay_s in calculation.delays_s.items()}
    in_hand = take_in_hand(calculation.base, now=now, routing_dir=routing_dir, delays_s=delays_s)
    _refuse_no_home(in_hand.day)
    if calculation.shifts:
        in_hand = _stop_others(in_hand, calculation.shifts)
    arrangement = in_hand.arrangement.locks_alone()
    problem = _keep_next_stops(in_hand, problem_of(in_hand.day, arrangement), now)
    base = calculation.base if calculation.base.version is not None else calculation.base.base
    return _Task(day=in_hand.day, problem=problem, arrangement=arrangement, base=base)


def _whole_day(calculation: Calculation, now: dt.datetime, routing_dir: Path) -> _Task:
    """Plan all crews, or some; those whose shift has begun go on from now, or a round would begin in the past.

    What a crew that has gone home did stays in the plan, whether or not it is one of them; and what was decided by
    hand in the plan that it begins from, unless the day is to be planned afresh.
    """
    commune, day = calculation.commune, calculation.day
    shifts = calculation.shifts or list(
        Shift.objects.of_day(commune, day)
        .filter(**({"crew__service": calculation.service} if calculation.service else {}))
        .values_list("pk", flat=True)
    )
    latest = Plan.objects.of_day(commune, day).published().filter(service=calculation.service).first()
    if latest is not None:
        gone_home = latest.routes.filter(shift__ends_at__lte=now).values_list("shift", flat=True)
        shifts = [*shifts, *gone_home.exclude(shift__in=shifts)]
    begun = read_out(shifts, latest, now=now)
    problem = build_problem(
        commune,
        day,
        shifts_wanted=shifts or (),
        service=calculation.service,
        elsewhere=seen_to(commune, day, shifts, begun, now),
        begun=begun,
        weigh=weigh_recent_facts(commune, DayClock(day).midnight) if calculation.weighs_facts else weigh_nothing,
        now=now,
        routing_dir=routing_dir,
    )
    _refuse_no_home(problem)
    keeps = calculation.base if calculation.kind == Calculation.Kind.DAY else None
    decided = read_decisions(keeps, problem) if keeps else Arrangement(rounds={})
    return _Task(day=problem, problem=problem_of(problem, decided), arrangement=decided, base=latest)


def _refuse_no_home(day: DayProblem) -> None:
    done = any(begun.done for begun in day.begun.values())
    if not day.visits and not day.set_aside and not done:
        raise NoHome(day.clock.day)


def _stop_others(in_hand: InHand, go_on: Collection[int]) -> InHand:
    """End the rounds of all crews but some where they are: no stop, lock or break is left to them."""
    day, arrangement = in_hand.day, in_hand.arrangement
    crews = tuple(crew if day.shifts[crew.id].pk in go_on else _ended(crew) for crew in day.problem.crews)
    rounds = {shift: stops if shift in go_on else () for shift, stops in arrangement.rounds.items()}
    return replace(
        in_hand,
        day=replace(day, problem=replace(day.problem, crews=crews)),
        arrangement=replace(arrangement, rounds=rounds),
    )


def _ended(crew: Crew) -> Crew:
    return replace(crew, shift=TimeWindow(crew.shift.start_s, crew.shift.start_s), breaks=())


def _keep_next_stops(in_hand: InHand, problem: Problem, now: dt.datetime) -> Problem:
    """Begin the rest of each round with the stop to which the crew is on its way, where that can be."""
    known = {visit.id for visit in problem.visits}
    beginnings = {}
    for route in in_hand.plan.routes.all():
        stops = in_hand.arrangement.rounds.get(route.shift_id, ())
        begun = in_hand.day.begun.get(route.shift_id)
        if begun is None or not stops or stops[0].visit not in known:
            continue
        planned = [stop for stop in route.stops.all() if stop.absence_id == stops[0].absence]
        if any(stop.arrives_at <= now + NEXT_STOP for stop in planned):
            beginnings[in_hand.day.name_of(route.shift_id)] = (stops[0].visit,)
    kept = replace(problem, locked_beginnings=beginnings)
    try:
        arrange(kept, beginnings, explains=False)
    except LockedVisitError:
        return problem
    return kept


def _find_effect(
    calculation: Calculation, task: _Task, solution: Solution, search: Callable[..., Solution]
) -> Effect | None:
    """Say what recent facts changed in the plan of a day; in what is left of it there is no time to look."""
    if calculation.kind == Calculation.Kind.REST or is_cancelled(calculation):
        return None
    effect = find_effect(task.day, task.problem, solution, partial(search, on_progress=tell_time(calculation)))
    # A search that was cut short is no measure of the other.
    return None if is_cancelled(calculation) else effect


def _end(
    calculation: Calculation, task: _Task, solution: Solution, effect: Effect | None, routing_dir: Path
) -> None:
    if violations := check(task.problem, solution):
        raise PlanBreaksRules(violation.message for violation in violations)
    with transaction.atomic():
        held = Calculation.objects.select_for_update().get(pk=calculation.pk)
        # Another worker was given it meanwhile, this one having been silent too long: one plan comes of it.
        if not held.is_underway:
            return
        trace_homes(task.day)
        plan = _save(calculation, task, solution, effect, routing_dir)
        held.state = State.CANCELLED if held.cancel_asked_at else State.DONE
        held.plan, held.ended_at, held.best, held.seconds_left = plan, timezone.now(), {}, 0.0
        held.iterations, held.prize = solution.iterations, solution.prize + prize_done(task.day)
        held.stops = sum(len(route.stops) for route in solution.routes)
        if plan is None:
            held.problem = UNCHANGED
        elif not held.stops and not task.day.begun:
            held.problem = _nothing_fits(len(solution.omissions) + len(task.day.set_aside))
        held.save()


def _save(
    calculation: Calculation, task: _Task, solution: Solution, effect: Effect | None, routing_dir: Path
) -> Plan | None:
    """Save a draft, or the next version where that is asked for; none where it would say what the base says."""
    with transaction.atomic():
        plan = save_plan(
            task.day,
            solution,
            service=calculation.service,
            base=task.base,
            locked=task.arrangement.locked,
            excluded=task.arrangement.excluded,
            effect=effect,
            routing_dir=routing_dir,
        )
        if not calculation.publishes:
            return plan
        if task.base is not None and not difference(task.base, plan):
            transaction.set_rollback(True)
            return None
        return make_version(plan)


def _nothing_fits(visits: int) -> str:
    return (
        f"Aucun des {visits} passages dus ne tient dans les vacations : la raison de chacun est donnée dans "
        "« Pourquoi pas aujourd'hui ? »."
    )


def _give_up(calculation: Calculation, sentence: str, *, state: Calculation.State = State.FAILED) -> None:
    Calculation.objects.filter(pk=calculation.pk).update(
        state=state, ended_at=timezone.now(), problem=sentence, best={}, seconds_left=None
    )
