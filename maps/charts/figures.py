"""What charts are made of: figures with what chance allows, and the table beside each drawing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo import french


@dataclass(frozen=True, kw_only=True)
class Point:
    """A published figure, 0 or more, with its interval where it has one.

    Attributes
    ----------
    value
        None: it is left out, and the drawing is hatched there.
    low, high
        What chance alone allows, both or neither; ``high`` may be infinite.
    """

    value: float | None
    low: float | None = None
    high: float | None = None

    def tell(self, places: int = 0) -> str:
        """Write it as « 12 (de 6 à 21) », or say that it is not published."""
        if self.value is None:
            return _("non publié")
        told = french.decimal(self.value, places)
        if self.low is None or self.high is None:
            return told
        return f"{told} ({french.interval(self.low, self.high, places)})"


# None where there is nothing to tell: a month to come, a sector that there was not.
Points = tuple[Point | None, ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line: its name, written at its end, and a point for each column."""

    name: str
    points: Points


@dataclass(frozen=True, kw_only=True)
class ChartTable:
    """The same as a drawing, in words and numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tell(point: Point | None, places: int = 0) -> str:
    """Write a point for a cell; a dash where there is nothing."""
    return "–" if point is None else point.tell(places)


def is_told(point: Point | None) -> bool:
    """Whether there is a figure to draw."""
    return point is not None and point.value is not None


def highest(points: Iterable[Point | None]) -> float:
    """Return the highest figure, or finite end of an interval, that a drawing must have room for; 0 of nothing."""
    ends = (end for point in points if point for end in (point.value, point.high) if end is not None)
    return max((end for end in ends if end != float("inf")), default=0.0)
