"""A town of so many sectors and addresses, in an empty database.

Sectors are cells of a bent grid, 120 vertices each, so that neighbours share wavy borders; addresses are drawn
evenly.
"""

import datetime as dt
import math
import random
from typing import Any

from django.db import connection

INSEE = "26999"
WEST, SOUTH, SIDE = 4.85, 44.85, 0.1  # degrees: 7.9 km by 11.1 km
VERTICES_A_SIDE = 30


def build_grid_town(sectors: int, addresses: int, rng: random.Random, *, since: dt.date) -> tuple[Any, list[Any]]:
    """Fill an empty database with a town; return its commune and its perimeters, in force since a day."""
    from django.contrib.gis.geos import MultiPolygon, Polygon
    from django.db.backends.postgresql.psycopg_any import DateRange

    from geo.models import Commune
    from sectors.models import Perimeter, Sector

    outline = MultiPolygon(Polygon.from_bbox((WEST - 0.02, SOUTH - 0.02, WEST + SIDE + 0.02, SOUTH + SIDE + 0.02)))
    commune = Commune.objects.create(insee_code=INSEE, name="Valmont-sur-Rhône", outline=outline, source="essai")
    across = math.ceil(math.sqrt(sectors))
    there = Sector.objects.bulk_create(
        Sector(commune=commune, number=number + 1, name=f"Secteur {number + 1}") for number in range(sectors)
    )
    areas = [_cell(number % across, number // across, SIDE / across) for number in range(sectors)]
    perimeters = Perimeter.objects.bulk_create(
        Perimeter(sector=sector, area=area, valid=DateRange(since, None))
        for sector, area in zip(there, areas, strict=True)
    )
    columns = (
        "commune_id, official_id, source, house_number, suffix, street_name, postcode, city, position_kind, point"
    )
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY geo_address ({columns}) FROM STDIN") as copy:
            for place in range(addresses):
                at = f"SRID=4326;POINT({WEST + rng.random() * SIDE:.6f} {SOUTH + rng.random() * SIDE:.6f})"
                street = f"Rue {place // 40}"
                copy.write_row((INSEE, f"essai_{place}", "ban", str(place % 40), "", street, "26000", "", "", at))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ANALYZE geo_address, sectors_perimeter")
    return commune, perimeters


def _cell(column: int, row: int, side: float):
    """A square of the bent grid: whoever shares an edge with it has the same vertices there."""
    from django.contrib.gis.geos import MultiPolygon, Polygon

    steps = range(VERTICES_A_SIDE)
    along = [step / VERTICES_A_SIDE for step in steps]
    corners = (
        *((column + part, row) for part in along),
        *((column + 1, row + part) for part in along),
        *((column + 1 - part, row + 1) for part in along),
        *((column, row + 1 - part) for part in along),
    )
    ring = [_bent(round(x * VERTICES_A_SIDE), round(y * VERTICES_A_SIDE), side) for x, y in corners]
    return MultiPolygon(Polygon([*ring, ring[0]]), srid=4326)


def _bent(x: int, y: int, side: float) -> tuple[float, float]:
    east, north = side * x / VERTICES_A_SIDE, side * y / VERTICES_A_SIDE
    bend = side / 20
    return (WEST + east + bend * math.sin(7 * north / side), SOUTH + north + bend * math.sin(5 * east / side))
