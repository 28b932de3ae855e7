"""What a tile of vacant homes takes under eight clients at once, against the same query on the bare database.

    python -m benchmarks.home_tiles [--homes N] [--tiles N]

Prints Markdown. The bare query is run by eight connections of the web login, behind the same walls, as a police
correspondent; the site is gunicorn, as script/serve starts it, asked by eight clients that keep their connection.
Uses a scratch database on the server of DATABASE_URL, dropped at the end.
"""

import argparse
import http.client
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import django
from django.db import connection, transaction

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "psycopg", "gunicorn")
SCRATCH_DATABASE = "ronde_benchmark_tiles"
HOMES, TILES, CLIENTS = 2_000, 600, 8
WEST, SOUTH, EAST, NORTH = 4.85, 44.90, 4.93, 44.97
ZOOMS = (11, 12, 13, 14, 15, 16)
DAY = "2026-08-12"
MS = 1000.0
SEED = 7
START_S = 60


def main() -> None:
    """Fill a scratch database, time both, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--homes", type=int, default=HOMES)
    parser.add_argument("--tiles", type=int, default=TILES)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    production = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH_DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        print(describe_machine(PACKAGES), "\n")
        measure(options.homes, options.tiles)
    finally:
        connection.close_pool()
        connection.creation.destroy_test_db(production, verbosity=0)


def measure(homes: int, count: int) -> None:
    """Time the same tiles both ways."""
    place, cookies = build_homes(homes)
    tiles = _draw_tiles(count)
    bare_ms = _time(lambda: _bare_asker(place), tiles)
    server, port = start_site(place.insee)
    try:
        site_ms = _time(lambda: _site_asker(port, cookies), tiles)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    print(f"{homes:,} homes, {count} tiles at zooms {ZOOMS[0]} to {ZOOMS[-1]}, {CLIENTS} clients.\n")
    print("| | median, ms | p95, ms | p99, ms |\n|---|---:|---:|---:|")
    for name, times in (("bare query", bare_ms), ("site", site_ms)):
        print(f"| {name} | {' | '.join(f'{figure:.1f}' for figure in _figures(times))} |")
    ratios = (site / bare for site, bare in zip(_figures(site_ms), _figures(bare_ms), strict=True))
    print(f"| ratio | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |")


def build_homes(homes: int) -> tuple[Any, str]:
    """The tests' tiny town with homes all over it, and the cookies of a police correspondent."""
    from django.contrib.gis.geos import Point
    from django.test import Client

    from absences.models import Absence
    from accounts.roles import Role
    from patrols.models import Crew, Passage, PassageOrigin
    from tests.access.people import build_place, let_in
    from tests.builders import at

    place = build_place()
    rng, first, crew = random.Random(SEED), place.town.absences[0], Crew.objects.earliest("pk")
    made = Absence.objects.bulk_create(
        Absence(
            commune=first.commune,
            address=first.address,
            point=Point(rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH), srid=4326),
            first_day=first.first_day,
            last_day=first.last_day,
        )
        for _ in range(homes)
    )
    with transaction.atomic():
        passages = Passage.objects.bulk_create(
            Passage(absence=home, done_at=at(9) - _days(days)) for home in made for days in range(1, 8, 2)
        )
        PassageOrigin.objects.bulk_create(PassageOrigin(passage=passage, crew=crew) for passage in passages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])
    return place, "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def _days(days: int) -> Any:
    """So many days, as a difference of times."""
    from datetime import timedelta

    return timedelta(days=days)


def _draw_tiles(count: int) -> list[tuple[int, int, int]]:
    import math

    rng = random.Random(SEED)
    tiles = []
    for _ in range(count):
        zoom, lon, lat = rng.choice(ZOOMS), rng.uniform(WEST, EAST), rng.uniform(SOUTH, NORTH)
        sine = math.asinh(math.tan(math.radians(lat)))
        tiles.append((zoom, int((lon + 180) / 360 * 2**zoom), int((1 - sine / math.pi) / 2 * 2**zoom)))
    return tiles


Asker = Callable[[tuple[int, int, int]], None]


def _time(make: Callable[[], Asker], tiles: list[tuple[int, int, int]]) -> list[float]:
    """Time the tiles, shared among the clients, after each client has asked for a few."""

    def work(number: int) -> list[float]:
        ask, times = make(), []
        for tile in tiles[:5]:
            ask(tile)
        for tile in tiles[number::CLIENTS]:
            began = time.perf_counter()
            ask(tile)
            times.append((time.perf_counter() - began) * MS)
        connection.close()
        return times

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [spent for times in pool.map(work, range(CLIENTS)) for spent in times]


def _bare_asker(place: Any) -> Asker:
    """Ask the database itself, as the web login, in a transaction that says who asks."""
    from accounts import scope
    from accounts.roles import Role
    from geo.models import Commune
    from maps.homes_of_day import draw_home_tile
    from maps.homes_state import HomeFilter
    from maps.tiles import TileAddress
    from tests.builders import DAY as THE_DAY

    commune, person = Commune.objects.defer("outline").get(pk=place.insee), place.person(Role.MUNICIPAL_POLICE)

    def ask(tile: tuple[int, int, int]) -> None:
        from django.db import transaction

        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {Login.WEB}")
            scope.enter(person)
            draw_home_tile(commune, THE_DAY, HomeFilter(), TileAddress(z=tile[0], x=tile[1], y=tile[2]))

    return ask


def start_site(insee: str) -> tuple[subprocess.Popen[bytes], int]:
    """Serve the database of the connection as script/serve does, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = connection.settings_dict
    host = quote(str(settings["HOST"]), safe="")
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgis://{settings['USER']}@{host}/{settings['NAME']}",
        "RONDE_BIND": f"127.0.0.1:{port}",
        "RONDE_COMMUNE": insee,
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"]
    server = subprocess.Popen(command, env=environment)
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return server, port
    server.kill()
    raise RuntimeError("the site did not start")


def _site_asker(port: int, cookies: str) -> Asker:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(tile: tuple[int, int, int]) -> None:
        link.request("GET", "/tuiles/logements/{}/{}/{}/{}.mvt".format(DAY, *tile), headers={"Cookie": cookies})
        answer = link.getresponse()
        answer.read()
        if answer.status not in (200, 204):
            raise RuntimeError(f"the site answered {answer.status}")

    return ask


def _figures(times: list[float]) -> tuple[float, float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[len(ordered) * 95 // 100], ordered[len(ordered) * 99 // 100]


if __name__ == "__main__":
    main()
