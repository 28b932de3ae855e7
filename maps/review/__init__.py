"""The review of the scheme: what the CLSPD reads, by sector and closed period, and never of a home.

A task publishes what is closed (``publish_closed_periods``); a page reads it::

    review = read_review(commune, read_period("2026-t3"))

``review.figures`` are the published tables, ``review.coverage`` what the perimeters hold of the addresses.
"""

from maps.review.grounds import cut_by, cut_of_day, read_ground
from maps.review.periods import Kind, Period, read_period
from maps.review.publishing import publish_closed_periods
from maps.review.reading import (
    UNKNOWN,
    Figure,
    Figures,
    IndicatorTold,
    MeasureTable,
    PatrolRow,
    Place,
    Review,
    Row,
    State,
    published_periods,
    read_figures,
    read_review,
)

__all__ = [
    "UNKNOWN",
    "Figure",
    "Figures",
    "IndicatorTold",
    "Kind",
    "MeasureTable",
    "PatrolRow",
    "Period",
    "Place",
    "Review",
    "Row",
    "State",
    "cut_by",
    "cut_of_day",
    "publish_closed_periods",
    "published_periods",
    "read_figures",
    "read_ground",
    "read_period",
    "read_review",
]
