"""How far the crews of a plan have come: which passage was made at which of its stops, whoever made it, and which
stops the desk says were missed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django.db import connection
from django.db.models import Q, prefetch_related_objects

from patrols.models import Check, MissedStop, Passage, Plan, Route, Shift, Stop


class Visit(NamedTuple):
    """A crew's visit in whichever version of a plan: its shift, and which of the day's at its home."""

    shift: int | None
    number: int | None


class Told(Protocol):
    """What somebody told of a stop, and when we last heard of it."""

    @property
    def told_at(self) -> dt.datetime: ...


@dataclass(frozen=True, kw_only=True)
class Made:
    """A passage as a plan tells it: when, and what was found; never by whom, which not everybody may read.

    ``shift`` and ``number`` are those of the stop that the crew had before it, which may be of an older version;
    None where it was recorded without one. ``told_at`` is when we last heard of it: as it came in, or was amended.
    """

    passage: int
    absence: int
    done_at: dt.datetime
    result: Passage.Result
    anomaly: str
    wrong: tuple[str, ...]
    told_at: dt.datetime
    shift: int | None
    number: int | None

    @property
    def is_anomaly(self) -> bool:
        return self.result == Passage.Result.ANOMALY

    def is_by_another(self, stop: Stop) -> bool:
        """Whether it was made at a stop that another crew had, before the home went to the round of this one."""
        return self.shift not in (None, stop.route.shift_id)

    @property
    def finding(self) -> str:
        """What was found, in words: « RAS », or which anomaly."""
        if not self.is_anomaly:
            return str(Passage.Result.NOTHING_TO_REPORT.label)
        return str(Passage.Anomaly(self.anomaly).label if self.anomaly else Passage.Result.ANOMALY.label)

    @property
    def found_wrong(self) -> list[str]:
        """What was not as it should be, in words."""
        return Check.tell(self.wrong)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a page has been told of a plan's passages and missed stops: how many, and when the last was heard of.

    The count tells of one that was saved before another and committed after it, which the moment alone would miss.
    """

    count: int
    last_ms: int

    @classmethod
    def of(cls, told: Collection[Told]) -> "Heard":
        """Return what is told by these passages, missed stops and homes."""
        return cls(count=len(told), last_ms=max((_milliseconds(each.told_at) for each in told), default=0))

    @classmethod
    def read(cls, written: str) -> "Heard":
        """Read back what `str` wrote; nothing was heard where it is not understood."""
        count, _, last_ms = written.partition("-")
        if not (count.isdecimal() and last_ms.isdecimal()):
            return cls(count=0, last_ms=0)
        return cls(count=int(count), last_ms=int(last_ms))

    def __str__(self) -> str:
        return f"{self.count}-{self.last_ms}"

    def misses(self, told: Told | None) -> bool:
        """Say whether it may be news: heard of since, or just before by a late clock or commit."""
        return told is not None and self.may_precede(told.told_at)

    def may_precede(self, moment: dt.datetime) -> bool:
        """Say whether what was saved at a moment may be news."""
        return _milliseconds(moment) > self.last_ms - LATEST_COMMIT_MS


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What was passed while a plan holds: ``made`` by the key of the stop that it stands for, and ``beside`` them;
    and what its crews ``missed``.

    A home may have left a plan while its crew was on its way there: its passage is the day's all the same.
    """

    made: Mapping[int, Made]
    beside: tuple[Made, ...]
    missed: tuple[MissedStop, ...]

    @property
    def told(self) -> list[Told]:
        """All that it was made of."""
        return [*self.made.values(), *self.beside, *self.missed]

    @property
    def heard(self) -> Heard:
        """What a page that shows it has been told."""
        return Heard.of(self.told)


LATEST_COMMIT_MS = 60_000
# Past the walls (patrols/sql/crew_stops_noted.sql).
NOTED = "SELECT stop_id, shift_id, visit_number FROM walls.crew_stops_noted()"


def read_progress(plan: Plan) -> Progress:
    """Return the passages made so far while a plan holds, at its stops and beside them, and what was missed.

    Its rounds and their stops are read, unless they are fetched already.
    """
    prefetch_related_objects([plan], "routes__shift", "routes__stops")
    routes = plan.routes.all()
    if not routes:
        return Progress(made={}, beside=(), missed=())
    shifts = [route.shift for route in routes]
    passages = read_made_during(shifts, commune=plan.commune_id)
    made = _pair_in(routes, passages)
    told = {each.passage for each in made.values()}
    return Progress(
        made=made,
        beside=tuple(each for each in passages if each.passage not in told),
        missed=tuple(MissedStop.objects.filter(shift__in=shifts)),
    )


def read_visits(stop: Stop) -> list[Stop]:
    """Return the stops of a plan at the home of one of them, its route fetched, in the order of their rounds."""
    in_plan = Stop.objects.filter(route__plan=stop.route.plan_id).select_related("route")
    return list(in_plan.filter(absence=stop.absence_id))


def read_made_at(stop: Stop, *, visits: Sequence[Stop] | None = None) -> Made | None:
    """Return the passage that stands for a stop, its route fetched, where there is one.

    ``visits`` are those to its home in its plan, read here unless they are given.
    """
    # Their keys, and not a query within the next, whose tables would be walled once more.
    shifts = list(Shift.objects.filter(routes__plan=stop.route.plan_id))
    passages = _read_while(shifts, Q(absence=stop.absence_id))
    visits = read_visits(stop) if visits is None else visits
    return pair(visits, passages, shifts={shift.pk for shift in shifts}).get(stop.pk)


def read_made_during(shifts: Collection[Shift], *, commune: str) -> list[Made]:
    """Return the passages of some shifts, one at least, in order, and those recorded without a stop meanwhile."""
    return _read_while(shifts, Q(absence__commune=commune))


def read_made_between(routes: Sequence[Route], *, since: dt.datetime, until: dt.datetime) -> dict[int, Made]:
    """Return the passages made in [since, until] at the stops of some routes, by the key of the stop."""
    homes = {stop.absence_id for route in routes for stop in route.stops.all()}
    # Asked by whoever plans, to whom no stop is hidden.
    return _pair_in(routes, _read(Q(absence__in=homes, done_at__range=(since, until)), {}))


def _read_while(shifts: Collection[Shift], homes: Q) -> list[Made]:
    """Read the passages of some shifts at homes, and those made meanwhile that were recorded without a stop."""
    since = min(shift.starts_at for shift in shifts)
    until = max(shift.ends_at for shift in shifts)
    hidden = _read_hidden_stops(shifts)
    noted = Q(stop__route__shift__in=shifts) | Q(stop__in=hidden)
    return _read(homes & (noted | Q(stop__isnull=True, done_at__range=(since, until))), hidden)


def _read_hidden_stops(shifts: Iterable[Shift]) -> dict[int, Visit]:
    """Read the shift and the number of the visits that a crew noted at stops which its walls show it no more.

    A crew is shown the newest version of its round alone; to the police no stop is hidden, and none is told here.
    """
    with connection.cursor() as cursor:
        cursor.execute(NOTED)
        rows = cursor.fetchall()
    asked = {shift.pk for shift in shifts}
    return {stop: Visit(shift=shift, number=number) for stop, shift, number in rows if shift in asked}


def _pair_in(routes: Collection[Route], made: Iterable[Made]) -> dict[int, Made]:
    stops = [stop for route in routes for stop in route.stops.all()]
    return pair(stops, made, shifts={route.shift_id for route in routes})


def pair(stops: Iterable[Stop], made: Iterable[Made], *, shifts: Collection[int]) -> dict[int, Made]:
    """Give each passage the stop that it stands for.

    That of its crew's round at the same home, where it has one; otherwise the first that is left at that home,
    since a home may have gone to another crew while a phone was away from the network. A passage of a round that
    is not in the plan, which the other service planned, stands for none of its stops.

    Parameters
    ----------
    stops
        With their routes.
    made
        In the order in which they were made.
    shifts
        Those of the plan, also where a round is left without a stop.
    """
    left: dict[int, list[Stop]] = defaultdict(list)
    for stop in sorted(stops, key=lambda stop: stop.starts_at):
        left[stop.absence_id].append(stop)
    found = {}
    for each in made:
        here = left[each.absence]
        if not here or (each.shift is not None and each.shift not in shifts):
            continue
        stop = min(here, key=lambda stop: (stop.route.shift_id != each.shift, stop.visit_number != each.number))
        here.remove(stop)
        found[stop.pk] = each
    return found


def _read(asked: Q, hidden: Mapping[int, Visit]) -> list[Made]:
    # Neither crew nor device: the national police read neither.
    rows = Passage.objects.counted().filter(asked).order_by("done_at", "pk")
    return [
        Made(
            passage=row["pk"],
            absence=row["absence"],
            done_at=row["done_at"],
            result=Passage.Result(row["result"]),
            anomaly=row["anomaly"],
            wrong=tuple(row["wrong"]),
            told_at=max(row["recorded_at"], row["amended_at"] or row["recorded_at"]),
            **hidden.get(row["stop"], Visit(row["stop__route__shift"], row["stop__visit_number"]))._asdict(),
        )
        for row in rows.values(
            "pk",
            "absence",
            "done_at",
            "result",
            "anomaly",
            "wrong",
            "recorded_at",
            "amended_at",
            "stop",
            "stop__route__shift",
            "stop__visit_number",
        )
    ]


def _milliseconds(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)
