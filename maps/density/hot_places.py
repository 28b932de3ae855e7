"""Hot spots of a map as areas with the names of their streets, and what has become of each."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from geo import french
from geo.models import Commune
from geo.projections import metric_srid, shapes_to_wgs84
from geo.statistics.errors import TooFewForGiStar
from geo.statistics.ground import Ground, Points
from geo.statistics.hot_spots import HotSpots, count_by_cell, gi_star_of_counts, hot_spots
from geo.statistics.trends import Change, label_changes
from maps.density.asked import Asked
from maps.density.facts import read_facts
from maps.density.ground import name_streets, name_streets_within, read_ground, read_homes, windows_of

# Windows overlap: at the rate of false discoveries that is kept, a single cell may be chance.
FEWEST_CELLS = 2
MOST_TOLD = 20
TOUCHING = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True, kw_only=True)
class HotPlace:
    """Cells that touch each other, each with more reports around it than its homes explain.

    Attributes
    ----------
    streets
        Those with the most addresses in it, or the nearest one.
    reports, expected, adjusted
        Of its strongest window: what was counted, what its homes would have, and how often chance gives as many.
    change
        What it has become since the period before; empty where that is unknown.
    shape
        Its outline, in degrees.
    """

    rank: int
    streets: tuple[str, ...]
    reports: int
    expected: float
    adjusted: float
    change: str
    shape: BaseGeometry

    @property
    def counted(self) -> str:
        """« 41 signalements, 12,3 attendus » and what has become of it."""
        told = _("%(reports)d signalements, %(expected)s attendus") % {
            "reports": self.reports,
            "expected": french.decimal(self.expected, 1),
        }
        return f"{told} ; {self.change}" if self.change else told


@dataclass(frozen=True, kw_only=True)
class HotPlaces:
    """The hot spots of a period and those that faded since the one before; ``without_homes`` are in no test.

    ``by_gi_star`` are those of the period by that index, None where it would take chance for hot spots.
    """

    hot: tuple[HotPlace, ...]
    faded: tuple[HotPlace, ...]
    without_homes: int
    before: tuple[dt.date, dt.date]
    by_gi_star: tuple[HotPlace, ...] | None


def read_hot_places(commune: Commune, asked: Asked) -> HotPlaces:
    """Test the reports that are asked for around each cell, against those as many days before."""
    ground, homes = read_ground(commune), read_homes(commune)
    facts = [
        asked.at_its_moment(read_facts(commune, asked.surface, *days, kind=asked.kind))
        for days in (asked.before_tests, (asked.first, asked.last))
    ]
    before, now = (_test(each.points, homes, ground) for each in facts)
    first, last = asked.before_tests
    labels = label_changes(before, now, days_before=(last - first).days + 1, days_now=asked.days)
    has_before = bool(before.reports.sum())
    return HotPlaces(
        hot=_gather(commune, ground, now, now.is_hot, labels, has_before=has_before),
        faded=_gather(commune, ground, before, labels == Change.FADES, labels, has_before=True),
        without_homes=int(now.without_homes),
        before=asked.before_tests,
        by_gi_star=_find_by_gi_star(commune, ground, facts[1].points),
    )


def _find_by_gi_star(commune: Commune, ground: Ground, reports: Points) -> tuple[HotPlace, ...] | None:
    """Find hot spots by Gi*, which knows of no homes, where windows hold enough for it."""
    counts, windows = count_by_cell(reports, ground), windows_of(ground)
    try:
        found = gi_star_of_counts(counts, windows)
    except TooFewForGiStar:
        return None
    tested = HotSpots(
        reports=windows.around @ counts,
        expected=windows.around.sum(axis=1) * counts.mean(),
        p_value=found.p_value,
        adjusted=found.adjusted,
        without_homes=0.0,
    )
    unknown = np.full(len(counts), Change.NONE, dtype=object)
    return _gather(commune, ground, tested, found.is_hot, unknown, has_before=False)


def _test(reports: Points, homes: Points, ground: Ground) -> HotSpots:
    return hot_spots(count_by_cell(reports, ground), count_by_cell(homes, ground), windows_of(ground))


def _gather(
    commune: Commune,
    ground: Ground,
    tested: HotSpots,
    chosen: NDArray[np.bool_],
    labels: NDArray[np.object_],
    *,
    has_before: bool,
) -> tuple[HotPlace, ...]:
    """Gather cells that touch in areas, the least likely first."""
    laid = np.zeros(ground.inside.shape, dtype=bool)
    laid[ground.inside] = chosen
    numbers, _count = ndimage.label(laid, structure=TOUCHING)
    of_cell = numbers[ground.inside]
    areas = [
        cells
        for number in range(1, int(numbers.max()) + 1)
        if len(cells := np.flatnonzero(of_cell == number)) >= FEWEST_CELLS
    ]
    strongest = [cells[np.lexsort((-tested.reports[cells], tested.adjusted[cells]))[0]] for cells in areas]
    order = np.argsort([tested.adjusted[cell] for cell in strongest], kind="stable")[:MOST_TOLD]
    areas, strongest = [areas[rank] for rank in order], [strongest[rank] for rank in order]
    if not areas:
        return ()
    shapes = shapes_to_wgs84(_outline(ground, areas), metric_srid(commune.pk))
    x_m, y_m = ground.middles_m()
    nearest = name_streets(commune, x_m[strongest], y_m[strongest])
    return tuple(
        HotPlace(
            rank=rank,
            streets=streets or ((street,) if street else ()),
            reports=int(tested.reports[cell]),
            expected=float(tested.expected[cell]),
            adjusted=float(tested.adjusted[cell]),
            change=labels[cell].value if has_before else "",
            shape=shape,
        )
        for rank, (streets, street, cell, shape) in enumerate(
            zip(name_streets_within(commune, list(shapes)), nearest, strongest, shapes, strict=True), start=1
        )
    )


def _outline(ground: Ground, areas: list[NDArray[np.intp]]) -> NDArray[np.object_]:
    x_m, y_m = ground.middles_m()
    half_m = ground.grid.cell_m / 2
    outlines = np.empty(len(areas), dtype=object)
    for place, cells in enumerate(areas):
        x, y = x_m[cells], y_m[cells]
        outlines[place] = shapely.union_all(shapely.box(x - half_m, y - half_m, x + half_m, y + half_m))
    return outlines
