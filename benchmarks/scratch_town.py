"""A copy of the town of DATABASE_URL, filled with vacant homes, for benchmarks that write; dropped at the end."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SEED = 7
ALREADY_PASSED = 2


@contextmanager
def copied_town(name: str) -> Iterator[None]:
    """Work on a copy of the database, which has a town in it (load_demo_town), under another name."""
    from django.db import connection

    town = connection.settings_dict["NAME"]
    connection.close_pool()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f'CREATE DATABASE {name} TEMPLATE "{town}"')
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close_pool()
        connection.settings_dict["NAME"] = town
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fill_town(homes: int) -> Any:
    """Have so many homes of the town vacant today, and no other, each passed once or twice; return the commune."""
    import datetime as dt

    from django.db import connection, transaction
    from django.utils import timezone

    from absences.models import Absence
    from geo.models import Address, Commune
    from patrols.models import Crew, Passage, PassageOrigin

    commune, today = Commune.objects.earliest("pk"), timezone.localdate()
    addresses = list(Address.objects.filter(commune=commune, point__isnull=False))
    Absence.objects.filter(commune=commune, last_day__gte=today).update(cancelled_at=timezone.now())
    made = Absence.objects.bulk_create(
        Absence(
            commune=commune,
            address=address,
            point=address.point,
            first_day=today - dt.timedelta(days=10),
            last_day=today + dt.timedelta(days=10),
            is_invented=True,
        )
        for address in random.Random(SEED).sample(addresses, homes)
    )
    now, crew = timezone.now(), Crew.objects.filter(commune=commune).earliest("pk")
    with transaction.atomic():
        passages = Passage.objects.bulk_create(
            Passage(absence=home, done_at=now - dt.timedelta(days=days))
            for place, home in enumerate(made)
            for days in range(1, ALREADY_PASSED + place % 4, 2)
        )
        PassageOrigin.objects.bulk_create(PassageOrigin(passage=passage, crew=crew) for passage in passages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return commune


def let_correspondent_in(commune: Any, login: str) -> dict[str, str]:
    """Return the cookies of a correspondent of the municipal police, with an account of that login."""
    from django.db.backends.postgresql.psycopg_any import DateRange
    from django.test import Client

    from accounts.models import Account, Grant
    from accounts.roles import Role
    from tests.access.people import SINCE, let_in

    account = Account.objects.create_user(login)
    Grant.objects.create(
        account=account, role=Role.MUNICIPAL_POLICE, commune=commune, valid=DateRange(SINCE, None)
    )
    client = let_in(Client(), account)
    return {name: cookie.value for name, cookie in client.cookies.items()}
