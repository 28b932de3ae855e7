"""The map of one round as an SVG drawing for paper: ground, course, numbered stops, scale and north."""

import itertools
import math
from collections.abc import Iterator, Sequence

from django.template.loader import render_to_string
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo import french
from maps.crew_marks import SHAPE_SIDE
from maps.exports.map_lettering import PlacedName, place_names, spread
from maps.ground import Coordinates, Frame, frame_around, ground_paths, street_names
from maps.rounds import Round
from patrols.marks import STAY_OUTLINE

UNITS_PER_MM = 20  # a twentieth of a millimetre: finer than a printer's dot is seen
MARGIN_MM = 9
LEAST_WIDTH_M = 900  # Web Mercator metres; about 640 m on the ground in the middle of France
BUBBLE_RADIUS_MM = 2.5
BUBBLE_GAP_MM = 0.5
STAY_RADIUS_MM = 2.5
STAY_LETTER_MM = 2.8  # from the middle of the figure to that of its letter
NAME_SIZE_MM = 2.3
COURSE_HALF_WIDTH_MM = 0.7
COURSE_WIDTH = 18  # drawn units
MOST_NAMES = 60
LEAST_BUILDING_MM2 = 0.12
ARROW_STEP_MM = 28
LONGEST_SCALE_BAR_MM = 45
NORTH_INSET_MM = 8
SCALE_INSET = 60  # drawn units from the lower edge
SCALE_PADDING = 30
SCALE_STEPS_M = (50, 100, 200, 250, 500, 1000, 2000, 2500, 5000)
FULL_WIDTH_DENOMINATOR = 10_000  # streets have their full width down to the scale 1 : 10 000
MINOR_WAYS_DENOMINATOR = 20_000  # beyond it, drives and footpaths would only grey the map
THINNEST = 0.45
# Line widths in millimetres by street class: casing, then surface. On paper, unlike a screen, a street finer than
# a third of a millimetre breaks up.
STREET_WIDTHS_MM = {
    "path": (0.2, 0.0),
    "service": (0.55, 0.4),
    "minor": (1.0, 0.8),
    "middle": (1.5, 1.25),
    "major": (1.9, 1.6),
}


def draw_round(crew_round: Round, *, width_mm: float, height_mm: float) -> str:
    """Draw a round as a standalone SVG document of the given size.

    Parameters
    ----------
    crew_round
        The round; one without visits shows the surroundings of its depot.
    width_mm, height_mm
        Size on paper, millimetres.
    """
    width, height = width_mm * UNITS_PER_MM, height_mm * UNITS_PER_MM
    frame = frame_around(
        _shown_points(crew_round),
        width=width,
        height=height,
        margin=MARGIN_MM * UNITS_PER_MM,
        least_width_m=LEAST_WIDTH_M,
    )
    homes = [frame.place(*visit.point) for visit in crew_round.visits]
    depots = [frame.place(*point) for point in dict.fromkeys((crew_round.start.point, crew_round.end.point))]
    stays = [frame.place(*stay.place.point) for stay in crew_round.stays]
    letters = [(x + STAY_LETTER_MM * UNITS_PER_MM, y) for x, y in stays]
    bubbles = _bubbles(homes, [*depots, *stays, *letters], (width, height))
    course = _simplified([frame.place(*point) for point in crew_round.course])
    paths = ground_paths(crew_round.insee_code, frame, least_building=LEAST_BUILDING_MM2 * UNITS_PER_MM**2)
    context = {
        "width_mm": width_mm,
        "height_mm": height_mm,
        "width": round(width),
        "height": round(height),
        "inner": {"width": round(width) - 8, "height": round(height) - 8},
        "paths": paths,
        "streets": _streets(paths, frame),
        "course": _line(course),
        "arrows": list(_arrows(course)),
        "bubbles": [
            {"label": visit.order, "home": _pair(home), "at": _pair(bubble), "is_moved": _is_moved(home, bubble)}
            for visit, home, bubble in zip(crew_round.visits, homes, bubbles, strict=True)
        ],
        "depots": [_pair(place) for place in depots],
        "stays": [
            {"letter": stay.letter, "at": _pair(place), "letter_at": _pair(letter)}
            for stay, place, letter in zip(crew_round.stays, stays, letters, strict=True)
        ],
        "stay_outline": STAY_OUTLINE,
        "scale_of_stay": 2 * STAY_RADIUS_MM * UNITS_PER_MM / SHAPE_SIDE,
        "names": _names(crew_round, frame, [*bubbles, *depots, *stays, *letters], course),
        "name_size": round(NAME_SIZE_MM * UNITS_PER_MM),
        "style": crew_round.mark.style,
        "scale_of_shape": 2 * BUBBLE_RADIUS_MM * UNITS_PER_MM / SHAPE_SIDE,
        "dash": crew_round.mark.style.dash_for(COURSE_WIDTH),
        "course_width": COURSE_WIDTH,
        "north": _pair((width - NORTH_INSET_MM * UNITS_PER_MM, NORTH_INSET_MM * UNITS_PER_MM)),
        "scale": {**_scale_bar(frame), "y": round(height) - SCALE_INSET},
    }
    return render_to_string("maps/round_map.svg", context)


def _shown_points(crew_round: Round) -> list[Coordinates]:
    marked = [*(visit.point for visit in crew_round.visits), *(stay.place.point for stay in crew_round.stays)]
    return [crew_round.start.point, crew_round.end.point, *marked, *crew_round.course]


def _bubbles(homes: list[Coordinates], fixed: list[Coordinates], frame: tuple[float, float]) -> list[Coordinates]:
    distance = (2 * BUBBLE_RADIUS_MM + BUBBLE_GAP_MM) * UNITS_PER_MM
    return [(float(x), float(y)) for x, y in spread(homes, fixed=fixed, distance=distance, frame=frame)]


def _is_moved(home: Coordinates, bubble: Coordinates) -> bool:
    return math.dist(home, bubble) > BUBBLE_RADIUS_MM * UNITS_PER_MM / 2


def _names(
    crew_round: Round, frame: Frame, marks: list[Coordinates], course: list[Coordinates]
) -> list[dict[str, str | int]]:
    driven = set(itertools.chain.from_iterable(way.streets for way in crew_round.ways))
    streets = street_names(crew_round.insee_code, frame)
    ordered = [*(s for s in streets if s.name in driven), *(s for s in streets if s.name not in driven)]
    placed = place_names(
        ordered,
        obstacles=_obstacles(marks, course),
        font_size=NAME_SIZE_MM * UNITS_PER_MM,
        frame=(frame.width, frame.height),
        most=MOST_NAMES,
    )
    return [_name(label) for label in placed]


def _obstacles(marks: list[Coordinates], course: list[Coordinates]) -> list[BaseGeometry]:
    """List what no street name may hide: the numbers, the depots and the course."""
    around = (BUBBLE_RADIUS_MM + BUBBLE_GAP_MM) * UNITS_PER_MM
    plates: list[BaseGeometry] = [Point(mark).buffer(around) for mark in marks]
    if len(course) > 1:
        plates.append(LineString(course).buffer(COURSE_HALF_WIDTH_MM * UNITS_PER_MM))
    return plates


def _name(label: PlacedName) -> dict[str, str | int]:
    return {"text": label.name, "x": round(label.x), "y": round(label.y), "angle": round(label.angle_deg)}


def _streets(paths: dict[str, str], frame: Frame) -> list[dict[str, str | int]]:
    """List the street layers to draw, lightest first, thinner as the scale grows coarser."""
    denominator = frame.metres_per_unit * UNITS_PER_MM * 1000
    thinning = min(1.0, max(THINNEST, FULL_WIDTH_DENOMINATOR / denominator))
    hidden = {"path", "service"} if denominator > MINOR_WAYS_DENOMINATOR else set()
    return [
        {
            "path": paths[layer],
            "casing": round(casing * thinning * UNITS_PER_MM),
            "surface": round(surface * thinning * UNITS_PER_MM),
        }
        for layer, (casing, surface) in STREET_WIDTHS_MM.items()
        if layer in paths and layer not in hidden
    ]


def _simplified(course: list[Coordinates]) -> list[Coordinates]:
    """Drop the points that no eye would miss, nine of ten of a long round: WeasyPrint reads each of them twice."""
    if len(course) < 2:
        return course
    return [(x, y) for x, y in LineString(course).simplify(1, preserve_topology=False).coords]


def _line(points: Sequence[Coordinates]) -> str:
    return " ".join(f"{round(x)},{round(y)}" for x, y in points)


def _pair(point: Coordinates) -> dict[str, int]:
    return {"x": round(point[0]), "y": round(point[1])}


def _arrows(course: Sequence[Coordinates]) -> Iterator[dict[str, int]]:
    """Place arrows along the course that tell which way it is driven."""
    if len(course) < 2:
        return
    line = LineString(course)
    step = ARROW_STEP_MM * UNITS_PER_MM
    for number in range(int(line.length / step)):
        along = (number + 0.5) * step
        here, ahead = line.interpolate(along), line.interpolate(along + UNITS_PER_MM)
        angle = math.degrees(math.atan2(ahead.y - here.y, ahead.x - here.x))
        yield {"x": round(here.x), "y": round(here.y), "angle": round(angle)}


def _scale_bar(frame: Frame) -> dict[str, str | int]:
    longest_m = LONGEST_SCALE_BAR_MM * UNITS_PER_MM * frame.metres_per_unit
    length_m = max((step for step in SCALE_STEPS_M if step <= longest_m), default=SCALE_STEPS_M[0])
    length = round(length_m / frame.metres_per_unit)
    return {"label": _scale_label(length_m), "length": length, "plate": length + 2 * SCALE_PADDING}


def _scale_label(length_m: int) -> str:
    if length_m < 1000:
        return f"{length_m}{french.NO_BREAK}m"
    return f"{french.decimal(length_m / 1000, 1).removesuffix(',0')}{french.NO_BREAK}km"
