"""Where each crew of a plan is: what it has done, where it is free next, and when."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from patrols.models import Plan, Route, Shift, Stop
from patrols.services.day_terms import Begun, DoneStop
from patrols.services.progress import Made, read_made_between
from patrols.services.standing import read_missed


def read_begun(plan: Plan, *, now: dt.datetime, delays_s: Mapping[int, float]) -> dict[int, Begun]:
    """Return the rounds of a plan that are under way, by shift.

    A stop is done when a passage was recorded at its home since the shift began. Where a crew has recorded none,
    it is taken to be where the plan has it, but for the stops that the desk says were missed.

    Parameters
    ----------
    delays_s
        Seconds that a crew is held where it is, from now on.
    """
    routes = list(
        plan.routes.select_related("shift")
        .prefetch_related("stops__absence", "breaks")
        .order_by("shift__starts_at")
    )
    begun = [route for route in routes if route.shift.starts_at <= now]
    if not begun:
        return {}
    stops = [stop for route in begun for stop in route.stops.all()]
    made = read_made_between(begun, since=min(route.shift.starts_at for route in begun), until=now)
    missed = read_missed(stops).keys() - made.keys()
    return {route.shift_id: _begun(route, made, missed, now, delays_s.get(route.shift_id, 0.0)) for route in begun}


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
    at_depot = Begun(done=(), free_at=now, point=None, breaks_taken=0)
    return {shift.pk: begun.get(shift.pk, at_depot) for shift in on_shift if shift.starts_at <= now}


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


def _begun(
    route: Route, made: Mapping[int, Made], missed: Collection[int], now: dt.datetime, delay_s: float
) -> Begun:
    stops = [stop for stop in route.stops.all() if stop.pk not in missed]
    overtaken = find_overtaken(stops, made=made, now=now)
    presumed = (_done(stop, free_at=stop.leaves_at) for stop in stops if stop.pk in overtaken)
    done = _recorded(stops, made) or tuple(presumed)
    free_at = max(now, done[-1].free_at) if done else now
    last = done[-1].absence.point if done else None
    return Begun(
        done=done,
        free_at=free_at + dt.timedelta(seconds=delay_s),
        point=None if last is None else (last.x, last.y),
        breaks_taken=sum(pause.starts_at <= now for pause in route.breaks.all()),
    )


def _recorded(stops: Sequence[Stop], made: Mapping[int, Made]) -> tuple[DoneStop, ...]:
    """Return the stops at which a passage was recorded, or that were done before the plan, in the order in which
    their crew made them; none when none was.
    """
    done = [_done(stop, free_at=made[stop.pk].done_at) for stop in stops if stop.pk in made]
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
