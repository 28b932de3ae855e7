"""Why each visit was left out of a finished plan, and the smallest change that would bring it in."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from patrols.planner.encode import MS
from patrols.planner.kernel.layout import (
    ABSENT,
    BEST,
    END,
    KEEP,
    LOC,
    LOCKED,
    NEVER,
    PROFILE,
    ROUTE,
    S_FIRST,
    S_LAST,
    SERVICE,
    SHIFT_CLOSES,
    SHIFT_OPENS,
    START,
    UNREACHABLE,
    W_FIRST,
    W_LAST,
    Day,
    Town,
)
from patrols.planner.kernel.remedies import (
    ADVANCE,
    OVERTIME,
    PLAIN,
    SHORTENING,
    WIDENING,
    measure,
    replacements,
    retimed,
    stands,
)
from patrols.planner.plan import Omission, Reason, Remedy, RemedyKind
from patrols.planner.problem import Problem

SMALL_CHANGE_S = 1800.0
"""Up to half an hour, changing an hour is offered before giving up another home; beyond, after."""
LEAST_SERVICE_SHARE = 0.5
"""A passage is not shortened below this share of its time on the spot."""
FAR_MS = 10 * 86_400_000
"""A shift moved by this has no bound: ten days, past every window."""
DAY_MS = 86_400_000
"""The midnight that ends the plan's day."""
BISECTIONS = 16
"""Halvings of a separation, down to a second in eighteen hours."""

Rows = npt.NDArray[np.int64]
Ground = npt.NDArray[np.bool_]
"""One word a location: whether a crew can come there and go on."""


class _Measured(NamedTuple):
    """What `measure` found, one row per visit left out, in the town of the day and of the crews that are on."""

    town: Town
    fits: Rows
    changes: dict[RemedyKind, Rows]
    allow: Rows
    visited_homes: set[str]


def explain(problem: Problem, town: Town, day: Day) -> tuple[Omission, ...]:
    """Return one omission per absent visit of the plan loaded in `day`, in the order of the problem."""
    omitted = np.sort(day.absent[: day.totals[ABSENT]])
    if not len(omitted):
        return ()
    if not len(problem.crews):
        nothing = Remedy(kind=RemedyKind.NONE)
        return tuple(
            Omission(visit=problem.visits[v].id, reason=Reason.NO_TIME_LEFT, remedy=nothing) for v in omitted
        )
    measured = _measured(problem, town, day, omitted)
    remedies = _remedies(problem, town, day, omitted, measured)
    grounds: dict[int, Ground] = {}
    return tuple(
        Omission(
            visit=problem.visits[v].id,
            reason=Reason.NOTHING
            if remedies[n].kind == RemedyKind.ADD
            else _reason(town, grounds, v, int(measured.changes[RemedyKind.WIDEN_WINDOW][n, 0])),
            remedy=remedies[n],
        )
        for n, v in enumerate(omitted)
    )


def _measured(problem: Problem, town: Town, day: Day, omitted: Rows) -> _Measured:
    # A crew whose shift is over has gone home: no change of its hours or of its round brings anybody back.
    is_on = town.crews[:, SHIFT_CLOSES] > town.crews[:, SHIFT_OPENS]
    forbidden = ((1 - town.allowed) * is_on[:, np.newaxis]).astype(np.uint8)
    town = _of_the_day(town, omitted)._replace(allowed=(town.allowed * is_on[:, np.newaxis]).astype(np.uint8))
    may_begin = np.array([not crew.is_under_way for crew in problem.crews], dtype=np.uint8)
    at_depot = town._replace(allowed=town.allowed * may_begin[:, np.newaxis])
    return _Measured(
        town=town,
        fits=measure(town, day, omitted, PLAIN),
        changes={
            RemedyKind.EXTEND_SHIFT: measure(town, _unbounded(town, day, SHIFT_CLOSES, FAR_MS), omitted, OVERTIME),
            RemedyKind.START_EARLIER: measure(
                at_depot, _unbounded(town, day, SHIFT_OPENS, -FAR_MS), omitted, ADVANCE
            ),
            RemedyKind.WIDEN_WINDOW: measure(town, day, omitted, WIDENING),
            RemedyKind.SHORTEN_SERVICE: measure(town, day, omitted, SHORTENING),
            RemedyKind.REDUCE_SEPARATION: _nearer(town, day, omitted),
        },
        allow=measure(town._replace(allowed=forbidden), day, omitted, PLAIN),
        visited_homes={problem.visits[u].home for u in np.flatnonzero(day.where[:, ROUTE] >= 0)},
    )


def _given_up_first(town: Town, day: Day) -> Rows:
    """Return crew and position of each stop that may be given up, that of least prize first, shape (m, 2)."""
    free = [
        (r, q)
        for r in range(len(town.crews))
        for q in range(int(town.crews[r, LOCKED]) + 1, int(day.size[BEST, r]) + 1)
        if not town.visits[day.seq[BEST, r, q], KEEP]
    ]
    stops = np.array(free, dtype=np.int64).reshape(len(free), 2)
    prizes = town.prizes[day.seq[BEST, stops[:, 0], stops[:, 1]]]
    return stops[np.argsort(prizes, kind="stable")]


def _of_the_day(town: Town, omitted: Rows) -> Town:
    """Return `town` without the hours that open once the day and every shift are over: the next plan's."""
    over_ms = max(DAY_MS, int(town.crews[:, SHIFT_CLOSES].max()))
    visits = town.visits.copy()
    for v in omitted:
        opens = town.windows[visits[v, W_FIRST] : visits[v, W_LAST], 0]
        visits[v, W_LAST] = visits[v, W_FIRST] + int((opens < over_ms).sum())
    return town._replace(visits=visits)


def _unbounded(town: Town, day: Day, column: int, shift_ms: int) -> Day:
    """Return `day` as if every shift began or ended much further out; siblings keep their true times."""
    crews = town.crews.copy()
    crews[:, column] += shift_ms
    loose = day._replace(
        ready=day.ready.copy(),
        begin=day.begin.copy(),
        until=day.until.copy(),
        route_travel=day.route_travel.copy(),
        where=day.where.copy(),
    )
    retimed(town._replace(crews=crews), loose)
    return loose._replace(where=day.where)


def _nearer(town: Town, day: Day, omitted: Rows) -> Rows:
    """Return, as `measure` does, by how much the separation of each visit from its siblings is too long."""
    reach = np.zeros(len(town.visits))
    tried = np.zeros(len(town.visits))
    found = np.full((len(omitted), 4), NEVER, dtype=np.int64)
    apart = np.flatnonzero([_has_placed_sibling(town, day, v) for v in omitted])
    if not len(apart):
        return found
    owners = np.repeat(np.arange(len(town.visits)), town.visits[:, S_LAST] - town.visits[:, S_FIRST])
    widest = np.zeros(len(town.visits))
    np.maximum.at(widest, owners, town.siblings[:, 1])
    step = 1.0
    for round_number in range(BISECTIONS):
        siblings = town.siblings.copy()
        siblings[:, 1] = np.minimum(siblings[:, 1], np.floor((widest * tried)[owners]))
        fit = measure(town._replace(siblings=siblings), day, omitted[apart], PLAIN)
        fits = fit[:, 0] < NEVER
        for n, row in zip(apart[fits], fit[fits], strict=True):
            v = omitted[n]
            found[n] = row
            found[n, 0] = np.ceil(widest[v] * (1.0 - tried[v]))
            reach[v] = tried[v]
        if round_number == 0 and not fits.any():
            break
        step /= 2.0
        tried = reach + step
    return found


def _reason(town: Town, grounds: dict[int, Ground], v: int, widening_ms: int) -> Reason:
    crews = [int(r) for r in np.flatnonzero(town.allowed[:, v])]
    if not crews:
        return Reason.EXCLUDED
    # The depots first: on 2,000 homes, looking at every other place for each visit took half of all the reasons.
    reached = [r for r in crews if max(_legs(town, v, r)) < UNREACHABLE or _is_joined(town, grounds, v, r)]
    if not reached:
        return Reason.UNREACHABLE
    if widening_ms < NEVER or not any(_is_open(town, v, r) for r in reached):
        return Reason.WINDOW
    return Reason.NO_TIME_LEFT


def _legs(town: Town, v: int, r: int) -> tuple[int, int]:
    """Return the travel in ms of crew `r` from its depot to `v`, and from `v` to where it ends."""
    durations, here = town.durations[town.crews[r, PROFILE]], town.visits[v, LOC]
    return int(durations[town.crews[r, START], here]), int(durations[here, town.crews[r, END]])


def _is_joined(town: Town, grounds: dict[int, Ground], v: int, r: int) -> bool:
    """Say whether `r` can come to `v` from its depot and go on to where it ends, by whatever it passes."""
    if r not in grounds:
        ways = town.durations[town.crews[r, PROFILE]] < UNREACHABLE
        grounds[r] = _spread(ways, town.crews[r, START]) & _spread(ways.T, town.crews[r, END])
    return bool(grounds[r][town.visits[v, LOC]])


def _spread(ways: npt.NDArray[np.bool_], origin: int) -> Ground:
    """Return the places to which ways lead from `origin`, one after the other."""
    reached = np.zeros(len(ways), dtype=np.bool_)
    reached[origin] = True
    while (wider := reached | ways[reached].any(axis=0)).sum() > reached.sum():
        reached = wider
    return reached


def _is_open(town: Town, v: int, r: int) -> bool:
    """Say whether `v` alone, at any hour of the shift of `r`, meets one of its windows; true if it never could."""
    leg_in, leg_out = _legs(town, v, r)
    soonest = town.crews[r, SHIFT_OPENS] + leg_in
    latest = town.crews[r, SHIFT_CLOSES] - leg_out - town.visits[v, SERVICE]
    windows = town.windows[town.visits[v, W_FIRST] : town.visits[v, W_LAST]]
    return bool(soonest > latest or ((windows[:, 0] <= latest) & (windows[:, 1] >= soonest)).any())


def _remedies(problem: Problem, town: Town, day: Day, omitted: Rows, measured: _Measured) -> list[Remedy]:
    """Return for each visit where it fits, a small change, a crew to allow, a home to give up or a large change.

    Only where nothing comes before it is a home to give up looked for: that takes longest.
    """
    changes = [
        sorted(_changes(problem, town, day, measured, v, n), key=lambda remedy: remedy.seconds)
        for n, v in enumerate(omitted)
    ]
    remedies = [each[0] if each else Remedy(kind=RemedyKind.NONE) for each in changes]
    asked = []
    for n, each in enumerate(changes):
        if measured.fits[n, 0] < NEVER:
            crew, after = problem.crews[measured.fits[n, 1]].id, int(measured.fits[n, 2])
            remedies[n] = Remedy(kind=RemedyKind.ADD, crew=crew, after_stop=after)
            continue
        if each and each[0].seconds <= SMALL_CHANGE_S:
            continue
        if measured.allow[n, 0] < NEVER:
            crew, after = problem.crews[measured.allow[n, 1]].id, int(measured.allow[n, 2])
            remedies[n] = Remedy(kind=RemedyKind.ALLOW_CREW, crew=crew, after_stop=after)
        else:
            asked.append(n)
    found = replacements(measured.town, day, omitted[asked], _given_up_first(measured.town, day))
    for n, row in zip(asked, found, strict=True):
        given_up, crew_row, after = (int(number) for number in row)
        # Giving up a home's own other passage for this one would help nobody.
        if given_up >= 0 and problem.visits[given_up].home != problem.visits[omitted[n]].home:
            visit, crew = problem.visits[given_up].id, problem.crews[crew_row].id
            remedies[n] = Remedy(kind=RemedyKind.REPLACE, crew=crew, after_stop=after, visit=visit)
    return remedies


def _changes(problem: Problem, town: Town, day: Day, measured: _Measured, v: int, n: int) -> Iterator[Remedy]:
    """Yield what changing one hour or one duration would do for visit `v`, row `n` of what was measured."""
    for kind, rows in measured.changes.items():
        amount, crew_row, after, opens = (int(number) for number in rows[n])
        if not 0 < amount < FAR_MS:
            continue
        if kind == RemedyKind.SHORTEN_SERVICE and amount > LEAST_SERVICE_SHARE * town.visits[v, SERVICE]:
            continue
        # Wider, its hours might come too near the other passage, which `least_widening` does not look at.
        if kind == RemedyKind.WIDEN_WINDOW and problem.visits[v].home in measured.visited_homes:
            continue
        # How near the passages of a home may be was tried as it was measured.
        is_tried = kind == RemedyKind.REDUCE_SEPARATION or not _has_placed_sibling(town, day, v)
        if not (is_tried or stands(town, _changed(town, kind, v, crew_row, amount), day, v, crew_row, after)):
            continue
        crew = problem.crews[crew_row].id
        opens_earlier = kind == RemedyKind.WIDEN_WINDOW and bool(opens)
        yield Remedy(kind=kind, crew=crew, after_stop=after, seconds=amount / MS, opens=opens_earlier)


def _changed(town: Town, kind: RemedyKind, v: int, crew_row: int, amount_ms: int) -> Town:
    """Return `town` with one shift longer or one service shorter."""
    if kind == RemedyKind.SHORTEN_SERVICE:
        visits = town.visits.copy()
        visits[v, SERVICE] -= amount_ms
        return town._replace(visits=visits)
    crews = town.crews.copy()
    if kind == RemedyKind.EXTEND_SHIFT:
        crews[crew_row, SHIFT_CLOSES] += amount_ms
    else:
        crews[crew_row, SHIFT_OPENS] -= amount_ms
    return town._replace(crews=crews)


def _has_placed_sibling(town: Town, day: Day, v: int) -> bool:
    others = town.siblings[town.visits[v, S_FIRST] : town.visits[v, S_LAST], 0]
    return bool((day.where[others, ROUTE] >= 0).any())
