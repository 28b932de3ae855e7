"""One map of density, computed: its values by cell, its classes, its picture and the table that says the same."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _
from scipy import ndimage
from scipy.spatial import cKDTree

from geo.models import Commune
from geo.projections import metric_srid
from geo.statistics.density import LEAST_HOMES, Density, density, dual_density
from geo.statistics.ground import FloatArray, Ground
from maps.density.asked import ANY, Against, Asked, Unit
from maps.density.facts import Facts, read_facts
from maps.density.ground import name_streets, read_ground, read_homes
from maps.density.picture import Bounds, Tint, canvas_of, paint
from maps.density.scale import Scale

PEAKS_TOLD = 12
# Teal for a map and for more, amber for less: told apart by who sees no red or no green.
MORE: tuple[Tint, ...] = ((169, 211, 208), (109, 176, 174), (47, 133, 131), (10, 82, 84), (4, 43, 46))
LESS: tuple[Tint, ...] = ((240, 214, 179), (224, 176, 114), (199, 134, 51), (168, 91, 0), (107, 58, 0))
# Where nothing may be said: a grey that is no class of either.
UNTOLD, GREY = 100, (128, 128, 124)


@dataclass(frozen=True, kw_only=True)
class LegendRow:
    """One class of the map: its colour as CSS takes it, and the values that it holds."""

    colour: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Peak:
    """A place around which the map is higher than anywhere near; ``near`` counts what is within the radius."""

    rank: int
    street: str
    value: float
    near: float


@dataclass(frozen=True, kw_only=True, eq=False)
class SurfaceMap:
    """A map of one surface.

    Attributes
    ----------
    commune, asked
        Of what.
    now, before
        The facts shown, and those of the period that is compared; none where nothing is.
    density
        Of the facts shown, by km².
    values
        What is painted, by row and column; NaN where nothing may be said.
    scale
        Its classes, the same at every hour, weekday and month so that one compares what one moves through.
    """

    commune: Commune
    asked: Asked
    now: Facts
    before: Facts | None
    density: Density
    values: FloatArray
    scale: Scale

    @property
    def ground(self) -> Ground:
        return self.density.ground

    @property
    def total(self) -> float:
        """What is counted in all: facts, or minutes."""
        return float(self.now.points.weights.sum())

    @property
    def total_before(self) -> float | None:
        return None if self.before is None else float(self.before.points.weights.sum())

    @property
    def unit(self) -> str:
        """What a value counts: « signalements par km² sur la période »."""
        counted = self.asked.surface.unit
        told = (
            _("%(counted)s pour 1 000 logements, sur la période")
            if self.asked.unit is Unit.HOMES
            else _("%(counted)s par km², sur la période")
        ) % {"counted": counted}
        return told if self.before is None else _("%(unit)s : différence entre les deux périodes") % {"unit": told}

    @property
    def made(self) -> str:
        """Kernel, radius and cells, as they stand on every map."""
        return self.density.describe()

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of the picture, in degrees."""
        return canvas_of(self.ground.grid, metric_srid(self.commune.pk)).bounds

    @cached_property
    def picture(self) -> bytes:
        """The map as PNG."""
        canvas = canvas_of(self.ground.grid, metric_srid(self.commune.pk))
        tints = dict(enumerate(MORE, start=1))
        if self.scale.is_signed:
            tints |= {-rank: tint for rank, tint in enumerate(LESS, start=1)}
        classes = self.scale.place(self.values)
        if self.asked.unit is Unit.HOMES:
            classes[self.ground.inside & np.isnan(self.values)] = UNTOLD
            tints[UNTOLD] = GREY
        return paint(canvas, classes, tints)

    @property
    def legend(self) -> list[LegendRow]:
        """The classes, the highest first."""
        rows = [
            LegendRow(colour=_css(tint), label=f"+ {label}" if self.scale.is_signed else label)
            for tint, label in zip(MORE, self.scale.labels, strict=False)
        ][::-1]
        if self.scale.is_signed:
            rows += [
                LegendRow(colour=_css(tint), label=f"− {label}")
                for tint, label in zip(LESS, self.scale.labels, strict=False)
            ]
        return rows

    @property
    def clear(self) -> str:
        """What a place without a tint is."""
        if not self.scale.limits:
            return _("aucun fait")
        return _("moins de %(limit)s") % {"limit": self.scale.told[0]}

    @property
    def untold(self) -> LegendRow | None:
        """Where no rate is told, on a map of rates."""
        if self.asked.unit is not Unit.HOMES:
            return None
        told = _("moins de %(homes)d logements autour : rien n'est dit") % {"homes": LEAST_HOMES}
        return LegendRow(colour=_css(GREY), label=told)

    @cached_property
    def peaks(self) -> list[Peak]:
        """The highest places of the map by street, the table that says what it shows; most changed if compared."""
        heights = np.abs(np.nan_to_num(self.values))
        reach = 2 * int(self.asked.radius_m // self.ground.grid.cell_m) + 1
        tops = (heights == ndimage.maximum_filter(heights, size=reach)) & (self.scale.place(self.values) != 0)
        rows, columns = np.nonzero(tops)
        order = np.argsort(-heights[rows, columns], kind="stable")[:PEAKS_TOLD]
        rows, columns = rows[order], columns[order]
        east_m, north_m = self.ground.grid.centres_m()
        x_m, y_m = east_m[columns], north_m[rows]
        near = self._count_near(x_m, y_m)
        streets = name_streets(self.commune, x_m, y_m)
        return [
            Peak(rank=rank, street=street, value=float(self.values[row, column]), near=count)
            for rank, (street, row, column, count) in enumerate(
                zip(streets, rows, columns, near, strict=True), start=1
            )
        ]

    def _count_near(self, x_m: FloatArray, y_m: FloatArray) -> list[float]:
        points = self.now.points
        if not len(points) or not len(x_m):
            return [0.0] * len(x_m)
        tree = cKDTree(np.column_stack([points.x_m, points.y_m]))
        found = tree.query_ball_point(np.column_stack([x_m, y_m]), self.asked.radius_m)
        return [float(points.weights[inside].sum()) for inside in found]


def read_map(commune: Commune, asked: Asked) -> SurfaceMap:
    """Read and compute a map.

    Raises
    ------
    StatisticsRefused
        When it cannot be computed from what is asked.
    """
    ground = read_ground(commune)
    all_now = read_facts(commune, asked.surface, asked.first, asked.last, kind=asked.kind)
    is_compared = asked.against is not Against.NOTHING
    all_before = read_facts(commune, asked.surface, *asked.before, kind=asked.kind) if is_compared else None
    drawing = _Drawing(commune, ground, asked)
    whole = drawing.values(all_now, all_before)
    now = asked.at_its_moment(all_now)
    before = None if all_before is None else asked.at_its_moment(all_before)
    values = drawing.values(now, before) if asked.is_at_a_moment else whole
    return SurfaceMap(
        commune=commune,
        asked=asked,
        now=now,
        before=before,
        density=drawing.density(now),
        values=values,
        scale=Scale.of(whole * _share_of_busiest(all_now, asked), is_signed=is_compared),
    )


class _Drawing:
    """Ground, radius and homes, which all maps of one answer share."""

    def __init__(self, commune: Commune, ground: Ground, asked: Asked) -> None:
        self._ground, self._asked = ground, asked
        self._homes = read_homes(commune) if asked.unit is Unit.HOMES else None

    def density(self, facts: Facts) -> Density:
        return density(facts.points, self._ground, radius_m=self._asked.radius_m)

    def values(self, now: Facts, before: Facts | None) -> FloatArray:
        values = self._rates(now)
        return values if before is None else values - self._rates(before)

    def _rates(self, facts: Facts) -> FloatArray:
        shown = self.density(facts)
        if self._homes is None:
            return shown.per_km2
        homes = density(self._homes, self._ground, radius_m=self._asked.radius_m, kernel=shown.kernel)
        return dual_density(shown, homes).per_1000_homes


def _share_of_busiest(facts: Facts, asked: Asked) -> float:
    """The part of the facts that lie in the busiest hour, weekday or month, of those through which one moves."""
    share = 1.0
    for wanted, told in ((asked.hour, facts.hours), (asked.weekday, facts.weekdays), (asked.month, facts.months)):
        if wanted != ANY and len(facts):
            share *= float(np.bincount(told).max()) / len(facts)
    return share


def _css(tint: Tint) -> str:
    return "#" + "".join(f"{part:02X}" for part in tint)
