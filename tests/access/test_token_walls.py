"""Tokens of tools, asked in SQL: the administrator's own affair, and their bearer's to say that they serve."""

import datetime as dt

import psycopg
import pytest
from django.utils import timezone

from accounts.models import ServiceToken
from accounts.roles import Role
from tests.access.in_sql import keys_in, site

TABLE = "accounts_servicetoken"
ADD = f"""
INSERT INTO {TABLE} (commune_id, label, token_sha256, made_by_id, last_day, revoked_at)
VALUES (%s, 'QGIS', repeat('a', 64), %s, CURRENT_DATE, %s)
"""
WITHDRAW = f"UPDATE {TABLE} SET revoked_at = now()"
SERVE = f"UPDATE {TABLE} SET last_used_on = CURRENT_DATE"
REFUSED = psycopg.errors.InsufficientPrivilege
STRANGERS = sorted(set(Role) - {Role.ADMINISTRATOR})
DIGEST = "b" * 64


def make(place, *, digest: str = DIGEST, days: int = 30, **more) -> ServiceToken:
    last_day = timezone.localdate() + dt.timedelta(days=days)
    return ServiceToken.objects.create(
        commune=place.town.commune, label=digest[:8], token_sha256=digest, last_day=last_day, **more
    )


def test_the_administrator_makes_reads_and_withdraws_those_of_the_commune(place, elsewhere):
    here, there = make(place), make(elsewhere, digest="c" * 64)
    person = place.person(Role.ADMINISTRATOR)

    with site(person) as cursor:
        assert keys_in(cursor, TABLE) == {here.pk}
        cursor.execute(ADD, [place.insee, person.account_id, None])
        assert cursor.execute(WITHDRAW + " WHERE id = %s", [here.pk]).rowcount == 1
        assert cursor.execute(WITHDRAW + " WHERE id = %s", [there.pk]).rowcount == 0


def test_a_token_is_made_in_ones_own_name_for_ones_commune_and_in_use(place, elsewhere):
    person = place.person(Role.ADMINISTRATOR)
    others = place.accounts[Role.DPO].pk

    for values in (
        [elsewhere.insee, person.account_id, None],
        [place.insee, others, None],
        [place.insee, None, None],
        [place.insee, person.account_id, timezone.now()],
    ):
        with site(person) as cursor, pytest.raises(REFUSED):
            cursor.execute(ADD, values)


@pytest.mark.parametrize("role", [None, *STRANGERS])
def test_nobody_else_reads_makes_or_withdraws_one(place, role):
    make(place)
    person = place.person(role) if role else None
    said = [person] if person else []

    with site(*said) as cursor:
        assert keys_in(cursor, TABLE) == set()
        assert cursor.execute(WITHDRAW).rowcount == 0
    with site(*said) as cursor, pytest.raises(REFUSED):
        cursor.execute(ADD, [place.insee, person.account_id if person else None, None])


def test_its_bearer_reads_it_and_says_that_it_serves(place):
    token = make(place)
    make(place, digest="c" * 64)

    with site(bearer=DIGEST) as cursor:
        assert keys_in(cursor, TABLE) == {token.pk}
        assert cursor.execute(SERVE).rowcount == 1


@pytest.mark.parametrize("change", [{"days": -1}, {"revoked_at": timezone.now()}])
def test_what_is_over_does_not_serve(place, change):
    make(place, **change)

    with site(bearer=DIGEST) as cursor:
        assert cursor.execute(SERVE).rowcount == 0


def test_its_bearer_neither_withdraws_nor_prolongs_it(place):
    make(place)

    with site(bearer=DIGEST) as cursor, pytest.raises(REFUSED):
        cursor.execute(WITHDRAW)
    for act in (f"UPDATE {TABLE} SET last_day = '2099-12-31'", f"DELETE FROM {TABLE}"):
        with site(bearer=DIGEST) as cursor, pytest.raises(REFUSED):
            cursor.execute(act)


def test_what_was_withdrawn_is_not_taken_up_again(place):
    make(place, revoked_at=timezone.now())

    with site(place.person(Role.ADMINISTRATOR)) as cursor:
        assert cursor.execute(f"UPDATE {TABLE} SET revoked_at = NULL").rowcount == 0
