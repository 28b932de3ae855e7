"""What the desk asks of the database, asked in SQL: who has a second factor, what was erased and is to be."""

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.models import PurgeRun
from accounts.roles import Role
from tests.access.in_sql import keys_in, site

KEEPERS = [Role.ADMINISTRATOR, Role.DPO]
STRANGERS = sorted(set(Role) - set(KEEPERS))
WITH_FACTOR = "SELECT walls.with_second_factor()"
ASK = """
INSERT INTO accounts_purgerun
       (asked_by_id, is_rehearsal, asked_at, tables, weeks_destroyed, weeks_held_back, problem{more})
VALUES (%s, false, now(), '[]', 0, 0, ''{values})
"""
REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def with_app(place, elsewhere):
    """A vigilant here and one elsewhere have an authentication app."""
    for somewhere in (place, elsewhere):
        TOTP.activate(somewhere.accounts[Role.VIGILANT], generate_totp_secret())
    return place.accounts[Role.VIGILANT].pk


@pytest.mark.parametrize("role", KEEPERS)
def test_keepers_learn_who_of_their_commune_has_a_second_factor(place, with_app, role):
    with site(place.person(role)) as cursor:
        assert cursor.execute(WITH_FACTOR).fetchall() == [(with_app,)]


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_else_learns_who_has_one(place, with_app, role):
    with site(place.person(role)) as cursor:
        assert cursor.execute(WITH_FACTOR).fetchall() == []


def test_nor_does_a_visitor(with_app):
    with site() as cursor:
        assert cursor.execute(WITH_FACTOR).fetchall() == []


@pytest.mark.parametrize("role", KEEPERS)
def test_keepers_read_what_was_erased_and_ask_in_their_own_name(place, role):
    run = PurgeRun.objects.create()
    person = place.person(role)
    with site(person) as cursor:
        assert keys_in(cursor, "accounts_purgerun") == {run.pk}
        cursor.execute(ASK.format(more="", values=""), [person.account_id])
        assert cursor.rowcount == 1


def test_nobody_asks_in_the_name_of_another(place):
    with site(place.person(Role.DPO)) as cursor, pytest.raises(REFUSED):
        cursor.execute(ASK.format(more="", values=""), [place.accounts[Role.ADMINISTRATOR].pk])


def test_nobody_writes_that_an_erasure_has_begun(place):
    person = place.person(Role.DPO)
    with site(person) as cursor, pytest.raises(REFUSED):
        cursor.execute(ASK.format(more=", begun_at", values=", now()"), [person.account_id])


@pytest.mark.parametrize("act", ["UPDATE accounts_purgerun SET problem = 'x'", "DELETE FROM accounts_purgerun"])
def test_what_was_erased_is_not_rewritten(place, act):
    PurgeRun.objects.create()
    with site(place.person(Role.DPO)) as cursor, pytest.raises(REFUSED):
        cursor.execute(act)


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_else_reads_nor_asks(place, role):
    PurgeRun.objects.create()
    person = place.person(role)
    with site(person) as cursor:
        assert keys_in(cursor, "accounts_purgerun") == set()
        with pytest.raises(REFUSED):
            cursor.execute(ASK.format(more="", values=""), [person.account_id])
