"""How long a perimeter that is being drawn takes to be looked at: addresses, share, overlaps, slivers and gaps.

    python -m benchmarks.perimeters [--looks N]

Prints Markdown. Sectors are squares of a bent grid, 120 vertices each, so that neighbours share wavy borders; what
is drawn is one of them moved by 3 to 40 m, which shares ground with some neighbours and leaves gaps to others.
Each look reads all that it needs from the database, as a request does; then the same drawings are sent over HTTP
to the site as script/serve starts it, by a police correspondent, as the workshop's page does. Uses a scratch
database on the server of DATABASE_URL, made anew for each size and dropped at the end.
"""

import argparse
import http.client
import json
import math
import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from typing import Any

import django
from django.db import connection

from accounts.walls.logins import Login
from benchmarks.home_tiles import start_site
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "shapely", "pyproj")
SCRATCH_DATABASE = "ronde_benchmark_perimeters"
SIZES = ((16, 20_000), (100, 100_000), (1_000, 500_000))  # sectors, addresses
LOOKS = 100
WARM_UP = 5
SEED = 20_261_129
CSRF = "x" * 32
MS = 1000.0
INSEE = "26999"
WEST, SOUTH, SIDE = 4.85, 44.85, 0.1  # degrees: 7.9 km by 11.1 km
VERTICES_A_SIDE = 30
DEGREES_A_METRE = 1 / 100_000


def main() -> None:
    """Fill a scratch database with towns of growing size and time the looks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--looks", type=int, default=LOOKS)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    production = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH_DATABASE
    print(describe_machine(PACKAGES), "\n")
    print("| sectors | addresses | | median, ms | p95, ms | slowest, ms | overlaps | gaps |")
    print("|---:|---:|---|---:|---:|---:|---:|---:|")
    for sectors, addresses in SIZES:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            measure(sectors, addresses, options.looks)
        finally:
            connection.close_pool()
            connection.creation.destroy_test_db(production, verbosity=0)


def measure(sectors: int, addresses: int, looks: int) -> None:
    """Fill a town and print its two lines."""
    rng = random.Random(SEED)
    commune, perimeters = _fill(sectors, addresses, rng)
    drawn = [(perimeter, _moved(perimeter.area, rng)) for perimeter in rng.choices(perimeters, k=WARM_UP + looks)]
    _tell(sectors, addresses, "in process", _time(_looker(commune), drawn))
    server, port = start_site(INSEE)
    try:
        _tell(sectors, addresses, "over HTTP", _time(_asker(port, perimeters[0].sector), drawn))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


# Looks at a perimeter moved: returns how many overlaps and gaps there are.
Look = Callable[[Any, Any], tuple[int, int]]


def _looker(commune: Any) -> Look:
    from sectors.services.drawing import look_at, open_drawing
    from sectors.services.examination import Drawn
    from tests.sectors.proposing import TODAY

    def look(perimeter: Any, area: Any) -> tuple[int, int]:
        drawn = Drawn(area=area, sector=perimeter.sector)
        told = look_at(open_drawing(commune, [drawn], TODAY), drawn.key)
        return len(told.overlaps), len(told.gaps)

    return look


def _asker(port: int, sector: Any) -> Look:
    from django.test import Client

    from accounts.roles import Role
    from tests.access.people import let_in, police_account
    from tests.sectors.proposing import build_proposal

    account = police_account(INSEE)
    proposal = build_proposal(sector, account, Role.MUNICIPAL_POLICE, area=None)
    cookies = {name: cookie.value for name, cookie in let_in(Client(), account).cookies.items()}
    cookies["csrftoken"] = CSRF
    site = http.client.HTTPConnection("127.0.0.1", port)
    headers = {
        "Content-Type": "application/json",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": CSRF,
    }

    def look(perimeter: Any, area: Any) -> tuple[int, int]:
        drawn = [{"sector": perimeter.sector.pk, "area": area.coords}]
        body = json.dumps({"key": f"sector-{perimeter.sector.pk}", "drawn": drawn})
        site.request("POST", f"/propositions/{proposal.pk}/regarder/", body, headers)
        told = json.loads(site.getresponse().read())
        return len(told["overlaps"]), len(told["gaps"])

    return look


def _time(look: Look, drawn: list[tuple[Any, Any]]) -> tuple[list[float], int, int]:
    spent_ms, overlaps, gaps = [], 0, 0
    for turn, (perimeter, area) in enumerate(drawn):
        began = time.perf_counter()
        shared, left = look(perimeter, area)
        if turn >= WARM_UP:
            spent_ms.append((time.perf_counter() - began) * MS)
            overlaps, gaps = overlaps + shared, gaps + left
    return spent_ms, overlaps, gaps


def _tell(sectors: int, addresses: int, how: str, measured: tuple[list[float], int, int]) -> None:
    spent_ms, overlaps, gaps = measured
    p95 = statistics.quantiles(spent_ms, n=20)[18]
    print(
        f"| {sectors:,} | {addresses:,} | {how} | {statistics.median(spent_ms):.0f} | {p95:.0f} | "
        f"{max(spent_ms):.0f} | {overlaps / len(spent_ms):.1f} | {gaps / len(spent_ms):.1f} |",
        flush=True,
    )


def _fill(sectors: int, addresses: int, rng: random.Random):
    from django.contrib.gis.geos import MultiPolygon, Polygon
    from django.db.backends.postgresql.psycopg_any import DateRange

    from geo.models import Commune
    from sectors.models import Perimeter, Sector
    from tests.sectors.proposing import TODAY

    outline = MultiPolygon(Polygon.from_bbox((WEST - 0.02, SOUTH - 0.02, WEST + SIDE + 0.02, SOUTH + SIDE + 0.02)))
    commune = Commune.objects.create(insee_code=INSEE, name="Valmont-sur-Rhône", outline=outline, source="essai")
    across = math.ceil(math.sqrt(sectors))
    there = Sector.objects.bulk_create(
        Sector(commune=commune, number=number + 1, name=f"Secteur {number + 1}") for number in range(sectors)
    )
    areas = [_cell(number % across, number // across, SIDE / across) for number in range(sectors)]
    perimeters = Perimeter.objects.bulk_create(
        Perimeter(sector=sector, area=area, valid=DateRange(TODAY, None))
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


def _moved(area, rng: random.Random):  # noqa: ANN001
    moved = area.clone()
    angle, metres = rng.random() * math.tau, rng.uniform(3, 40)
    east, north = (metres * DEGREES_A_METRE * turn(angle) for turn in (math.cos, math.sin))
    ring = [(x + east, y + north) for x, y in moved[0][0].coords]
    return type(area)(type(moved[0])(ring), srid=4326)


if __name__ == "__main__":
    main()
