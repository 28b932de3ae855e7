"""The sectors on a map, each in the tint of its class."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import shapely
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from shapely import get_coordinates
from shapely.geometry.base import BaseGeometry

from geo import french
from geo.statistics.classes import Classes, Method, natural_breaks, quantiles
from maps.charts.figures import ChartTable, Point, tell
from maps.charts.ink import Ink
from maps.charts.shapes import SHOWN_GROUND, path_of, widest_point
from maps.exports.map_lettering import spread
from maps.ground import Frame, frame_around, ground_paths

WIDTH, HEIGHT = 520, 430
MARGIN = 14
LEAST_WIDTH_M = 1000  # Web Mercator metres
GATHER = {Method.NATURAL_BREAKS: natural_breaks, Method.QUANTILES: quantiles}
MARK_DISTANCE = 29  # between the middles of two numbers: the diagonal of a square of 20 by 19, and its pull home
# More numbers than these would lie one over the other.
MOST_NUMBERED = 60
LEGEND_COLUMNS, LEGEND_ROW, LEGEND_GAP = 3, 20, 6


@dataclass(frozen=True, kw_only=True)
class Area:
    """A sector of the map: its number, its name, its ground in WGS 84 degrees, and its figure."""

    number: int
    name: str
    ground: BaseGeometry = field(repr=False)
    point: Point | None

    @property
    def value(self) -> float | None:
        return self.point.value if self.point else None

    @property
    def is_left_out(self) -> bool:
        return self.point is not None and self.point.value is None


@dataclass(frozen=True, kw_only=True)
class _Mark:
    """Ground and its number, in drawn units: ``x`` and ``y`` are on the ground, the number stands at ``at``."""

    number: int
    path: str
    x: float
    y: float
    at: tuple[float, float]
    tint: str = ""
    is_left_out: bool = False


@dataclass(frozen=True, kw_only=True)
class SectorMap:
    """A figure for each sector.

    Attributes
    ----------
    title
        What is shown, with its unit.
    measure
        The head of its column in the table.
    insee_code
        The commune whose water and streets lie under the sectors.
    outline
        The commune, in WGS 84 degrees.
    areas
        The sectors; those whose figure is left out are hatched, those without any have a plain tint.
    gaps
        Ground outside all sectors that is shown with its rank, in WGS 84 degrees.
    method
        How the limits of the classes are found.
    places
        Decimals of the figures.
    about
        The number of the sector that the map is about, and framed on; of all of them where it is None.
    framed
        What is shown as large as it can be, in WGS 84 degrees; the commune where it is None.
    edges
        Words that stand around the areas, each with its point in WGS 84 degrees; in sight with what is framed.
    """

    title: str
    measure: str
    insee_code: str
    outline: BaseGeometry = field(repr=False)
    areas: tuple[Area, ...]
    gaps: tuple[tuple[int, shapely.Geometry], ...] = field(default=(), repr=False)
    method: Method = Method.NATURAL_BREAKS
    places: int = 0
    about: int | None = None
    framed: BaseGeometry | None = field(default=None, repr=False)
    edges: tuple[tuple[str, shapely.Point], ...] = field(default=(), repr=False)

    @property
    def is_numbered(self) -> bool:
        """Whether each area bears its number: few enough to be read."""
        return len(self.areas) <= MOST_NUMBERED

    @cached_property
    def classes(self) -> Classes | None:
        """The classes of what is published; None when nothing is."""
        values = [area.value for area in self.areas if area.value is not None]
        # What is told as equal is in one class: no limit lies between « 12,4 » and « 12,4 ».
        rounded = [round(value, self.places) for value in values]
        return GATHER[self.method](rounded) if rounded else None

    def class_of(self, area: Area) -> int | None:
        """Return the index of the class of an area; None if its figure is not published."""
        if area.value is None or self.classes is None:
            return None
        return self.classes.place(round(area.value, self.places))

    @cached_property
    def class_labels(self) -> list[str]:
        """Write each class by the values that it holds: « de 12 à 17 », or « 12 » for one value."""
        return [
            _tell_class(one.low, one.high, self.places) for one in (self.classes.classes if self.classes else ())
        ]

    @property
    def method_told(self) -> str:
        """Say how the limits were found."""
        return _("Limites des classes : %(method)s.") % {"method": self.method.value}

    @property
    def table(self) -> ChartTable:
        labels = self.class_labels
        return ChartTable(
            caption=self.title,
            head=(_("Secteur"), self.measure, _("Classe")),
            rows=tuple(
                (
                    f"{area.number} · {area.name}",
                    tell(area.point, self.places),
                    "–" if (place := self.class_of(area)) is None else labels[place],
                )
                for area in self.areas
            ),
        )

    def draw(self, ink: Ink, *, key: str, described: str = "") -> str:
        """Draw it as SVG; see ``LineChart.draw``."""
        frame = frame_around(
            [(float(x), float(y)) for x, y in get_coordinates([self._framed, *(at for _, at in self.edges)])],
            width=WIDTH,
            height=HEIGHT,
            margin=MARGIN,
            least_width_m=LEAST_WIDTH_M,
        )
        ground = ground_paths(self.insee_code, frame, least_building=WIDTH * HEIGHT)
        tints = ink.spread(len(self.class_labels)) if self.class_labels else ()
        has_gaps = any(area.is_left_out for area in self.areas)
        legend = _arrange(list(zip(self.class_labels, tints, strict=True)), has_gaps=has_gaps)
        below = HEIGHT + LEGEND_GAP + max(1, -(-len(legend) // LEGEND_COLUMNS)) * LEGEND_ROW
        areas = [self._drawn(area, frame, tints, ink) for area in self.areas]
        context = {
            "key": key,
            "ink": ink,
            "title": self.title,
            "described": described,
            "width": WIDTH,
            "height": HEIGHT if self.about else below + (LEGEND_ROW if tints else 0),
            "map_height": HEIGHT,
            "outline": path_of(self.outline, frame),
            "ground": {layer: ground[layer] for layer in SHOWN_GROUND if layer in ground},
            "areas": areas,
            "is_numbered": self.is_numbered,
            "edges": [(word, *(round(place) for place in frame.place(at.x, at.y))) for word, at in self.edges],
            "gaps": _set_apart(
                [_mark(rank, shape, frame) for rank, shape in self.gaps], areas if self.is_numbered else ()
            ),
            "legend": legend,
            "legend_y": HEIGHT + LEGEND_GAP,
            "below": below,
            "method": self.method_told if tints else "",
        }
        return render_to_string("maps/charts/sector_map.svg", context)

    @property
    def _framed(self) -> BaseGeometry:
        return next((area.ground for area in self.areas if area.number == self.about), self.framed or self.outline)

    def _drawn(self, area: Area, frame: Frame, tints: Sequence[str], ink: Ink) -> _Mark:
        place = self.class_of(area)
        return replace(
            _mark(area.number, area.ground, frame),
            tint=ink.bar if area.number == self.about else "" if place is None else tints[place],
            is_left_out=area.is_left_out,
        )


def _arrange(classes: Sequence[tuple[str, str]], *, has_gaps: bool) -> list[dict[str, str | int]]:
    """Place the keys of the legend in rows: the classes, then the hatching, which has no tint of its own."""
    keys = [*classes, *([(_("non publié"), "")] if has_gaps else [])]
    return [
        {
            "label": label,
            "tint": tint,
            "x": index % LEGEND_COLUMNS * (WIDTH // LEGEND_COLUMNS),
            "y": HEIGHT + LEGEND_GAP + index // LEGEND_COLUMNS * LEGEND_ROW,
        }
        for index, (label, tint) in enumerate(keys)
    ]


def _tell_class(low: float, high: float, places: int) -> str:
    if low == high:
        return french.decimal(low, places)
    return french.interval(low, high, places)


def _mark(number: int, shape: shapely.Geometry, frame: Frame) -> _Mark:
    middle = widest_point(shape)
    x, y = (round(place) for place in frame.place(middle.x, middle.y))
    return _Mark(number=number, path=path_of(shape, frame), x=x, y=y, at=(x, y))


def _set_apart(gaps: Sequence[_Mark], areas: Sequence[_Mark]) -> list[_Mark]:
    """Write the number of each gap on it, or beside it where another number stands."""
    if not gaps:
        return []
    places = spread(
        [one.at for one in gaps],
        fixed=[one.at for one in areas],
        distance=MARK_DISTANCE,
        frame=(WIDTH, HEIGHT),
    )
    return [replace(gap, at=(round(x), round(y))) for gap, (x, y) in zip(gaps, places, strict=True)]
