"""A saved plan as one standalone HTML map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from folium import FitBounds, LayerControl
from shapely import from_wkb

from geo import french
from maps.crew_marks import CREW_STYLES
from maps.folium_map.encoding import encode_polygons, encode_positions
from maps.folium_map.layers import DrawnLayer, JsonValue, StandaloneMap
from maps.folium_map.page import StandalonePage
from maps.ground import buildings_near
from maps.round_reading import read_rounds
from maps.rounds import Coordinates, Round, Stay, Visit, rounded
from patrols.marks import STAY_OUTLINE
from patrols.models import Plan
from sectors.models import Perimeter

BUILDINGS_WITHIN_M = 250
FIT_PADDING_PX = (30, 30)
COURSE_WIDTH_PX = 4


@dataclass(frozen=True, kw_only=True)
class Omitted:
    """A passage that the plan leaves out, as the page tells of it."""

    point: Coordinates
    address: str
    visit_number: int
    reason: str
    sentence: str


def render_plan(plan: Plan) -> str:
    """Render a plan as one HTML page that needs no other file and no network.

    Parameters
    ----------
    plan
        A saved plan; one without any visit shows the commune, its sectors and the homes left out.

    Raises
    ------
    AssetMissing
        When the files of ``frontend/`` were not built.
    """
    rounds = read_rounds(plan)
    omitted = _omitted(plan)
    page = StandalonePage("maps/standalone_map.html", _page_context(plan, rounds, omitted))
    middle = plan.commune.outline.centroid
    drawn = StandaloneMap("Carte des tournées", middle=(middle.x, middle.y))
    page.add_child(drawn)
    insee_code = plan.commune.insee_code
    drawn.add_ground(insee_code, buildings_near(insee_code, plan.pk, within_m=BUILDINGS_WITHIN_M))
    if sectors := _sectors(plan):
        drawn.add_child(DrawnLayer("sectors", sectors, name="Secteurs"))
    if omitted:
        drawn.add_child(
            DrawnLayer("omissions", [_omission_mark(home) for home in omitted], name="Passages écartés")
        )
    for crew_round in rounds:
        drawn.add_child(DrawnLayer("round", _round(crew_round), name=crew_round.crew))
    drawn.add_child(LayerControl(collapsed=True))
    drawn.add_child(FitBounds(_bounds(plan, rounds), padding=FIT_PADDING_PX))
    return page.render()


def _sectors(plan: Plan) -> list[JsonValue]:
    perimeters = Perimeter.objects.in_force_on(plan.day).filter(sector__commune=plan.commune)
    return [
        {
            "name": str(perimeter.sector),
            "label": _at(rounded(*perimeter.area.point_on_surface.coords)),
            "polygons": encode_polygons([from_wkb(bytes(perimeter.area.wkb))]),
        }
        for perimeter in perimeters.select_related("sector").order_by("sector__number")
    ]


def _round(crew_round: Round) -> JsonValue:
    style = crew_round.mark.style
    depots = {crew_round.start: "Départ"}
    depots[crew_round.end] = "Départ et retour" if crew_round.end == crew_round.start else "Retour"
    return {
        "crew": crew_round.crew,
        "summary": _summary(crew_round),
        "colour": style.colour,
        "dash": style.dash_for(COURSE_WIDTH_PX),
        "width": COURSE_WIDTH_PX,
        "outline": style.outline,
        "letter": crew_round.mark.letter,
        "course": encode_positions(np.asarray(crew_round.course).reshape(-1, 2)),
        "depots": [{"at": _at(place.point), "name": place.name, "role": role} for place, role in depots.items()],
        "stops": [
            {
                "at": _at(visit.point),
                "order": visit.order,
                "key": _key(crew_round, visit),
                "lines": _lines(crew_round, visit),
            }
            for visit in crew_round.visits
        ],
        "stayOutline": STAY_OUTLINE,
        "stays": [
            {
                "at": _at(stay.place.point),
                "key": _key_of_stay(crew_round, number),
                "lines": _lines_of_stay(crew_round, stay),
            }
            for number, stay in enumerate(crew_round.stays)
        ],
    }


def _lines(crew_round: Round, visit: Visit) -> list[str]:
    again = f"{visit.visit_number}e passage du jour" if visit.visit_number > 1 else ""
    hours = f"Heures permises : {visit.allowed_hours}"
    return [f"{visit.order} · {french.clock(visit.starts_at)} · {crew_round.crew}", visit.address, hours, again]


def _lines_of_stay(crew_round: Round, stay: Stay) -> list[str]:
    hours = french.span(stay.starts_at, stay.ends_at)
    return [f"Présence · {hours} · {crew_round.crew}", stay.place.name]


def _summary(crew_round: Round) -> str:
    if not crew_round.visits and not crew_round.stays:
        return "Reste au poste"
    hours = french.span(crew_round.starts_at, crew_round.ends_at)
    told = [french.counted(len(crew_round.visits), "arrêt")]
    if crew_round.stays:
        told.append(french.counted(len(crew_round.stays), "présence"))
    return ", ".join((*told, french.length(crew_round.length_m), hours))


def _omitted(plan: Plan) -> list[Omitted]:
    return [
        Omitted(
            point=rounded(*omission.absence.point.coords),
            address=str(omission.absence.address),
            visit_number=omission.visit_number,
            reason=omission.get_reason_display(),
            sentence=omission.sentence,
        )
        for omission in plan.omissions.select_related("absence__address")
    ]


def _omission_mark(home: Omitted) -> JsonValue:
    return {"at": _at(home.point), "lines": [f"Passage écarté · {home.address}", home.sentence]}


def _page_context(plan: Plan, rounds: Sequence[Round], omitted: list[Omitted]) -> dict[str, object]:
    crews = [
        {
            "round": crew_round,
            "mark": crew_round.mark,
            "summary": _summary(crew_round),
            "steps": list(_rows(crew_round)),
        }
        for crew_round in rounds
    ]
    return {
        "commune": plan.commune.name,
        "day": french.day(plan.day),
        "plan_number": plan.number,
        "made_at": french.moment(plan.made_at),
        "stop_count": french.counted(sum(len(crew_round.visits) for crew_round in rounds), "passage"),
        "crews": crews,
        "crew_styles": CREW_STYLES,
        "stay_outline": STAY_OUTLINE,
        "has_stays": any(crew_round.stays for crew_round in rounds),
        "omitted": omitted,
        "omitted_count": french.counted(len(omitted), "passage écarté", "passages écartés"),
    }


def _key(crew_round: Round, visit: Visit) -> str:
    return f"{crew_round.route_id}-{visit.order}"


def _key_of_stay(crew_round: Round, number: int) -> str:
    return f"{crew_round.route_id}-presence-{number}"


def _rows(crew_round: Round) -> Iterator[dict[str, object]]:
    for step in crew_round.steps():
        if isinstance(step, Visit):
            yield {
                "visit": step,
                "key": _key(crew_round, step),
                "starts": french.clock(step.starts_at),
                "leaves": french.clock(step.leaves_at),
                "way": f"{french.length(step.way.length_m)}, {french.duration(step.way.duration_s)}",
            }
        elif isinstance(step, Stay):
            yield {
                "stay": step,
                "key": _key_of_stay(crew_round, crew_round.stays.index(step)),
                "starts": french.clock(step.starts_at),
                "leaves": french.clock(step.ends_at),
            }


def _bounds(plan: Plan, rounds: Sequence[Round]) -> list[list[float]]:
    """Return the south-west and north-east corners, (lat, lon), of what is planned, or else of the commune."""
    points = [
        point
        for crew_round in rounds
        if crew_round.course
        for point in (crew_round.start.point, crew_round.end.point, *crew_round.course)
    ]
    points.extend(visit.point for crew_round in rounds for visit in crew_round.visits)
    if not points:
        west, south, east, north = plan.commune.outline.extent
        return [[south, west], [north, east]]
    longitudes, latitudes = zip(*points, strict=True)
    return [[min(latitudes), min(longitudes)], [max(latitudes), max(longitudes)]]


def _at(point: Coordinates) -> list[float]:
    longitude, latitude = point
    return [latitude, longitude]
