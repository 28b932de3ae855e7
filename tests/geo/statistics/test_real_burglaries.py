"""What the burglaries of two months say of each other and of the third: Houston, 2010, by hundreds of houses."""

import csv
import datetime as dt
import gzip

import numpy as np
import pytest
from shapely import box

from geo.projections import to_metres
from geo.statistics.density import density
from geo.statistics.evaluation import evaluate
from geo.statistics.ground import Ground, Points
from geo.statistics.hot_spots import count_by_cell
from geo.statistics.near_repeats import knox

pytestmark = pytest.mark.real_data

UTM_15_NORTH = 32615
MIDDLE_M = (270_000, 3_295_000)
WIDTH_M = 60_000
MONTHS = ("january", "february", "march")


@pytest.fixture(scope="module")
def burglaries(real_data):
    """Easting, northing and day of the first three months' burglaries; what lies far outside is left out."""
    with gzip.open(real_data / "incidents" / "houston_crime_2010.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["offense"] == "burglary" and row["month"] in MONTHS]
    lon, lat = (np.array([float(row[axis].replace("NA", "nan")) for row in rows]) for axis in ("lon", "lat"))
    days = np.array([dt.datetime.strptime(row["date"], "%m/%d/%Y").toordinal() for row in rows], dtype=float)  # noqa: DTZ007
    x_m, y_m = to_metres(lon, lat, UTM_15_NORTH)
    is_near = np.hypot(x_m - MIDDLE_M[0], y_m - MIDDLE_M[1]) < WIDTH_M / 2
    return x_m[is_near], y_m[is_near], days[is_near] - days.min()


def test_burglaries_repeat_next_door_within_a_week_and_no_longer(burglaries):
    x_m, y_m, days = burglaries
    early = days < 59
    cells = knox(
        Points(x_m=x_m[early], y_m=y_m[early]),
        days[early],
        up_to_m=(0, 100, 200, 400),
        up_to_days=(7, 14, 28),
        seed=1,
        permutations=399,
    )
    told = {(cell.up_to_m, cell.up_to_days) for cell in cells if cell.adjusted <= 0.05}

    # 1.19 times as many at one place as expected, 1.25 times up to 100 m.
    assert {(0, 7), (100, 7)} <= told
    assert {days for _, days in told} == {7}


def test_a_smooth_map_may_catch_less_than_plain_counts(burglaries):
    # Places are known by hundreds of houses: the same ones come again, and a density spreads them.
    x_m, y_m, days = burglaries
    early, late = days < 59, days >= 59
    ground = Ground.of(box(*(x_m.min(), y_m.min(), x_m.max(), y_m.max())), 250.0)
    before, after = (Points(x_m=x_m[one], y_m=y_m[one]) for one in (early, late))
    drawn = density(before, ground, radius_m=750.0)
    found = evaluate(
        drawn.per_km2[ground.inside], count_by_cell(before, ground), count_by_cell(after, ground), area_share=0.02
    )

    assert drawn.total == pytest.approx(early.sum())
    assert found.is_better_than_chance
    assert found.tested.pai > 5
    assert not found.is_better_than_plain_counts
