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
from benchmarks.grid_town import INSEE, build_grid_town
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
    from tests.sectors.proposing import TODAY

    rng = random.Random(SEED)
    commune, perimeters = build_grid_town(sectors, addresses, rng, since=TODAY)
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


def _moved(area, rng: random.Random):  # noqa: ANN001
    moved = area.clone()
    angle, metres = rng.random() * math.tau, rng.uniform(3, 40)
    east, north = (metres * DEGREES_A_METRE * turn(angle) for turn in (math.cos, math.sin))
    ring = [(x + east, y + north) for x, y in moved[0][0].coords]
    return type(area)(type(moved[0])(ring), srid=4326)


if __name__ == "__main__":
    main()
