"""Figures by sector: a bar each, from zero, with what chance allows."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from geo import french
from maps.charts.figures import ChartTable, Point, highest, tell
from maps.charts.ink import Ink
from maps.charts.scale import scale_to

WIDTH = 680
LEFT, RIGHT, TOP, BOTTOM = 216, 64, 6, 24
ROW, BAR = 20, 11
LEFT_OUT = 96  # width of the hatched mark of a figure that is left out
STEPS = 5
LONGEST_NAME = 38  # letters at the left


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """A figure for each row, such as the sectors.

    Attributes
    ----------
    title
        What is shown, with its unit.
    head
        What the rows are, and what is told of them.
    rows
        Names and figures, one at least, in the order in which they are drawn.
    places
        Decimals of the figures; 0: they are counts.
    """

    title: str
    head: tuple[str, str]
    rows: tuple[tuple[str, Point | None], ...]
    places: int = 0

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("There is one row at least.")

    @property
    def table(self) -> ChartTable:
        return ChartTable(
            caption=self.title,
            head=self.head,
            rows=tuple((name, tell(point, self.places)) for name, point in self.rows),
        )

    def draw(self, ink: Ink, *, key: str, described: str = "") -> str:
        """Draw it as SVG; see ``LineChart.draw``."""
        values = scale_to(
            highest(point for _, point in self.rows),
            length=WIDTH - LEFT - RIGHT,
            steps=STEPS,
            whole=not self.places,
        )
        height = TOP + ROW * len(self.rows) + BOTTOM
        context = {
            "key": key,
            "ink": ink,
            "title": self.title,
            "described": described,
            "width": WIDTH,
            "height": height,
            "left": LEFT,
            "top": TOP,
            "base": height - BOTTOM,
            "bar": BAR,
            "left_out": LEFT_OUT,
            "ticks": [(french.decimal(tick, values.places), LEFT + values.place(tick)) for tick in values.ticks],
            "rows": [
                {
                    "name": _shortened(name),
                    "middle": TOP + ROW * (index + 0.5),
                    "y": TOP + ROW * (index + 0.5) - BAR / 2,
                    "point": point,
                    "is_left_out": point is not None and point.value is None,
                    "length": values.place(point.value) if point and point.value is not None else None,
                    "low": LEFT + values.place(point.low) if point and point.low is not None else None,
                    "high": LEFT + values.place(point.high) if point and point.high is not None else None,
                    "told": french.decimal(point.value, self.places) if point and point.value is not None else "",
                }
                for index, (name, point) in enumerate(self.rows)
            ],
        }
        return render_to_string("maps/charts/bars.svg", context)


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
