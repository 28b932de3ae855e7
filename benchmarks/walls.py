"""What the walls cost a request: the same page with them and without them, one after the other.

    python -m benchmarks.walls [--requests N]

Prints Markdown. With: the site's middleware, on a connection of the web login, behind row-level security. Without:
the same request without the two middlewares that know who asks (WalledRequests, KeptSessions), outside any
transaction, on a connection of the owner with a declared job, whose only wall is a condition on a constant. It
comes in two kinds: of « nobody », whose session is read only where the page itself asks whose it is, and of an
« account », read as any site with log-ins reads it: what the walls cost beside the log-in.

The processors' time is that of this thread and of the connection's process in the server, which neighbours on the
machine disturb least; it can be told only where the server is on this machine. Uses a scratch database on the
server of DATABASE_URL, dropped at the end.
"""

import argparse
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
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
NS_A_MS = 1e6
NAN = float("nan")
HEAD = (
    "| page | without: session of | with, ms | without, ms | walls, ms | quickest tenth, ms | processors, ms |\n"
    "|---|---|---:|---:|---:|---:|---:|"
)
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


@dataclass(kw_only=True)
class Way:
    """One way to answer the requests, and how long each took: by the clock, and of the processors, in ms."""

    client: Any
    link: Any
    person: Any = None
    reads_account: bool = False
    took_ms: list[float] = field(default_factory=list)
    worked_ms: list[float] = field(default_factory=list)


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
    web, owner = _link(Login.WEB), _link(Login.OWNER)
    pages = {
        "help (a light page)": "/aide/",
        "detail of a stop": f"/arrets/{stop}/detail",
        f"page of a day of {HOMES} homes": "/jour/?jour=2026-08-12",
    }
    print(HEAD)
    for name, url in pages.items():
        ways = (
            Way(client=walled, link=web),
            Way(client=bare, link=owner, person=person),
            Way(client=bare, link=owner, person=person, reads_account=True),
        )
        for number in range(WARM_UP + requests):
            # Each goes first in turn: what one leaves for the collector, the next pays.
            for turn in range(len(ways)):
                _answer(ways[(number + turn) % len(ways)], url, counts=number >= WARM_UP)
        _report(name, *ways)
    web.close()
    owner.close()


def _report(name: str, walled: Way, *bare: Way) -> None:
    for what, without in zip(("nobody", "account"), bare, strict=True):
        by_clock = statistics.median(_differences(walled.took_ms, without.took_ms))
        quick = _quickest_tenth(walled.took_ms) - _quickest_tenth(without.took_ms)
        worked = statistics.median(_differences(walled.worked_ms, without.worked_ms))
        medians = (statistics.median(walled.took_ms), statistics.median(without.took_ms))
        figures = (*medians, by_clock, quick, worked)
        print(f"| {name} | {what} | {' | '.join(f'{figure:.1f}' for figure in figures)} |", flush=True)


def _differences(more_ms: list[float], less_ms: list[float]) -> list[float]:
    return [more - less for more, less in zip(more_ms, less_ms, strict=True)]


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


def _link(login: Login) -> Any:
    """A connection of a login's own to the scratch database: plans are kept by a connection for one login."""
    link = connection.copy()
    link.settings_dict["USER"] = str(login)
    link.settings_dict["OPTIONS"].pop("pool", None)
    link.settings_dict["OPTIONS"]["options"] = "" if login is Login.WEB else "-c ronde.job=benchmark"
    link.connect()
    return link


def _answer(way: Way, url: str, *, counts: bool) -> None:
    from django.test import RequestFactory

    known_person.person, known_person.reads_account = way.person, way.reads_account
    asked = RequestFactory()
    asked.cookies = way.client.cookies
    request = asked.get(url)
    before, connection.connection = connection.connection, way.link.connection
    begun, worked = time.perf_counter(), _worked_ms(way)
    # Not by the client: it keeps a copy of the context of every template drawn, hundreds on the page of a day.
    answer = way.client.handler.get_response(request)
    took_ms, worked_ms = (time.perf_counter() - begun) * MS, _worked_ms(way) - worked
    connection.connection = before
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}")
    if counts:
        way.took_ms.append(took_ms)
        way.worked_ms.append(worked_ms)


def _worked_ms(way: Way) -> float:
    """Time of the processors that this thread and the connection's process have used; not a number elsewhere."""
    try:
        in_server = Path(f"/proc/{way.link.connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
    except OSError:
        return NAN
    return (time.thread_time_ns() + int(in_server.split()[0])) / NS_A_MS


if __name__ == "__main__":
    main()
