"""How many rows a second are sealed and opened: the kernel alone, through Django's fields, and into PostgreSQL.

A row has three texts (a name, a phone, an e-mail address), as an identity has. Sealing one is: drawing its key,
three AES-256-GCM encryptions under it, and wrapping it by the key of its week, asked of the key store each time.
``python -m benchmarks.sealing`` prints the table of ``docs/benchmarks/sealing.md``; with ``--database`` (the
owner's address in DATABASE_URL) rows are also written and read back, in a transaction that is undone. Rates are of
one process: by the time it spent computing, which neighbours on the machine do not change, and by the clock.
"""

import argparse
import datetime as dt
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from accounts.keys import FolderStore
from accounts.sealing import Place, RowKey, Week

ROWS = 20_000
REPEATS = 5
TEXTS = {"name": "Élisabeth de La Tour-Maubourg", "phone": "06 39 98 00 00", "email": "elisabeth@exemple.invalid"}
WEEK = Week(2031, 15)
DAY = dt.date(2031, 4, 7)


def measure(what: str, act: Callable[[], object], rows: int = ROWS) -> None:
    """Run ``act`` a few times and print the median rates, by computing time and by the clock."""
    computing, clock = [], []
    for _ in range(REPEATS):
        started, computed = time.perf_counter(), time.process_time()
        act()
        computing.append(rows / (time.process_time() - computed))
        clock.append(rows / (time.perf_counter() - started))
    print(f"| {what} | {_rounded(computing)} | {_rounded(clock)} |")


def _rounded(rates: list[float]) -> str:
    return f"{statistics.median(rates):,.0f}".replace(",", " ")


def measure_kernel(store: FolderStore) -> None:
    """Seal and open rows with the kernel and the key store."""
    places = [Place("accounts.identity", uuid.uuid4()) for _ in range(ROWS)]

    def seal() -> list[tuple[bytes, dict[str, bytes]]]:
        sealed = []
        for place in places:
            key = RowKey.new(place)
            texts = {name: key.seal(name, text) for name, text in TEXTS.items()}
            sealed.append((key.wrap(WEEK, store.week_cipher(WEEK)), texts))
        return sealed

    rows = seal()

    def unseal() -> None:
        for place, (wrapped, texts) in zip(places, rows, strict=True):
            key = RowKey.unwrap(wrapped, place, WEEK, store.week_cipher(WEEK))
            for name, text in texts.items():
                key.open(name, text)

    measure("kernel: seal a row of three texts", seal)
    measure("kernel: open a row of three texts", unseal)


def measure_fields() -> None:
    """Seal through the model: assignment, and what Django asks of each field before it writes."""
    from accounts.models import Identity

    fields = Identity._meta.concrete_fields

    def seal() -> None:
        for number in range(ROWS):
            identity = Identity(account_id=number, **TEXTS)
            identity.keep_until(DAY)
            for field in fields:
                field.pre_save(identity, add=True)

    measure("model: assign and seal", seal)


def measure_database() -> None:
    """Write rows with ``bulk_create`` and read them with ``unseal_all``, audit included; nothing is kept."""
    from django.db import transaction

    from accounts.audit import Reason
    from accounts.models import Account, Identity
    from accounts.unsealing import unseal_all

    rows = ROWS // 4
    with transaction.atomic():
        accounts = Account.objects.bulk_create([Account(login=f"banc-{number}") for number in range(rows)])

        def write() -> None:
            Identity.objects.all().delete()
            identities = [Identity(account=account, **TEXTS) for account in accounts]
            for identity in identities:
                identity.keep_until(DAY)
            Identity.objects.bulk_create(identities, batch_size=1_000)

        measure("database: delete the rows, then `bulk_create`", write, rows)
        measure(
            "database: read and open with `unseal_all`",
            lambda: unseal_all(Identity.objects.all(), *TEXTS, reason=Reason.UPKEEP),
            rows,
        )
        transaction.set_rollback(True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", action="store_true", help="also write to DATABASE_URL, and undo it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RONDE_KEYS"] = f"{folder}/keys"
        store = FolderStore(Path(folder) / "keys")
        store.create()
        store.prepare(WEEK.following(60))
        print("| what | rows/s, computing | rows/s, clock |\n|---|---:|---:|")
        measure_kernel(store)
        _set_up_django()
        measure_fields()
        if options.database:
            measure_database()


def _set_up_django() -> None:
    from accounts.walls.logins import Login
    from config.logins import work_as

    work_as(Login.OWNER, job="command:bench")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


if __name__ == "__main__":
    main()
