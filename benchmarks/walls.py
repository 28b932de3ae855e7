"""What the walls cost a request: the same page with them and without them, one after the other.

    python -m benchmarks.walls [--requests N]

Prints Markdown. With: the site's middleware, as the web login, behind row-level security. Without: the same pages
without the two middlewares that know who asks, outside any transaction, as the owner with a declared job, whose
only wall is a condition on a constant. Uses a scratch database on the server of DATABASE_URL, dropped at the end.
"""

import argparse
import os
import statistics
import time
from typing import Any

import django
from django.db import connection

from accounts.walls.logins import Login
from benchmarks import known_person
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "psycopg")
SCRATCH_DATABASE = "ronde_benchmark_walls"
HOMES = 200
REQUESTS = 300
WARM_UP = 20
MS = 1000.0
AFTER = "django.contrib.messages.middleware.MessageMiddleware"
WALLS = ("config.walled_requests.WalledRequests", "config.kept_sessions.KeptSessions")


def main() -> None:
    """Measure each page both ways and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    production = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH_DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(describe_machine(PACKAGES), "\n")
        measure(options.requests)
    finally:
        connection.close_pool()
        connection.creation.destroy_test_db(production, verbosity=0)


def measure(requests: int) -> None:
    """Time the pages for a police correspondent, with and without walls in turn."""
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from accounts.roles import Role

    setup_test_environment()
    settings.COMMUNE_INSEE = "26999"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    place, stop = _build_day()
    account = place.accounts[Role.MUNICIPAL_POLICE]
    person = place.person(Role.MUNICIPAL_POLICE)
    walled = _client(account, settings.MIDDLEWARE)
    bare = _client(account, _without_walls(settings.MIDDLEWARE))
    pages = {
        "help (a light page)": "/aide/",
        "detail of a stop": f"/arrets/{stop}/detail",
        f"page of a day of {HOMES} homes": "/jour/?jour=2026-08-12",
    }
    print("| page | with, ms | without, ms | walls, ms | quickest tenth, ms |\n|---|---:|---:|---:|---:|")
    for name, url in pages.items():
        with_ms, without_ms = [], []
        for number in range(WARM_UP + requests):
            # Each goes first every other time: what one leaves for the collector, the other pays.
            ways = [(with_ms, (walled, url, Login.WEB, None)), (without_ms, (bare, url, Login.OWNER, person))]
            for times_ms, way in ways if number % 2 else reversed(ways):
                took_ms = _time(*way)
                if number >= WARM_UP:
                    times_ms.append(took_ms)
        costs = [a - b for a, b in zip(with_ms, without_ms, strict=True)]
        quick = _quickest_tenth(with_ms) - _quickest_tenth(without_ms)
        figures = (*(statistics.median(figures) for figures in (with_ms, without_ms, costs)), quick)
        print(f"| {name} | {' | '.join(f'{figure:.1f}' for figure in figures)} |")


def _quickest_tenth(times_ms: list[float]) -> float:
    """The time under which a tenth of the requests stays: what neighbours on the machine disturb least."""
    return statistics.quantiles(times_ms, n=10)[0]


def _build_day() -> tuple[Any, int]:
    """The tests' tiny town, with a plan of the day for many homes and a few years' other days beside it."""
    from absences.models import Absence
    from patrols.models import Stop
    from tests.access.people import build_place, copy_of

    place = build_place()
    first, stop = place.town.absences[0], place.route.stops.earliest("order")
    for number in range(4, HOMES + 1):
        home = copy_of(first, reference=_reference(number))
        copy_of(stop, order=number, absence=home)
    # Homes of other days, which no page of this day shows: a year of a town.
    Absence.objects.bulk_create(
        Absence(
            commune=first.commune,
            address=first.address,
            point=first.point,
            first_day=first.first_day.replace(year=2025),
            last_day=first.last_day.replace(year=2025),
        )
        for _ in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return place, Stop.objects.filter(route=place.route).earliest("order").pk


def _reference(number: int) -> Any:
    from uuid import UUID

    return UUID(int=number)


def _client(account: Any, middleware: list[str]) -> Any:
    """A client let in, whose requests pass the middleware given."""
    from django.test import Client, override_settings

    from tests.access.people import let_in

    client = let_in(Client(), account)
    with override_settings(MIDDLEWARE=middleware):
        client.handler.load_middleware()
    return client


def _without_walls(middleware: list[str]) -> list[str]:
    kept = [name for name in middleware if name not in WALLS]
    kept.insert(kept.index(AFTER) + 1, "benchmarks.known_person.know")
    return kept


def _time(client: Any, url: str, login: Login, person: Any = None) -> float:
    from django.test import RequestFactory

    known_person.person = person
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {login}; SET ronde.job = '{'' if login is Login.WEB else 'benchmark'}'")
    asked = RequestFactory()
    asked.cookies = client.cookies
    request = asked.get(url)
    begun = time.perf_counter()
    # Not by the client: it keeps a copy of the context of every template drawn, hundreds on the page of a day.
    answer = client.handler.get_response(request)
    took = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET ronde.job = 'benchmark'")
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}")
    return took * MS


if __name__ == "__main__":
    main()
