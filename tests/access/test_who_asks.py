"""The site learns who asks, and tells the walls the same, in one round trip."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import scope
from accounts.models import Account, Grant
from accounts.person import Person
from accounts.roles import Role
from accounts.services.recognition import FIELDS, account_at_hand, at_hand, recognise
from accounts.walls.logins import Login
from config.logins import FORGET

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 8, 12)
ONE_DAY = dt.timedelta(days=1)


def recognise_as_web(account: Account, *, site: str = "26999", day: dt.date = TODAY):
    """What the site learns of an account, and what the walls are told in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {Login.WEB}; SET LOCAL ronde.job = ''")
        known = recognise(account.pk, site=site, day=day)
        cursor.execute("SELECT current_setting('ronde.person', true), current_setting('ronde.holdings', true)")
        person, holdings = cursor.fetchone()
        cursor.execute(f"{FORGET}; SET ronde.job = 'tests'")
    return known, person, holdings and json.loads(holdings)


@pytest.fixture
def account(place) -> Account:
    """Somebody who holds nothing yet."""
    return Account.objects.create_user("zq-nouveau")


@pytest.fixture
def give(account, place):
    """Give the account a role in the commune, on the day of the tests unless said otherwise."""

    def give(role: Role, **said) -> None:
        said.setdefault("valid", DateRange(TODAY, TODAY + ONE_DAY))
        Grant.objects.create(account=account, role=role, **{"commune": place.town.commune, **said})

    return give


@pytest.mark.parametrize("role", list(Role))
def test_the_walls_are_told_what_the_site_would_tell_them(place, role):
    account = place.accounts[role]

    known, person, holdings = recognise_as_web(account)

    assert known.person == place.person(role, is_on_device=False)
    assert person == str(account.pk)
    assert holdings == json.loads(scope.describe(known.person))


def test_several_roles_sectors_and_crews_are_told_alike(place, account, give):
    first, second, _ = place.sectors
    give(Role.REFERENT, sector=second)
    give(Role.REFERENT, sector=first)
    give(Role.VIGILANT, sector=second)
    give(Role.DPO)
    give(Role.CREW, crew=place.town.crews[0])

    known, _, holdings = recognise_as_web(account)

    assert holdings == json.loads(scope.describe(known.person))
    assert holdings["roles"] == ["dpo", "referent", "vigilant"]
    assert holdings["sectors"] == {
        "dpo": [],
        "referent": sorted([first.pk, second.pk]),
        "vigilant": [second.pk],
    }


def test_a_crew_is_told_to_the_walls_only_once_its_device_is_known(place):
    known, _, holdings = recognise_as_web(place.accounts[Role.CREW])

    assert known.person.is_crew_anywhere
    assert (holdings["roles"], holdings["crews"]) == ([], [])


@pytest.mark.parametrize(("days", "is_held"), [(-1, False), (0, True), (1, False)])
def test_a_role_counts_from_its_first_day_to_its_last(account, give, days, is_held):
    give(Role.DPO)

    known, _, holdings = recognise_as_web(account, day=TODAY + days * ONE_DAY)

    assert bool(known.person.holdings) == bool(holdings["roles"]) == is_held


def test_what_is_held_elsewhere_does_not_count_here(elsewhere):
    account = elsewhere.accounts[Role.MUNICIPAL_POLICE]

    known, person, holdings = recognise_as_web(account)

    assert known.person == Person(account_id=account.pk, commune="26999")
    assert (person, holdings["commune"], holdings["roles"]) == (str(account.pk), "26999", [])


def test_the_only_commune_is_the_site_s_where_the_settings_name_none(place):
    known, _, holdings = recognise_as_web(place.accounts[Role.DPO], site="")

    assert known.person.commune == holdings["commune"] == "26999"
    assert holdings["roles"] == ["dpo"]


@pytest.mark.parametrize("site", ["", "99999"])
def test_without_a_commune_of_the_site_one_is_known_and_holds_nothing(elsewhere, place, site):
    account = place.accounts[Role.DPO]

    known, person, holdings = recognise_as_web(account, site=site)

    assert known.person == Person(account_id=account.pk)
    assert (person, holdings) == (str(account.pk), json.loads(scope.describe(known.person)))


def test_a_disabled_account_is_nobody_to_the_site_and_to_the_walls(place):
    account = place.accounts[Role.DPO]
    Account.objects.filter(pk=account.pk).update(is_active=False, disabled_at=timezone.now())

    assert recognise_as_web(account) == (None, "", "")


def test_an_account_that_is_no_more_is_nobody(place):
    assert recognise_as_web(Account(pk=999_999)) == (None, "", "")


def test_the_account_is_read_whole(place):
    account = place.accounts[Role.DPO]
    kept = Account.objects.get(pk=account.pk)

    known, _, _ = recognise_as_web(account)

    assert {name: getattr(known.account, name) for name in FIELDS} == {
        name: getattr(kept, name) for name in FIELDS
    }
    assert known.account.get_session_auth_hash() == kept.get_session_auth_hash()


def test_the_account_at_hand_is_given_to_whoever_asks_for_that_one_and_only_meanwhile(place):
    account = place.accounts[Role.DPO]

    with at_hand(account):
        assert account_at_hand(account.pk) is account
        assert account_at_hand(account.pk + 1) is None
    assert account_at_hand(account.pk) is None


def test_a_session_of_a_former_password_is_nobody_s(login_as, place):
    client = login_as(Role.MUNICIPAL_POLICE)
    account = place.accounts[Role.MUNICIPAL_POLICE]
    account.set_password("un autre mot de passe")
    account.save()

    answer = client.get("/jour/")

    assert (answer.status_code, answer.url) == (302, "/compte/connexion/?next=/jour/")


def test_who_asks_is_read_and_said_in_one_statement_beside_the_session(login_as):
    client = login_as(Role.MUNICIPAL_POLICE)

    with CaptureQueriesContext(connection) as queries:
        client.get("/aide/")

    told = [query["sql"] for query in queries if "ronde." in query["sql"] or "walls." in query["sql"]]
    read = [query["sql"] for query in queries if "accounts_" in query["sql"] and "walls." not in query["sql"]]
    assert [statement for statement in told if "ROLE" not in statement and "SELECT known" not in statement] == []
    assert len(told) == 3  # the tests become the web login before it, and themselves again after it
    assert read == []
