"""Where each crew of a plan is: what it has done, where it is free next, and when."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from django.db.models import prefetch_related_objects

from patrols.models import Passage, Plan, Route, RouteBreak, Shift, Stop
from patrols.models.crews import OPENS_BEFORE
from patrols.services.day_terms import Begun, DoneStop
from patrols.services.progress import Made, read_made_between
from patrols.services.standing import read_missed


def read_begun(plan: Plan, *, now: dt.datetime, delays_s: Mapping[int, float]) -> dict[int, Begun]:
    """Return the rounds of a plan that are under way, by shift.

    So is one whose crew set out before its shift, as it may once its round is open. A stop is done when a passage
    was recorded at its home since then. Where a crew has recorded none, it is taken to be where the plan has it,
    but for the stops that the desk says were missed. What a crew did at a stop that has gone to another since is
    its own: the other has not been there, and need not go.

    Parameters
    ----------
    delays_s
        Seconds that a crew is held where it is, from now on.
    """
    routes = list(plan.routes.select_related("shift").order_by("shift__starts_at"))
    opened = [route for route in routes if route.shift.starts_at - OPENS_BEFORE <= now]
    if not opened:
        return {}
    prefetch_related_objects(opened, "stops__absence", "breaks")
    opened_at = min(route.shift.starts_at for route in opened) - OPENS_BEFORE
    made = read_made_between(opened, since=opened_at, until=now)
    begun = [route for route in opened if route.shift.starts_at <= now or _has_set_out(route, made)]
    stops = [stop for route in begun for stop in route.stops.all()]
    missed = read_missed(stops).keys() - made.keys()
    given = _read_given(stops, made)
    return {
        route.shift_id: _begun(
            route,
            [stop for stop in route.stops.all() if stop.pk not in missed and stop.pk not in given],
            made,
            [done for stop, done in given.items() if made[stop].shift == route.shift_id],
            now=now,
            delay_s=delays_s.get(route.shift_id, 0.0),
        )
        for route in begun
    }


def read_out(shifts: Collection[int], latest: Plan | None, *, now: dt.datetime) -> dict[int, Begun]:
    """Return where crews are whose shift has begun, by shift: on their round, or at their depot where
    they have none.

    A day whose last shift is over is planned as it would have been: nobody is out.

    Parameters
    ----------
    shifts
        Those to plan for.
    latest
        The last plan that these crews were given, if any.
    """
    on_shift = list(Shift.objects.filter(pk__in=shifts))
    if not any(shift.ends_at > now for shift in on_shift):
        return {}
    begun = {} if latest is None else read_begun(latest, now=now, delays_s={})
    at_depot = Begun(done=(), left_at=None, free_at=now, point=None, breaks_taken=0)
    out = [shift.pk for shift in on_shift if shift.starts_at <= now or shift.pk in begun]
    return {shift: begun.get(shift, at_depot) for shift in out}


def find_overtaken(stops: Collection[Stop], *, made: Collection[int], now: dt.datetime) -> frozenset[int]:
    """Return the stops that the hour alone says were made, by key: those whose hour has come, in rounds of which
    nothing is known.

    Parameters
    ----------
    stops
        With their routes; none that was missed.
    made
        Keys of the stops at which a passage was recorded.
    """
    known = {stop.route_id for stop in stops if stop.pk in made or stop.is_done}
    return frozenset(stop.pk for stop in stops if stop.route_id not in known and stop.starts_at <= now)


def _has_set_out(route: Route, made: Mapping[int, Made]) -> bool:
    """Say whether the crew of a round has made a stop of it."""
    return any(made[stop.pk].shift == route.shift_id for stop in route.stops.all() if stop.pk in made)


def _read_given(stops: Collection[Stop], made: Mapping[int, Made]) -> dict[int, DoneStop]:
    """Return what another crew did at its own stop of a former version, by the key of the stop that is given to
    this one; under its number.
    """
    given = {stop.pk: stop.visit_number for stop in stops if stop.pk in made and made[stop.pk].is_by_another(stop)}
    passages = {made[stop].passage: stop for stop in given}
    had = Passage.objects.filter(pk__in=passages).select_related("stop__absence")
    found = ((passages[passage.pk], passage.stop) for passage in had if passage.stop is not None)
    return {stop: replace(_done(own, free_at=made[stop].done_at), number=given[stop]) for stop, own in found}


def _begun(
    route: Route,
    stops: Sequence[Stop],
    made: Mapping[int, Made],
    given: Sequence[DoneStop],
    *,
    now: dt.datetime,
    delay_s: float,
) -> Begun:
    overtaken = find_overtaken(stops, made=made, now=now)
    presumed = (_done(stop, free_at=stop.leaves_at) for stop in stops if stop.pk in overtaken)
    done = _recorded(stops, made, given) or tuple(presumed)
    had = [pause for pause in route.breaks.all() if pause.starts_at <= now]
    last = done[-1] if done else None
    free_at = max([now, *_ends_of_rests(had, last), *([last.free_at] if last else [])])
    point = last.absence.point if last else None
    return Begun(
        done=done,
        left_at=min([route.starts_at, *(stop.arrives_at for stop in done[:1])]) if done or had else None,
        free_at=free_at + dt.timedelta(seconds=delay_s),
        point=None if point is None else (point.x, point.y),
        breaks_taken=len(had),
    )


def _ends_of_rests(had: Sequence[RouteBreak], last: DoneStop | None) -> list[dt.datetime]:
    """Return when the breaks end that have begun since a crew was done with its last stop."""
    since = [pause for pause in had if last is None or pause.starts_at >= last.free_at]
    return [pause.starts_at + dt.timedelta(seconds=pause.duration_s) for pause in since]


def _recorded(stops: Sequence[Stop], made: Mapping[int, Made], given: Sequence[DoneStop]) -> tuple[DoneStop, ...]:
    """Return the stops at which a passage was recorded, those given to others since with them, or that were done
    before the plan, in the order in which their crew made them; none when none was.
    """
    done = [*given, *(_done(stop, free_at=made[stop.pk].done_at) for stop in stops if stop.pk in made)]
    done += [_done(stop, free_at=stop.leaves_at) for stop in stops if stop.is_done and stop.pk not in made]
    return tuple(sorted(done, key=lambda stop: stop.free_at))


def _done(stop: Stop, *, free_at: dt.datetime) -> DoneStop:
    return DoneStop(
        absence=stop.absence,
        number=stop.visit_number,
        arrives_at=stop.arrives_at,
        starts_at=stop.starts_at,
        leaves_at=stop.leaves_at,
        free_at=free_at,
        prize=stop.prize,
        is_locked=stop.is_locked,
    )
