"""The files that the page of a day offers: a round for a satnav, a spreadsheet or a printer; or the whole plan."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Export
from maps.exports import gpx, table
from maps.exports.files import file_name
from maps.exports.geojson import render_plan
from patrols.models import Plan, Route


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file ready to be sent; its name holds neither address nor person."""

    name: str
    content_type: str
    content: bytes
    kind: Export.Kind


@dataclass(frozen=True, kw_only=True)
class _Format:
    content_type: str
    render: Callable[[Route, dt.datetime], bytes]
    kind: Export.Kind


def _print_road_sheet(route: Route, printed_at: dt.datetime) -> bytes:
    # WeasyPrint takes a second to import: only who asks for a PDF waits for it.
    from maps.exports import road_sheet

    return road_sheet.render_route(route, printed_at)


_FORMATS = {
    "gpx": _Format(
        content_type="application/gpx+xml",
        render=lambda route, _: gpx.render_route(route).encode(),
        kind=Export.Kind.ROUND_GPX,
    ),
    "csv": _Format(
        content_type="text/csv; charset=utf-8",
        render=lambda route, _: table.render_route(route),
        kind=Export.Kind.ROUND_CSV,
    ),
    "pdf": _Format(content_type="application/pdf", render=_print_road_sheet, kind=Export.Kind.ROUND_PDF),
}
ROAD_SHEET = "pdf"
# What a satnav or a spreadsheet takes; the road sheet has a view of its own, for other people.
ROUTE_FORMATS = tuple(extension for extension in _FORMATS if extension != ROAD_SHEET)


def render_route_file(route: Route, extension: str) -> Download:
    """Render the round of one crew as one of ``ROUTE_FORMATS``, or as its road sheet."""
    form = _FORMATS[extension]
    return Download(
        name=file_name(route.plan.day, route.plan.number, extension, route.shift.crew.name),
        content_type=form.content_type,
        content=form.render(route, timezone.now()),
        kind=form.kind,
    )


def render_plan_file(plan: Plan) -> Download:
    """Render a whole plan as GeoJSON."""
    return Download(
        name=file_name(plan.day, plan.number, "geojson"),
        content_type="application/geo+json",
        content=render_plan(plan).encode(),
        kind=Export.Kind.PLAN_GEOJSON,
    )
