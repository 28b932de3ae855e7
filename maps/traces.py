"""What an answer shows of vacant homes and rounds, for the audit chain: which ones, never where nor when."""

from collections.abc import Iterable

from absences.models import Absence
from accounts import audit
from accounts.audit import Reason
from maps.day_rows import BesideRow, StopRow
from maps.day_sheet import DaySheet
from patrols.models import Omission, Passage, Plan, Route, Stop
from patrols.services.progress import read_progress

FINDINGS = ("passage.time", "passage.result")


def trace_day(sheet: DaySheet) -> None:
    """Record that the page of a day was shown: its homes, and its rounds where it has a plan."""
    homes = {row.home.absence.pk for route in sheet.routes for row in route.stops}
    homes |= {row.home.absence.pk for row in sheet.omissions} | {home.absence.pk for home in sheet.unplanned_homes}
    homes |= {row.absence.pk for row in sheet.beside} | {row.home.absence.pk for row in sheet.newcomers}
    trace_homes(homes)
    _record("route.schedule", Route, (route.route.pk for route in sheet.routes))
    _trace_findings(sheet.rows, sheet.beside)


def trace_news(rows: Iterable[StopRow], sheet: DaySheet) -> None:
    """Record that some stops of a day were told anew, with passages beside them and homes declared since."""
    stops, others = list(rows), sheet.beside
    homes = {row.home.absence.pk for row in stops} | {row.home.absence.pk for row in sheet.newcomers}
    trace_homes(homes | {row.absence.pk for row in others})
    _trace_findings(stops, others)


def trace_homes(absences: Iterable[int], *, action: str = "absence.address") -> None:
    """Record that homes were shown, by the keys of their absences: their address, or their point."""
    _record(action, Absence, absences)


def trace_passages(passages: Iterable[int], *, actions: Iterable[str]) -> None:
    """Record that passages were told, by their keys: when, and what was found, as ``actions`` says."""
    keys = list(passages)
    for action in actions:
        _record(action, Passage, keys)


def trace_plan_on_map(plan: Plan, newcomers: Iterable[int]) -> None:
    """Record that the map of a plan was drawn: points of its homes and of newcomers, courses of its rounds."""
    trace_homes(_homes_of(plan).union(newcomers), action="absence.exact_point")
    _record("route.geometry", Route, plan.routes.values_list("pk", flat=True))


def trace_route(route: Route, *, action: str) -> None:
    """Record that one round left the house, on paper or as a file, with the addresses of its homes."""
    trace_homes(route.stops.values_list("absence", flat=True))
    _record(action, Route, [route.pk])
    if action == "route.print":
        made, stops = read_progress(route.plan).made, set(route.stops.values_list("pk", flat=True))
        trace_passages((each.passage for stop, each in made.items() if stop in stops), actions=FINDINGS)


def trace_export(plan: Plan, crews: Iterable[str] = ()) -> None:
    """Record that a plan left the house as a file, whole or for the crews named."""
    wanted = list(crews)
    stops = Stop.objects.filter(route__plan=plan)
    homes = stops.filter(route__shift__crew__name__in=wanted) if wanted else stops
    omitted = Omission.objects.none() if wanted else plan.omissions.all()
    keys = {*homes.values_list("absence", flat=True), *omitted.values_list("absence", flat=True)}
    _record("absence.export", Absence, keys)
    _record("route.schedule", Plan, [plan.pk])


def _trace_findings(rows: Iterable[StopRow], beside: Iterable[BesideRow]) -> None:
    told = [*(row.made for row in rows), *(row.made for row in beside)]
    trace_passages((made.passage for made in told if made), actions=FINDINGS)


def _homes_of(plan: Plan) -> set[int]:
    planned = Stop.objects.filter(route__plan=plan).values_list("absence", flat=True)
    return {*planned, *plan.omissions.values_list("absence", flat=True)}


def _record(action: str, kind: type[Absence | Passage | Route | Plan], keys: Iterable[int]) -> None:
    audit.record(action, kind=kind, subjects=keys, reason=Reason.PATROL)
