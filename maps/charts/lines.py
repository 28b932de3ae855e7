"""Figures by month: a line with its band, and the same months of other years behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.template.loader import render_to_string

from geo import french
from maps.charts.figures import ChartTable, Point, Points, Series, highest, is_told, tell
from maps.charts.ink import Ink
from maps.charts.scale import Scale, scale_to

WIDTH, HEIGHT = 680, 250  # four units are a millimetre on paper
LEFT, RIGHT, TOP, BOTTOM = 46, 78, 14, 26
LABEL_GAP = 13
STEPS = 5


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Points that follow each other without a gap: the line through them, and its band."""

    line: str
    band: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Lines over the same columns.

    Attributes
    ----------
    title
        What is shown, with its unit.
    columns
        Names of the columns, one at least.
    main
        The line that it is about, drawn with its band.
    others
        Lines to compare it with, the nearest first.
    places
        Decimals of the figures; 0: they are counts.
    """

    title: str
    columns: tuple[str, ...]
    main: Series
    others: tuple[Series, ...] = ()
    places: int = 0

    def __post_init__(self) -> None:
        if not self.columns or any(len(one.points) != len(self.columns) for one in self.series):
            raise ValueError("Each line has a point, or none, for each column.")

    @property
    def series(self) -> tuple[Series, ...]:
        return (self.main, *self.others)

    @property
    def table(self) -> ChartTable:
        """A row for each column, a column for each line."""
        return ChartTable(
            caption=self.title,
            head=("", *(one.name for one in self.series)),
            rows=tuple(
                (name, *(tell(one.points[index], self.places) for one in self.series))
                for index, name in enumerate(self.columns)
            ),
        )

    def draw(self, ink: Ink, *, key: str, described: str = "") -> str:
        """Draw it as SVG.

        Parameters
        ----------
        key
            A word that no other drawing of the page has.
        described
            What it shows, for who does not see it, besides the title.
        """
        values = scale_to(
            max(highest(self.main.points), *(_highest_value(one.points) for one in self.series)),
            length=HEIGHT - TOP - BOTTOM,
            steps=STEPS,
            whole=not self.places,
        )
        step = (WIDTH - LEFT - RIGHT) / len(self.columns)
        across = [round(LEFT + step * (index + 0.5), 1) for index in range(len(self.columns))]
        base = HEIGHT - BOTTOM
        names = _place_names(self.series, values)
        context = {
            "key": key,
            "ink": ink,
            "title": self.title,
            "described": described,
            "width": WIDTH,
            "height": HEIGHT,
            "left": LEFT,
            "right": WIDTH - RIGHT,
            "base": base,
            "top": TOP,
            "ticks": [(french.decimal(tick, values.places), base - values.place(tick)) for tick in values.ticks],
            "columns": list(zip(self.columns, across, strict=True)),
            "gaps": [
                (round(place - step / 2, 1), round(step, 1))
                for point, place in zip(self.main.points, across, strict=True)
                if point and point.value is None
            ],
            "main": list(stretches(self.main.points, across, values, base=base)),
            "main_name": (self.main.name, names[0]),
            "others": [
                (one.name, place, list(stretches(one.points, across, values, base=base)), dash)
                for one, place, dash in zip(self.others, names[1:], _dashes(len(self.others)), strict=True)
            ],
        }
        return render_to_string("maps/charts/lines.svg", context)


def stretches(points: Points, across: Sequence[float], values: Scale, *, base: float) -> Iterator[Stretch]:
    """Cut a line where a figure is left out or missing.

    Parameters
    ----------
    across
        Where each column is drawn, from the left.
    base
        Where zero is drawn, from the top.
    """
    placed = list(zip(points, across, strict=True))
    for has_line, run in groupby(placed, key=lambda pair: is_told(pair[0])):
        if has_line:
            yield _stretch([(point, x) for point, x in run if point], values, base)


def _stretch(run: list[tuple[Point, float]], values: Scale, base: float) -> Stretch:
    dots = [(x, base - values.place(point.value or 0)) for point, x in run]
    banded = [(point, x) for point, x in run if point.low is not None and point.high is not None]
    edge = [(x, base - values.place(point.high or 0)) for point, x in banded]
    edge += [(x, base - values.place(point.low or 0)) for point, x in reversed(banded)]
    return Stretch(line=_written(dots), band=_written(edge), dots=tuple(dots))


def _written(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _dashes(count: int) -> list[str]:
    return ["6 4", "2 4", "8 3 2 3", "12 4", "1 3"][:count] + ["4 4"] * max(0, count - 5)


def _highest_value(points: Points) -> float:
    return max((point.value for point in points if point and point.value is not None), default=0.0)


def _place_names(series: Sequence[Series], values: Scale) -> list[float]:
    """Say how high the name of each line is written: near its end, and none over another."""
    wanted = [HEIGHT - BOTTOM - values.place(_last_value(one.points)) for one in series]
    placed = dict.fromkeys(range(len(series)), 0.0)
    lowest: float = TOP - LABEL_GAP
    for index in sorted(placed, key=lambda one: wanted[one]):
        placed[index] = lowest = max(wanted[index], lowest + LABEL_GAP)
    over = max(0.0, lowest - (HEIGHT - BOTTOM))
    return [placed[index] - over for index in range(len(series))]


def _last_value(points: Points) -> float:
    return next((point.value for point in reversed(points) if point and point.value is not None), 0.0)
