"""The relayed reports of a commune as the police's list and map show them: which, in which order, and where."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.presentation.tables import Column, Sorting
from geo.models import Commune
from reports.choices import WITH_POLICE, State
from reports.forms.triage import TriageFilter
from reports.models import Report
from reports.models.reports import ReportQuerySet

PAGE_REPORTS = 50
COORDINATE_PLACES = 6
# Each state has the shape of what presses as much among the homes: one drawing, one meaning.
MARKS = {State.NEW: "overdue", State.IN_HAND: "due", State.CLOSED: "passed", State.REJECTED: "omission"}
COLUMNS = (
    Column(key="nature", label=_("Nature"), order_by=("kind", "-happened_at")),
    Column(key="lieu", label=_("Lieu"), order_by=("street_name", "place_name")),
    Column(key="attente", label=_("Attente"), order_by=("waits_since", "-relayed_at")),
    Column(key="etat", label=_("État"), order_by=("state", "-relayed_at")),
    Column(key="secteur", label=_("Secteur du référent"), order_by=("sector__number", "-happened_at")),
    Column(key="vers", label=_("Vers"), order_by=("happened_at",)),
)
FIRST_WAITING = "attente"


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One row of the table; ``waits_s`` is None once the police have answered."""

    report: Report
    mark: str
    waits_s: float | None


@dataclass(frozen=True, kw_only=True)
class TriageSheet:
    """One page of the table, with the legend's counts.

    ``answered_s`` is the median time from relay to the first answer of the police, over all that are asked for and
    have one.
    """

    page: Page[Report]
    rows: Sequence[ReportRow]
    legend: Sequence[tuple[State, str, int]]
    answered: int
    answered_s: float | None


def read_triage(
    commune: Commune, wanted: TriageFilter, sorting: Sorting, *, page: str | None, now: dt.datetime
) -> TriageSheet:
    """Read one page of the relayed reports of a commune, those that wait first unless another order is asked."""
    asked = wanted.narrow(_relayed(commune), now=now)
    counts = dict(asked.order_by().values_list("state").annotate(reports=Count("pk", distinct=True)))
    delays = _read_delays(asked)
    ordered = asked.with_first_answer().select_related("sector").order_by(*sorting.order_by, "pk")
    shown = Paginator(ordered, PAGE_REPORTS).get_page(page)
    return TriageSheet(
        page=shown,
        rows=[_tell(report, now) for report in shown],
        legend=[(state, MARKS[state], counts.get(state, 0)) for state in (*WITH_POLICE, State.REJECTED)],
        answered=len(delays),
        answered_s=median(delays) if delays else None,
    )


def draw_reports(commune: Commune, wanted: TriageFilter, *, now: dt.datetime) -> tuple[str, Sequence[UUID]]:
    """Draw the relayed reports that are asked for as one GeoJSON text; return with it the keys of those drawn."""
    asked = wanted.narrow(_relayed(commune), now=now)
    rows = list(
        asked.order_by("pk").values_list(
            "pk", "number", "state", "patrol_asked_at", AsGeoJSON("point", precision=COORDINATE_PLACES)
        )
    )
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shape),
            "properties": {
                "id": int(number),
                "mark": MARKS[State(state)],
                "patrol": asked_at is not None and state in (State.NEW, State.IN_HAND),
            },
        }
        for _key, number, state, asked_at, shape in rows
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    return text, [key for key, *_rest in rows]


def find_report(commune: Commune, number: int) -> Report | None:
    """Find a relayed report by the number that is said aloud."""
    found = _relayed(commune).with_first_answer().select_related("sector").filter(number=f"{number:08}")
    return found.first()


def read_wishes(commune: Commune) -> list[Report]:
    """Read the open reports for which a crew is asked to pass by, the longest asked for first."""
    return list(Report.objects.wishing_patrol().filter(commune=commune).order_by("patrol_asked_at", "pk"))


def tell_report(report: Report, now: dt.datetime) -> ReportRow:
    """Tell a report as its row does."""
    return _tell(report, now)


def _relayed(commune: Commune) -> ReportQuerySet:
    return Report.objects.relayed().filter(commune=commune)


def _read_delays(asked: ReportQuerySet) -> list[float]:
    told = asked.with_first_answer().values_list("relayed_at", "first_answer_at")  # type: ignore[misc]
    return [(answered_at - relayed_at).total_seconds() for relayed_at, answered_at in told if answered_at]


def _tell(report: Report, now: dt.datetime) -> ReportRow:
    since = report.relayed_at if report.answered_s is None else None
    return ReportRow(
        report=report,
        mark=MARKS[State(report.state)],
        waits_s=(now - since).total_seconds() if since else None,
    )
