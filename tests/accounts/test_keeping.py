import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from absences.models import Absence, AllowedPerson
from accounts.models import Account, Grant, Identity
from accounts.roles import Role
from accounts.services.keeping import tables_about, tables_of, told_together
from accounts.services.purge import purge
from patrols.models import Passage, PassageNote, Stop
from tests.access.people import let_in
from tests.accounts.ways_in import ENTERED_AT, build_account, words_of

PAGE = "/compte/mes-donnees/"
ENDS = dt.date(2026, 10, 1)


@pytest.fixture
def account(place) -> Account:
    account = build_account(place, Role.VIGILANT, login="voisin-1")
    Account.objects.update(created_at=ENTERED_AT)
    return Account.objects.get(pk=account.pk)


def end_role(account: Account) -> None:
    Grant.objects.filter(account=account).update(valid=DateRange(dt.date(2020, 1, 1), ENDS))


def test_a_role_without_end_keeps_its_account_without_end(account):
    assert account.kept_until is None


def test_an_account_is_kept_ninety_days_after_its_last_day_as_the_purge_does(account, own_keys):
    # The role's last day is 30 September; 90 days later is 29 December.
    end_role(account)
    assert account.kept_until == dt.date(2026, 12, 29)

    purge(dt.date(2026, 12, 29))
    assert Account.objects.exists()
    purge(dt.date(2026, 12, 30))
    assert not Account.objects.exists()


def test_a_disabled_account_and_one_that_held_nothing_count_from_their_own_day(account):
    account.disabled_at = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
    newcomer = Account(login="nouveau-1", created_at=dt.datetime(2026, 8, 1, 12, tzinfo=dt.UTC))
    newcomer.save()
    Account.objects.filter(pk=newcomer.pk).update(created_at=dt.datetime(2026, 8, 1, 12, tzinfo=dt.UTC))

    assert account.kept_until == dt.date(2026, 11, 30)
    assert Account.objects.get(pk=newcomer.pk).kept_until == dt.date(2026, 10, 30)


def test_what_leads_to_a_home_is_found_by_its_keys():
    about = set(tables_about(Absence))

    assert {Absence, AllowedPerson, Passage, PassageNote, Stop} <= about
    assert not about & {Account, Identity}


def test_tables_that_leave_together_are_told_together_the_head_first():
    (kept,) = told_together([AllowedPerson, Absence])

    assert kept.titles == ("Absences", "Personnes autorisées")
    assert kept.kept == "7 jours après le retour, ou l'annulation"


def test_a_person_is_told_of_the_tables_that_hold_something_of_theirs(account):
    labels = {model._meta.label for model in tables_of(account)}

    assert {"accounts.Account", "accounts.Grant", "mfa.Authenticator"} <= labels
    assert not labels & {"accounts.Device", "absences.Absence", "patrols.PlanEdit"}


@pytest.mark.parametrize(("ends", "said"), [(False, "pas de fin prévue"), (True, "jusqu'au mardi 29")])
def test_the_page_says_until_when(account, ends, said, monkeypatch):
    client = let_in(Client(), account)
    if ends:
        Grant.objects.update(valid=DateRange(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
        monkeypatch.setattr(Account, "kept_until", dt.date(2026, 12, 29))

    client.get(f"{PAGE}extrait.json")

    page = words_of(client.get(PAGE)).replace("&#x27;", "'")

    assert "90 jours après la fin du dernier rôle" in page
    assert said in page
    assert "12 mois entiers" in page
