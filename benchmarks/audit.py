"""What the audit chain costs: an entry for an answer that shows homes, and the verification of a year of them.

    python -m benchmarks.audit [--entries N]

Prints Markdown. Uses a scratch database on the server of DATABASE_URL, made at the beginning, dropped at the end.
"""

import argparse
import datetime as dt
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.db import connection, transaction

from accounts.audit.chain import START, Head, digest_of
from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "psycopg", "cryptography")
SCRATCH_DATABASE = "ronde_benchmark_audit"
STREAMS, KEYS_AN_ENTRY = 100, 20
ANSWERS = 300
KIB_PER_MIB = 1024
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
COLUMNS = "stream, number, at, commune, action, kind, ids, reason, outcome, previous, hash"


def main() -> None:
    """Measure both and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    production = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH_DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        print(describe_machine(PACKAGES), "\n")
        fill(options.entries)
        time_entries()
        time_verification()
    finally:
        connection.close_pool()
        connection.creation.destroy_test_db(production, verbosity=0)


def time_entries() -> None:
    """Time the entry of one answer, as the site makes it, from Python to Python."""
    from absences.models import Absence
    from accounts import audit, scope
    from accounts.person import Holding, Person
    from accounts.roles import Role

    officer = Person(account_id=STREAMS + 1, commune="26999", holdings=(Holding(role=Role.MUNICIPAL_POLICE),))
    print("| homes in the answer | median, ms | 95 %, ms |\n|---:|---:|---:|")
    for homes in (1, 50, 200, 500, 2000):
        times_ms = []
        for _ in range(ANSWERS):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE ronde_web")
                scope.enter(officer)
                began = time.perf_counter()
                audit.record("absence.address", kind=Absence, subjects=range(1000, 1000 + homes))
                times_ms.append(1000 * (time.perf_counter() - began))
        times_ms.sort()
        print(f"| {homes:,} | {statistics.median(times_ms):.2f} | {times_ms[int(0.95 * ANSWERS)]:.2f} |")
    print("\nTo reach: at most 1 ms for 200 homes.\n")


def fill(entries: int) -> None:
    """Write chains as ``walls.audit`` would have, a hundred streams of equal length, by COPY."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry NO FORCE ROW LEVEL SECURITY")
        heads = {}
        with cursor.copy(f"COPY accounts_auditentry ({COLUMNS}) FROM STDIN") as copy:
            for row in _rows(entries):
                copy.write_row(row)
                heads[row[0]] = (row[1], row[-1], row[2])
        cursor.executemany(
            "INSERT INTO accounts_auditstream (stream, number, hash, at) VALUES (%s, %s, %s, %s)",
            [(stream, *head) for stream, head in heads.items()],
        )
        cursor.execute("ANALYZE accounts_auditentry, accounts_auditstream")


def _rows(entries: int) -> Iterator[tuple[Any, ...]]:
    for account in range(1, STREAMS + 1):
        stream, last = f"account:{account}", START
        for number in range(1, entries // STREAMS + 1):
            at = BEGINNING + dt.timedelta(seconds=number)
            keys = [str(1000 + number % 500 + place) for place in range(KEYS_AN_ENTRY)]
            said = ("26999", "absence.address", "absences.absence")
            microseconds = str((at - EPOCH) // dt.timedelta(microseconds=1))
            fields = (stream, str(number), microseconds, *said, ",".join(keys), "patrol", "done")
            head = Head(number, digest_of(last.digest, fields))
            yield (stream, number, at, *said, keys, "patrol", "done", last.digest, head.digest)
            last = head


def time_verification() -> None:
    """Time ``audit verify`` on the whole, as a job and as the site's page does it."""
    from accounts import scope
    from accounts.audit.reading import JOBS, KEEPERS
    from accounts.audit.verification import verify_chain
    from accounts.person import Holding, Person
    from accounts.roles import Role

    print("| verification | entries | s | entries/s | peak memory, MiB |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        scope.enter(Person(account_id=1, commune="26999", holdings=(Holding(role=Role.DPO),)))
        for name, source in (("`audit verify`", JOBS), ("the DPO's page", KEEPERS)):
            began = time.perf_counter()
            verdict = verify_chain(Path(folder), source=source)
            took_s = time.perf_counter() - began
            if not verdict.is_sound:
                raise SystemExit(verdict.problems[0])
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
            print(
                f"| {name} | {verdict.entries:,} | {took_s:.1f} | {verdict.entries / took_s:,.0f} | {memory:.0f} |"
            )


if __name__ == "__main__":
    main()
