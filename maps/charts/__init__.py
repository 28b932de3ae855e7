"""Charts and maps of published figures as SVG drawings, each with the table that says the same.

A figure that is left out is hatched, never drawn as zero; what chance allows is drawn as a band or a bar. Nothing
is told by colour alone: lines have their name at their end, classes their limits, sectors their number.
"""

from maps.charts.bars import BarChart
from maps.charts.change_map import ChangeMap
from maps.charts.figures import ChartTable, Point, Series
from maps.charts.ink import PRINT, SCREEN, Ink
from maps.charts.lines import LineChart
from maps.charts.multiples import SmallMultiples
from maps.charts.sector_map import MOST_NUMBERED, Area, SectorMap
from maps.charts.shown import show

__all__ = [
    "MOST_NUMBERED",
    "PRINT",
    "SCREEN",
    "Area",
    "BarChart",
    "ChangeMap",
    "ChartTable",
    "Ink",
    "LineChart",
    "Point",
    "SectorMap",
    "Series",
    "SmallMultiples",
    "show",
]
