"""One crew's road sheet on A4, as PDF/UA-1: the map of the round, then each stop with its hours and boxes."""

import base64
import datetime as dt
from collections.abc import Sequence

from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from geo import french
from maps.crew_marks import CrewStyle
from maps.exports.round_map import draw_round
from maps.ground import ATTRIBUTION
from maps.round_reading import read_round
from maps.rounds import Pause, Round, Stay, Visit, Way
from patrols.marks import STAY_OUTLINE
from patrols.models import Route

MAP_WIDTH_MM, MAP_HEIGHT_MM = 184, 208
# What a passage checks, in the order one walks round a house.
CHECKS = (
    "Portail",
    "Porte",
    "Poignée",
    "Traces de pesée",
    "Volets",
    "Fenêtres",
    "Véhicule",
    "Boîte aux lettres",
    "Poubelles",
)
MOST_STREETS = 4


def render_route(route: Route, printed_at: dt.datetime) -> bytes:
    """Render the road sheet of a saved route as PDF."""
    return render_round(read_round(route), printed_at)


def render_round(crew_round: Round, printed_at: dt.datetime) -> bytes:
    """Render the road sheet of a round as an accessible PDF.

    Parameters
    ----------
    crew_round
        The round; one without visits gives a sheet that says so.
    printed_at
        The moment written at the foot of each page.
    """
    return print_page(render_to_string("maps/road_sheet.html", _context(crew_round, printed_at)))


def print_page(html: str) -> bytes:
    """Print an HTML page as an accessible PDF.

    Nothing is fetched: what the page needs is inside it, and any address but a ``data:`` one stops the printing.
    """
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=("data",), fail_on_errors=True))
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, full_fonts=False)
    return pdf


def _context(crew_round: Round, printed_at: dt.datetime) -> dict[str, object]:
    drawing = draw_round(crew_round, width_mm=MAP_WIDTH_MM, height_mm=MAP_HEIGHT_MM)
    in_stays_s = sum(stay.duration_s for stay in crew_round.stays)
    return {
        "round": crew_round,
        "day": french.day(crew_round.day),
        "shift": french.span(crew_round.shift_starts_at, crew_round.shift_ends_at),
        "leaves": french.clock(crew_round.starts_at),
        "returns": french.clock(crew_round.returns_at),
        "ends": french.clock(crew_round.ends_at) if crew_round.pauses_on_return else "",
        "stop_count": french.counted(len(crew_round.visits), "arrêt"),
        "to_visit": _count_to_visit(crew_round),
        "length": french.length(crew_round.length_m),
        "on_site": french.duration(crew_round.service_to_come_s) if crew_round.visits else "–",
        "in_stays": french.duration(in_stays_s) if in_stays_s else "",
        "made_at": french.moment(crew_round.plan_made_at),
        "printed_at": french.moment(printed_at),
        "map": _encoded(drawing),
        "mark": _encoded_mark(crew_round.mark.style, crew_round.mark.letter),
        "numbered_mark": _encoded_mark(crew_round.mark.style, "1"),
        "stay_mark": _encoded_stay_mark(crew_round.mark.style),
        "steps": [
            _visit(step, crew_round) if isinstance(step, Visit) else _pause(step) for step in crew_round.steps()
        ],
        "way_back": _way(crew_round.way_back),
        "pauses_on_return": [_pause(pause) for pause in crew_round.pauses_on_return],
        "checks": CHECKS,
        "attribution": ATTRIBUTION,
    }


def _encoded_mark(style: CrewStyle, words: str) -> str:
    return _encoded(render_to_string("maps/crew_mark.svg", {"style": style, "words": words}))


def _encoded_stay_mark(style: CrewStyle) -> str:
    return _encoded(render_to_string("maps/stay_mark.svg", {"style": style, "outline": STAY_OUTLINE}))


def _encoded(drawing: str) -> str:
    return base64.b64encode(drawing.encode()).decode()


def _pause(pause: Pause | Stay) -> dict[str, object]:
    return {
        "stay": pause.letter if isinstance(pause, Stay) else "",
        "pause": french.duration(pause.duration_s),
        "where": pause.place.name,
        "from": french.clock(pause.starts_at),
        "to": french.clock(pause.ends_at),
    }


def _visit(visit: Visit, crew_round: Round) -> dict[str, object]:
    return {
        "visit": visit,
        "starts": french.clock(visit.starts_at),
        "leaves": french.clock(visit.leaves_at),
        "on_site": french.duration(visit.service_s),
        "waits": visit.wait_s >= 60,
        "free": None if visit.is_behind else crew_round.free_before(visit),
        "way": _way(visit.way),
        "made_at": french.clock(visit.made.done_at) if visit.made else "",
    }


def _count_to_visit(crew_round: Round) -> str:
    behind = sum(visit.is_behind for visit in crew_round.visits)
    to_come = french.counted(len(crew_round.visits) - behind, "arrêt")
    return f"{to_come} sur {len(crew_round.visits)}" if behind else to_come


def _way(way: Way) -> str:
    """Write how to come to a stop: « 850 m · 3 min, par Rue des Lilas, Avenue de la Gare »."""
    if not way.length_m:
        return "sur place"
    return f"{french.length(way.length_m)} · {french.duration(way.duration_s)}{_streets(way.streets)}"


def _streets(names: Sequence[str]) -> str:
    named = [name for name in names if name]
    if not named:
        return ""
    if len(named) > MOST_STREETS:
        named = [*named[: MOST_STREETS - 2], "…", *named[-2:]]
    return f", par {', '.join(named)}"
