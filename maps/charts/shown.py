"""Drawings as a page shows them: each beside the table that says the same."""

from typing import Protocol

from maps.charts.figures import ChartTable
from maps.charts.ink import SCREEN, Ink


class Drawing(Protocol):
    """A chart or a map, of whatever kind."""

    @property
    def table(self) -> ChartTable: ...
    def draw(self, ink: Ink, *, key: str, described: str = "") -> str: ...


def show(*drawings: Drawing | None, key: str) -> list[tuple[str, ChartTable]]:
    """Draw for the screen what there is to draw, each as SVG with its table.

    Parameters
    ----------
    key
        Begins the name of each drawing, which no other on the page may have.
    """
    there = (drawing for drawing in drawings if drawing is not None)
    return [(drawing.draw(SCREEN, key=f"{key}-{rank}"), drawing.table) for rank, drawing in enumerate(there, 1)]
