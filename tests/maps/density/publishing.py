"""Published figures of density as a test needs them: two squares in two sectors, and the whole."""

import datetime as dt
from collections.abc import Sequence

from maps.models import DensityFigure
from sectors.models import Sector

QUARTER = dt.date(2026, 4, 1)
# Squares of 400 m that meet the tiny town's sectors, west and east.
SQUARES = ((2120, 16060), (2121, 16060))


def build_published(sectors: Sequence[Sector], *, values: Sequence[int]) -> list[DensityFigure]:
    """Figures of one quarter: one by sector, and the whole commune."""
    places = [*((*square, sector) for square, sector in zip(SQUARES, sectors, strict=False)), (None, None, None)]
    return [
        DensityFigure.objects.create(
            commune=sectors[0].commune,
            first_day=QUARTER,
            cell_m=400,
            column=column,
            row=row,
            sector=sector,
            value=value,
            published_on=dt.date(2026, 8, 10),
        )
        for (column, row, sector), value in zip(places, values, strict=True)
    ]
