"""One small chart for each sector, all to the same scale."""

from dataclasses import dataclass
from itertools import chain

from django.template.loader import render_to_string

from geo import french
from maps.charts.figures import ChartTable, Series, highest, tell
from maps.charts.ink import Ink
from maps.charts.lines import stretches
from maps.charts.scale import scale_to

COLUMNS = 4
CELL_WIDTH, CELL_HEIGHT = 164, 104
GAP = 8
LEFT, RIGHT, TOP, BOTTOM = 26, 4, 30, 16
LINE_HEIGHT = 12
LONGEST_LINE = 26  # letters of a sector's name
STEPS = 2


@dataclass(frozen=True, kw_only=True)
class SmallMultiples:
    """A line for each sector over the same columns.

    Attributes
    ----------
    title
        What is shown, with its unit.
    columns
        Names of the columns, one at least.
    series
        A line for each sector, with the sector's name; one at least.
    places
        Decimals of the figures; 0: they are counts.
    """

    title: str
    columns: tuple[str, ...]
    series: tuple[Series, ...]
    places: int = 0

    def __post_init__(self) -> None:
        if not self.columns or not self.series or any(len(s.points) != len(self.columns) for s in self.series):
            raise ValueError("Each line has a point, or none, for each column.")

    @property
    def table(self) -> ChartTable:
        """A row for each sector, a column for each column of the charts."""
        return ChartTable(
            caption=self.title,
            head=("", *self.columns),
            rows=tuple((one.name, *(tell(point, self.places) for point in one.points)) for one in self.series),
        )

    def draw(self, ink: Ink, *, key: str, described: str = "") -> str:
        """Draw them as one SVG; see ``LineChart.draw``."""
        values = scale_to(
            highest(chain.from_iterable(one.points for one in self.series)),
            length=CELL_HEIGHT - TOP - BOTTOM,
            steps=STEPS,
            whole=not self.places,
        )
        step = (CELL_WIDTH - LEFT - RIGHT) / len(self.columns)
        across = [round(LEFT + step * (index + 0.5), 1) for index in range(len(self.columns))]
        rows = -(-len(self.series) // COLUMNS)
        base = CELL_HEIGHT - BOTTOM
        context = {
            "key": key,
            "ink": ink,
            "title": self.title,
            "described": described,
            "width": COLUMNS * CELL_WIDTH + (COLUMNS - 1) * GAP,
            "height": rows * CELL_HEIGHT + (rows - 1) * GAP,
            "left": LEFT,
            "right": CELL_WIDTH - RIGHT,
            "top": TOP,
            "base": base,
            "ticks": [(french.decimal(tick, values.places), base - values.place(tick)) for tick in values.ticks],
            "ends": [(self.columns[0], across[0], "start"), (self.columns[-1], across[-1], "end")],
            "cells": [
                {
                    "x": index % COLUMNS * (CELL_WIDTH + GAP),
                    "y": index // COLUMNS * (CELL_HEIGHT + GAP),
                    "name": list(enumerate(_lines(one.name))),
                    "stretches": list(stretches(one.points, across, values, base=base)),
                    "gaps": [
                        (round(place - step / 2, 1), round(step, 1))
                        for point, place in zip(one.points, across, strict=True)
                        if point and point.value is None
                    ],
                }
                for index, one in enumerate(self.series)
            ],
        }
        return render_to_string("maps/charts/multiples.svg", context)


def _lines(name: str) -> list[str]:
    """Write a name on two lines at most; a longer one ends by « … »."""
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= LONGEST_LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1]} …"]
