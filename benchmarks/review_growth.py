"""What the pages of the review take as a town grows: sectors, addresses, and five years of published figures.

    python -m benchmarks.review_growth [--asked N]

Prints Markdown. Fills a scratch database on the server of DATABASE_URL for each size (benchmarks/grid_town.py, and
every period of five years with a figure of every measure for every place, three in ten left out), serves it as
script/serve does, and asks for each page over HTTP as a correspondent of the police. Dropped at the end.
« Process » is what the site computes, without PostgreSQL; « clock » the median of what whoever asks waits for.
"""

import argparse
import datetime as dt
import http.client
import os
import random
import signal
import statistics
import time
from pathlib import Path

import django
from django.db import connection

from accounts.walls.logins import Login
from benchmarks.grid_town import INSEE, build_grid_town
from benchmarks.home_tiles import start_site
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "numpy", "scipy", "shapely")
SCRATCH_DATABASE = "ronde_benchmark_review"
SIZES = ((16, 20_000), (100, 100_000), (1_000, 500_000))  # sectors, addresses
SEED = 20_261_130
ASKED = 6
MS, KIB = 1000.0, 1024
FIRST_MONTH, TODAY = dt.date(2021, 9, 1), dt.date(2026, 9, 10)
PAGES = {
    "« Bilan », a year": "/bilan/?periode=2025",
    "« Bilan », a month, passages": "/bilan/?periode=2026-07&mesure=passages",
    "« Couverture et trous »": "/bilan/couverture/",
    "« Couverture et trous », a past day": "/bilan/couverture/?jour=2025-01-01",
    "the tables of a year, CSV": "/bilan/2025/bilan.csv",
}
PUBLISH = """
INSERT INTO sectors_reviewfigure (commune_id, measure, place, sector_id, kind, first_day, value, published_on)
SELECT %(commune)s, measure, place, sector, kind, first_day,
       CASE WHEN random() < 0.3 THEN NULL ELSE floor(11 + 200 * random()) END, %(today)s
  FROM unnest(%(measures)s::text[]) measure,
       unnest(%(kinds)s::text[], %(first_days)s::date[]) AS period (kind, first_day),
       (SELECT 'sector' AS place, id AS sector FROM sectors_sector
         UNION ALL VALUES ('outside', NULL::bigint), ('commune', NULL)) AS places
"""


def main() -> None:
    """Fill towns of growing size and ask for the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--asked", type=int, default=ASKED, metavar="N", help="times that each page is asked for")
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    production = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH_DATABASE
    print(describe_machine(PACKAGES), "\n")
    print("| sectors | addresses | figures | page | process, ms | clock, ms | KiB |")
    print("|---:|---:|---:|---|---:|---:|---:|")
    for sectors, addresses in SIZES:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            measure(sectors, addresses, options.asked)
        finally:
            connection.close_pool()
            connection.creation.destroy_test_db(production, verbosity=0)


def measure(sectors: int, addresses: int, asked: int) -> None:
    """Fill a town and print a line for each page."""
    from django.test import Client

    from tests.access.people import let_in, police_account

    build_grid_town(sectors, addresses, random.Random(SEED), since=FIRST_MONTH)
    figures = publish_everything()
    cookies = let_in(Client(), police_account(INSEE)).cookies.items()
    headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in cookies)}
    server, port = start_site(INSEE)
    site = http.client.HTTPConnection("127.0.0.1", port)
    try:
        for title, address in PAGES.items():
            ask(site, address, headers)
            before_ms = computed_ms(server.pid)
            spent_ms, sizes = zip(*(ask(site, address, headers) for _turn in range(asked)), strict=True)
            process_ms = (computed_ms(server.pid) - before_ms) / asked
            told = (sectors, addresses, figures, process_ms, statistics.median(spent_ms), sizes[-1] / KIB)
            counts = [f"{number:,.0f}".replace(",", " ") for number in told]
            print(f"| {' | '.join([*counts[:3], title, *counts[3:]])} |", flush=True)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def ask(site: http.client.HTTPConnection, address: str, headers: dict[str, str]) -> tuple[float, int]:
    """Ask for a page; return the milliseconds that it took by the clock, and its bytes."""
    began = time.perf_counter()
    site.request("GET", address, headers=headers)
    answer = site.getresponse()
    size = len(answer.read())
    if answer.status != http.client.OK:
        raise RuntimeError(f"{address}: {answer.status}")
    return (time.perf_counter() - began) * MS, size


def computed_ms(server: int) -> float:
    """Return what the processes of a server have computed so far: neighbours on the machine hardly change it."""
    found = (stat.read_text().rpartition(")")[2].split() for stat in Path("/proc").glob("[0-9]*/stat"))
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in found if int(fields[1]) == server)
    return MS * ticks / os.sysconf("SC_CLK_TCK")


def publish_everything() -> int:
    """Give every place a figure of every measure and period; return how many there are."""
    from maps.review.measures import MEASURES
    from maps.review.periods import closed_periods

    periods = list(closed_periods(FIRST_MONTH, TODAY))
    with connection.cursor() as cursor:
        cursor.execute(
            PUBLISH,
            {
                "commune": INSEE,
                "today": TODAY,
                "measures": list(MEASURES),
                "kinds": [period.kind.value for period in periods],
                "first_days": [period.first_day for period in periods],
            },
        )
        figures = cursor.rowcount
        cursor.execute("ANALYZE sectors_reviewfigure")
    return int(figures)


if __name__ == "__main__":
    main()
