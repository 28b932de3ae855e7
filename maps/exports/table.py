"""One crew's round as a table for a spreadsheet: semicolons, UTF-8 with its mark, decimal commas, in French."""

import csv
import datetime as dt
import io
from collections.abc import Iterator

from django.utils import timezone

from geo import french
from maps.round_reading import read_round
from maps.rounds import Pause, Round, Stay, Visit, Way
from patrols.models import Route

# Without this mark Excel reads the file as Windows-1252 and shows « arrÃªt ».
BYTE_ORDER_MARK = "\ufeff"
# A cell that begins so is run as a formula by spreadsheets (OWASP, « CSV injection »).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
HEADINGS = (
    "Étape",
    "Ordre",
    "Date",
    "Arrivée prévue",
    "Départ prévu",
    "Adresse",
    "Code postal",
    "Commune",
    "Logement",
    "Passage du jour",
    "Heures permises",
    "Durée sur place (min)",
    "Trajet depuis l'étape précédente (km)",
    "Trajet depuis l'étape précédente (min)",
    "Rues",
    "Longitude",
    "Latitude",
)
Cells = dict[str, str]


def render_route(route: Route) -> bytes:
    """Render a saved route as CSV."""
    return render_round(read_round(route))


def render_round(crew_round: Round) -> bytes:
    """Render a round as CSV, one line a step: departure, passages, pauses, stays, return."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(buffer, HEADINGS, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_lines(crew_round))
    return buffer.getvalue().encode()


def neutralised(text: str) -> str:
    """Return the text with an apostrophe before it when a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _lines(crew_round: Round) -> Iterator[Cells]:
    start, end = crew_round.start, crew_round.end
    yield {
        "Étape": "Départ",
        **_times(None, crew_round.starts_at),
        "Adresse": neutralised(start.name),
        **_position(*start.point),
    }
    for step in crew_round.steps():
        yield _visit(step) if isinstance(step, Visit) else _pause(step)
    yield {
        "Étape": "Retour",
        **_times(crew_round.returns_at, None),
        "Adresse": neutralised(end.name),
        **_way(crew_round.way_back),
        **_position(*end.point),
    }
    yield from map(_pause, crew_round.pauses_on_return)


def _visit(visit: Visit) -> Cells:
    return {
        "Étape": "Passage",
        "Ordre": str(visit.order),
        **_times(visit.starts_at, visit.leaves_at),
        "Adresse": neutralised(visit.address),
        "Code postal": neutralised(visit.postcode),
        "Commune": neutralised(visit.city),
        "Logement": visit.dwelling,
        "Passage du jour": str(visit.visit_number),
        "Heures permises": french.plain(visit.allowed_hours),
        "Durée sur place (min)": french.decimal(visit.service_s / 60, 1),
        **_way(visit.way),
        **_position(*visit.point),
    }


def _pause(pause: Pause | Stay) -> Cells:
    return {
        "Étape": "Présence" if isinstance(pause, Stay) else "Pause",
        **_times(pause.starts_at, pause.ends_at),
        "Adresse": neutralised(pause.place.name),
        "Durée sur place (min)": french.decimal(pause.duration_s / 60, 1),
        **_position(*pause.place.point),
    }


def _times(arrival: dt.datetime | None, departure: dt.datetime | None) -> Cells:
    """Write the two moments of a step and the day of the first; hours as « 22:15 », which spreadsheets sort."""
    arrives, leaves = (when and timezone.localtime(when) for when in (arrival, departure))
    first = arrives or leaves
    return {
        "Date": f"{first:%d/%m/%Y}",
        "Arrivée prévue": f"{arrives:%H:%M}" if arrives else "",
        "Départ prévu": f"{leaves:%H:%M}" if leaves else "",
    }


def _way(way: Way) -> Cells:
    return {
        "Trajet depuis l'étape précédente (km)": french.decimal(way.length_m / 1000, 2),
        "Trajet depuis l'étape précédente (min)": french.decimal(way.duration_s / 60, 1),
        "Rues": neutralised(", ".join(way.streets)),
    }


def _position(longitude: float, latitude: float) -> Cells:
    return {"Longitude": french.decimal(longitude, 6), "Latitude": french.decimal(latitude, 6)}
