"""Phones that come back to the network all at once: how long each batch of passages takes, and whether any fails.

    python -m benchmarks.phone_batches [--phones N] [--passages N] [--threads N] [--rounds N]

Prints Markdown. Each phone sends batches of passages, every tenth with a sealed note, through the site's whole
middleware and under the web login, as many at once as the site has threads; each is then sent again, as when the
answer was lost. A time counts from when a phone sends to its answer, the wait for a free thread included. Uses a
scratch database on the server of DATABASE_URL, dropped at the end, and keys of its own.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django
from django.db import connection, connections

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "psycopg", "cryptography")
SCRATCH_DATABASE = "ronde_benchmark_phones"
PHONES, PASSAGES, THREADS, ROUNDS = 50, 50, 8, 4
NOTE_EVERY = 10
MS = 1000.0
OK = 200
HEAD = (
    "| what is sent | batches | p50, ms | p95, ms | p99, ms | passages a second | errors |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--passages", type=int, default=PASSAGES)
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    production = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH_DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(describe_machine(PACKAGES), "\n")
        with tempfile.TemporaryDirectory() as folder:
            measure(options, Path(folder) / "keys")
    finally:
        connection.close_pool()
        connection.creation.destroy_test_db(production, verbosity=0)


def measure(options: argparse.Namespace, keys: Path) -> None:
    """Let all phones send, and send again."""
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from accounts.keys import FolderStore
    from patrols.models import Passage

    setup_test_environment()
    settings.COMMUNE_INSEE, settings.KEYS_DIR = "26999", keys
    settings.MIDDLEWARE = ["tests.access.web_login.become_web", *settings.MIDDLEWARE]
    FolderStore(keys).create()
    place, phones = _build_phones(options.phones)
    batches = [
        (phone, _batch(place, options.passages, first=(turn * options.phones + number) * options.passages + 1))
        for turn in range(options.rounds)
        for number, phone in enumerate(phones)
    ]
    print(HEAD)
    for what in ("new passages", "the same again"):
        _report(what, batches, options)
    recorded, sent = Passage.objects.count(), len(batches) * options.passages
    print(f"\nPassages sent: {sent}, each twice; recorded: {recorded}.")


def _report(what: str, batches: list[tuple[Any, str]], options: argparse.Namespace) -> None:
    began = time.perf_counter()
    with ThreadPoolExecutor(options.threads) as threads:
        answers = list(threads.map(lambda sent: _send(*sent), batches))
    lasted_s = time.perf_counter() - began
    took_ms = [ms for ms, _ in answers]
    hundredths = statistics.quantiles(took_ms, n=100)
    errors = sum(not is_taken for _, is_taken in answers)
    rate = len(batches) * options.passages / lasted_s
    figures = " | ".join(f"{hundredths[rank - 1]:.0f}" for rank in (50, 95, 99))
    print(f"| {what} | {len(batches)} | {figures} | {rate:.0f} | {errors} |", flush=True)


def _send(phone: Any, body: str) -> tuple[float, bool]:
    """Send a batch: how long it took, and whether every entry of it was taken in."""
    began = time.perf_counter()
    answer = phone.post("/equipage/envoi/", body, content_type="application/json")
    took_ms = (time.perf_counter() - began) * MS
    # As the site does after each request: the connection goes back to the pool.
    connections.close_all()
    is_taken = answer.status_code == OK and all(a["state"] == "recorded" for a in answer.json()["answers"])
    return took_ms, is_taken


def _build_phones(phones: int) -> tuple[Any, list[Any]]:
    """The tests' tiny town, whose crew Alpha is out, with as many members as there are phones."""
    import datetime as dt

    from django.test import Client

    from accounts.roles import Role
    from tests.access.people import build_account, build_place, let_in, move_shift

    place = build_place()
    move_shift(place.town.shifts[0], starts_in=-dt.timedelta(hours=1))
    members = [build_account(place.town, Role.CREW, login=f"alpha-{number}") for number in range(phones)]
    return place, [let_in(Client(), member, device_of=place.insee) for member in members]


def _batch(place: Any, passages: int, *, first: int) -> str:
    from django.utils import timezone

    from tests.patrols.phone.phones import passage

    now = timezone.now()
    entries = []
    for number in range(first, first + passages):
        note = "Portail entrouvert, refermé" if number % NOTE_EVERY == 0 else ""
        sent = passage(place, number, done_at=now, home=number % 3, note=note)
        entries.append({**asdict(sent), "reference": str(sent.reference)})
    return json.dumps({"sent_at": now.isoformat(), "entries": entries})


if __name__ == "__main__":
    main()
