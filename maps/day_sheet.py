"""What the page of a day says: the plan crew by crew, the homes left out and why, or the homes yet to be planned.

Everything is read in a fixed number of queries, whatever the number of homes.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from absences.hours import write_hours
from absences.models import Absence
from geo.models import Commune
from maps.crew_marks import CrewMark, read_crew_marks
from maps.day_rows import BesideRow, NewcomerRow, OmissionRow, StopRow
from maps.errors import UnknownVersion
from maps.homes import Home, read_homes
from maps.recency import Recency
from maps.recent_facts import RecentFacts, read_recent_facts
from maps.route_sheet import RouteSheet
from patrols.models import Crew, Omission, Plan, Route, Shift, Stop
from patrols.services.free_time import find_free_times, read_travel_s
from patrols.services.left_out import count_rivals, tell_left_out
from patrols.services.meanwhile import Meanwhile, hear, read_meanwhile
from patrols.services.progress import Heard, Made, Progress, read_progress
from patrols.services.standing import Standing, pair_missed
from patrols.services.underway import find_overtaken

# Left out because of the roads or of a rule of the house: no change to the plan brings it in.
NOTHING_HEARD = Heard.of([])
BEYOND_THE_DESK = frozenset({Omission.Reason.UNREACHABLE, Omission.Reason.EXCLUDED})


@dataclass(frozen=True, kw_only=True)
class ShiftChoice:
    """A shift of the day, to be planned or to be given a stop."""

    shift: Shift
    mark: CrewMark

    @property
    def is_over(self) -> bool:
        """Whether its crew has gone home: nothing is left to plan for it."""
        return self.shift.ends_at <= timezone.now()


@dataclass(frozen=True, kw_only=True)
class DaySheet:
    """Everything the page of a day shows."""

    commune: Commune
    day: dt.date
    read_at: dt.datetime
    plan: Plan | None
    versions: tuple[Plan, ...]
    routes: tuple[RouteSheet, ...] = ()
    omissions: tuple[OmissionRow, ...] = ()
    unplanned_homes: tuple[Home, ...] = ()
    shifts: tuple[ShiftChoice, ...] = ()
    recency_counts: Counter[Recency] = field(default_factory=Counter)
    beside: tuple[BesideRow, ...] = ()
    newcomers: tuple[NewcomerRow, ...] = ()
    recent_facts: RecentFacts | None = None
    heard: Heard = NOTHING_HEARD
    has_begun: bool = False

    @property
    def rows(self) -> list[StopRow]:
        """The stops of all rounds."""
        return [row for sheet in self.routes for row in sheet.stops]

    @property
    def standings(self) -> Counter[Standing]:
        return Counter(row.standing for row in self.rows)

    @property
    def anomalies(self) -> list[StopRow]:
        """The stops at which something is wrong, the last found first."""
        found = [(row.made.done_at, row.stop.pk, row) for row in self.rows if row.made and row.made.is_anomaly]
        return [row for *_, row in sorted(found, key=lambda each: each[:2], reverse=True)]

    @property
    def alarms(self) -> int:
        """How many passages of the day found something wrong."""
        return len(self.anomalies) + sum(row.made.is_anomaly for row in self.beside)

    def rows_changed_since(self, told: Heard) -> list[StopRow]:
        """Return the stops of the homes where something may be news: a home's other visit shows its state too."""
        homes = {
            row.home.absence.pk
            for row in self.rows
            if told.misses(row.made) or told.misses(row.missed) or self._is_changed(row.home.absence, told)
        }
        return [row for row in self.rows if row.home.absence.pk in homes]

    def _is_changed(self, absence: Absence, told: Heard) -> bool:
        made_at = self.plan.made_at if self.plan else absence.changed_at
        return absence.changed_at > made_at and told.may_precede(absence.changed_at)

    @property
    def backs(self) -> int:
        """How many of its stops are at homes that are vacant no more."""
        return sum(row.back is not None for row in self.rows)

    @property
    def is_latest_version(self) -> bool:
        return self.plan is not None and self.plan == self.versions[0]

    @property
    def in_force(self) -> Plan | None:
        """The version that the crews have: the latest published, of the same crews as the plan shown."""
        service = self.plan.service if self.plan else ""
        published = [plan for plan in self.versions if plan.is_published and plan.service == service]
        return max(published, key=lambda plan: plan.version or 0, default=None)

    @property
    def replaced(self) -> Plan | None:
        """The version that the plan shown took the place of."""
        if self.plan is None or not self.plan.version:
            return None
        before = [plan for plan in self.versions if plan.version and plan.version < self.plan.version]
        same = [plan for plan in before if plan.service == self.plan.service]
        return max(same, key=lambda plan: plan.version or 0, default=None)

    @property
    def is_in_force(self) -> bool:
        return self.plan is not None and self.plan == self.in_force

    @property
    def is_out(self) -> bool:
        """Whether a crew of the day is on its shift, which may last past midnight."""
        now = timezone.now()
        return any(choice.shift.starts_at <= now < choice.shift.ends_at for choice in self.shifts)

    @property
    def is_over(self) -> bool:
        """Whether all crews of the day have gone home: nothing is left to calculate or to publish."""
        return all(choice.is_over for choice in self.shifts)

    @property
    def is_changed_since(self) -> bool:
        """Whether the plan shown is a draft of something later than what the crews have."""
        return self.plan is not None and not self.plan.is_published and self.in_force is not None

    @property
    def locks(self) -> int:
        """How many stops to come a person has locked."""
        return sum(row.stop.is_locked and row.is_ahead for row in self.rows)

    @property
    def set_aside(self) -> int:
        """How many homes a person has set aside for the day."""
        return len({omission.home.absence.pk for omission in self.omissions if omission.is_by_hand})

    @property
    def visits(self) -> int:
        return sum(len(sheet.stops) for sheet in self.routes)

    @property
    def has_stays(self) -> bool:
        """Whether a crew is given a stay where break-ins were reported."""
        return any(sheet.stays for sheet in self.routes)

    @property
    def length_m(self) -> float:
        return sum(sheet.route.length_m for sheet in self.routes)

    def legend(self) -> list[tuple[Recency, int]]:
        """Each state of a home with the number of homes in it, in the order of the legend."""
        return [(recency, self.recency_counts[recency]) for recency in Recency]


def read_day(
    commune: Commune, day: dt.date, *, version: int | None = None, service: Crew.Service | None = None
) -> DaySheet:
    """Read the page of a day: the plan numbered ``version``, or the newest, of the crews of ``service`` if any is.

    Raises
    ------
    UnknownVersion
        When ``version`` is given and the day has no plan of that number.
    """
    versions = tuple(Plan.objects.filter(commune=commune, day=day).order_by("-number"))
    plan = _choose_version(versions, day, version, service)
    marks = read_crew_marks(commune)
    if plan is None:
        return _read_day_without_plan(commune, day, marks)
    with_shifts = Route.objects.select_related("shift__crew", "shift__start_depot", "shift__end_depot")
    prefetch_related_objects(
        [plan],
        Prefetch("routes", with_shifts),
        "routes__stops",
        "routes__breaks",
        "routes__stays",
        "omissions",
    )
    routes, omissions = plan.routes.all(), plan.omissions.all()
    stops = [stop for route in routes for stop in route.stops.all()]
    progress = read_progress(plan)
    now = timezone.now()
    meanwhile = read_meanwhile(plan, progress, now=now)
    told_of = {stop.absence_id for stop in stops} | {omission.absence_id for omission in omissions}
    told_of |= {each.absence for each in meanwhile.newcomers}
    last_end = max((route.shift.ends_at for route in routes), default=None)
    homes = read_homes(Absence.objects.filter(pk__in=told_of), commune=commune, day=day, until=last_end)
    over = {route.shift_id for route in routes if route.shift.ends_at <= now}
    rivals = count_rivals(omissions)
    sheets = _lay_out_routes(routes, homes, marks, progress, meanwhile, now)
    left_out = tuple(
        OmissionRow(
            pk=omission.pk,
            home=homes[omission.absence_id],
            visit_number=omission.visit_number,
            reason=omission.get_reason_display(),
            sentence=tell_left_out(omission, over, homes=homes, rivals=rivals[omission.pk]),
            prize=omission.prize,
            is_by_hand=omission.reason == Omission.Reason.BY_HAND,
            can_be_added=omission.reason not in BEYOND_THE_DESK,
        )
        for omission in omissions
    )
    return DaySheet(
        commune=commune,
        day=day,
        read_at=now,
        plan=plan,
        versions=versions,
        routes=sheets,
        omissions=left_out,
        recent_facts=read_recent_facts(plan, sheets, left_out),
        shifts=_read_shifts(commune, day, marks),
        recency_counts=Counter(home.recency for home in homes.values()),
        beside=_lay_out_beside(progress.beside),
        newcomers=tuple(NewcomerRow(home=homes[each.absence], number=each.number) for each in meanwhile.newcomers),
        heard=hear(progress, meanwhile),
        has_begun=bool(progress.made or progress.beside) or _has_begun(plan, routes),
    )


def _lay_out_beside(made: Sequence[Made]) -> tuple[BesideRow, ...]:
    """The last made first; a home whose record is erased is told no more."""
    homes = Absence.objects.listed().select_related("address").in_bulk([each.absence for each in made])
    return tuple(
        BesideRow(absence=homes[each.absence], made=each) for each in reversed(made) if each.absence in homes
    )


def _has_begun(plan: Plan, routes: Iterable[Route]) -> bool:
    """Say whether a crew is out with this plan, or with the version that it is a draft of."""
    return (plan.is_published or plan.base_id is not None) and any(
        route.shift.starts_at <= timezone.now() for route in routes
    )


def _choose_version(
    versions: tuple[Plan, ...], day: dt.date, number: int | None, service: Crew.Service | None
) -> Plan | None:
    if number is None:
        own = (plan for plan in versions if service is None or plan.service in ("", service))
        return next(own, versions[0] if versions else None)
    for plan in versions:
        if plan.number == number:
            return plan
    raise UnknownVersion(day, number)


def _read_shifts(commune: Commune, day: dt.date, marks: Mapping[int, CrewMark]) -> tuple[ShiftChoice, ...]:
    shifts = Shift.objects.of_day(commune, day).select_related("crew").order_by("crew__name", "starts_at")
    return tuple(ShiftChoice(shift=shift, mark=marks[shift.crew_id]) for shift in shifts)


def _read_day_without_plan(commune: Commune, day: dt.date, marks: Mapping[int, CrewMark]) -> DaySheet:
    vacant = Absence.objects.filter(commune=commune).vacant_on(day)
    homes = read_homes(vacant, commune=commune, day=day)
    return DaySheet(
        commune=commune,
        day=day,
        read_at=timezone.now(),
        plan=None,
        versions=(),
        unplanned_homes=tuple(sorted(homes.values(), key=_by_sector_and_street)),
        shifts=_read_shifts(commune, day, marks),
        recency_counts=Counter(home.recency for home in homes.values()),
    )


def _by_sector_and_street(home: Home) -> tuple[int, str, int]:
    return (home.sector.number if home.sector else 0, home.absence.address.street_name, home.absence.pk)


def _lay_out_routes(
    routes: Collection[Route],
    homes: Mapping[int, Home],
    marks: Mapping[int, CrewMark],
    progress: Progress,
    meanwhile: Meanwhile,
    now: dt.datetime,
) -> tuple[RouteSheet, ...]:
    stops = [stop for route in routes for stop in route.stops.all()]
    visits = Counter(stop.absence_id for stop in stops)
    missed = pair_missed(stops, progress.missed)
    left = [stop for stop in stops if stop.pk in progress.made or stop.pk not in missed]
    own = {stop.pk for stop in left if stop.pk in progress.made and not progress.made[stop.pk].is_by_another(stop)}
    overtaken, travel_s = find_overtaken(left, made=own, now=now), read_travel_s(routes)
    free = find_free_times(routes, travel_s)

    def lay_out(stop: Stop) -> StopRow:
        home = homes[stop.absence_id]
        return StopRow(
            stop=stop,
            home=home,
            hours=write_hours(home.allowed_hours, timezone.localtime(stop.starts_at).date()),
            is_one_of_two=visits[stop.absence_id] > 1 or stop.visit_number > 1,
            made=progress.made.get(stop.pk),
            missed=missed.get(stop.pk),
            is_overtaken=stop.pk in overtaken,
            back=meanwhile.back.get(stop.pk),
            free=free.get(stop.pk),
        )

    return tuple(
        RouteSheet(
            route=route,
            mark=marks[route.shift.crew_id],
            stops=tuple(lay_out(stop) for stop in route.stops.all()),
            breaks=tuple(route.breaks.all()),
            stays=tuple(route.stays.all()),
            way_back_s=travel_s.get((route.pk, len(route.stops.all())), 0.0),
        )
        for route in routes
    )
