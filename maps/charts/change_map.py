"""A perimeter before and after a proposal: what it gains and what it loses, among its neighbours."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from django.template.loader import render_to_string
from shapely import get_coordinates
from shapely.geometry.base import BaseGeometry

from maps.charts.ink import Ink
from maps.charts.shapes import path_of
from maps.ground import frame_around, ground_paths

WIDTH, HEIGHT = 520, 400
MARGIN = 24
LEAST_WIDTH_M = 400  # Web Mercator metres
LEGEND_ROW = 22
# Streets too: whoever checks a border looks for the one that it follows.
SHOWN_GROUND = ("water", "water_line", "major", "middle", "minor")


@dataclass(frozen=True, kw_only=True)
class ChangeMap:
    """One sector before and after; ground in WGS 84 degrees.

    Attributes
    ----------
    title
        What is shown.
    insee_code
        The commune whose water and streets lie under the perimeters.
    before, after
        One of them at least; a ring that crosses itself is drawn by parity.
    neighbours
        Number and ground of the sectors beside it.
    """

    title: str
    insee_code: str
    before: BaseGeometry | None = field(repr=False)
    after: BaseGeometry | None = field(repr=False)
    neighbours: tuple[tuple[int, BaseGeometry], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self._drawn:
            raise ValueError("There is a perimeter before or after, or nothing to draw.")

    @property
    def _drawn(self) -> list[BaseGeometry]:
        return [area for area in (self.before, self.after) if area is not None and not area.is_empty]

    @property
    def gained(self) -> BaseGeometry:
        """The ground that was not the sector's, and will be."""
        return shapely.difference(_sound(self.after), _sound(self.before))

    @property
    def lost(self) -> BaseGeometry:
        """The ground that was the sector's, and will not be."""
        return shapely.difference(_sound(self.before), _sound(self.after))

    def draw(self, ink: Ink, *, key: str, described: str = "") -> str:
        """Draw it as SVG; see ``LineChart.draw``."""
        corners = [(float(x), float(y)) for area in self._drawn for x, y in get_coordinates(area)]
        frame = frame_around(corners, width=WIDTH, height=HEIGHT, margin=MARGIN, least_width_m=LEAST_WIDTH_M)
        window = shapely.box(*frame.unplace(np.array([(0, HEIGHT), (WIDTH, 0)])).ravel())
        ground = ground_paths(self.insee_code, frame, least_building=WIDTH * HEIGHT)
        context = {
            "key": key,
            "ink": ink,
            "title": self.title,
            "described": described,
            "width": WIDTH,
            "map_height": HEIGHT,
            "height": HEIGHT + 2 * LEGEND_ROW,
            "second_row": HEIGHT + LEGEND_ROW,
            "ground": {layer: ground[layer] for layer in SHOWN_GROUND if layer in ground},
            "before": path_of(self.before, frame) if self.before else "",
            "after": path_of(self.after, frame) if self.after else "",
            "gained": path_of(self.gained, frame),
            "lost": path_of(self.lost, frame),
            "neighbours": [
                {"number": number, "path": path_of(seen, frame), "at": frame.place(middle.x, middle.y)}
                for number, seen in self._neighbours_in(window)
                if (middle := shapely.point_on_surface(seen))
            ],
        }
        return render_to_string("maps/charts/change_map.svg", context)

    def _neighbours_in(self, window: BaseGeometry) -> list[tuple[int, BaseGeometry]]:
        seen = ((number, shapely.intersection(_sound(ground), window)) for number, ground in self.neighbours)
        return [(number, ground) for number, ground in seen if not ground.is_empty]


def _sound(area: BaseGeometry | None) -> BaseGeometry:
    return shapely.Polygon() if area is None else shapely.make_valid(area, method="structure")
