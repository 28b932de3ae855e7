import datetime as dt
import re

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import Account, AuditEntry
from accounts.roles import Role
from accounts.services import invitations
from tests.accounts.ways_in import LIST, build_account, build_entered, words_of


@pytest.fixture
def listed(place, administrator) -> None:
    """One account in each state, the administrator being the active one."""
    expired = build_account(place, Role.DPO, login="b-expire", has_app=False)
    invited = build_account(place, Role.VIGILANT, login="c-invite", has_app=False)
    for account in (expired, invited):
        account.set_unusable_password()
        account.save()
    invitations.invite(invited, by=None)
    build_entered(place, Role.CLSPD, login="d-desactive")
    Account.objects.filter(login="d-desactive").update(is_active=False, disabled_at=timezone.now())
    over = build_entered(place, Role.CREW, login="e-sans-role")
    build_account(place, Role.REFERENT, login="f-pret")
    over.grants.update(valid=DateRange(dt.date(2020, 1, 1), dt.date(2020, 2, 1)))


def logins_in(page) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+"><code>([^<]+)</code>', words_of(page))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["admin-1", "b-expire", "c-invite", "d-desactive", "e-sans-role", "f-pret"]),
        ("tri=-identifiant", ["f-pret", "e-sans-role", "d-desactive", "c-invite", "b-expire", "admin-1"]),
        ("etat=actif", ["admin-1"]),
        ("etat=invite", ["c-invite"]),
        ("etat=a-inviter", ["b-expire"]),
        ("etat=pas-entre", ["f-pret"]),
        ("etat=desactive", ["d-desactive"]),
        ("etat=sans-role", ["e-sans-role"]),
        ("role=vigilant", ["c-invite"]),
        ("identifiant=EXPIRE", ["b-expire"]),
        ("identifiant=expire&role=vigilant", []),
    ],
)
def test_the_list_is_narrowed_and_sorted_by_the_address(desk, listed, query, found):
    assert logins_in(desk.get(f"{LIST}?{query}")) == found


def test_the_list_tells_who_lacks_a_second_factor_that_is_asked(desk, listed):
    page = words_of(desk.get(f"{LIST}?tri=facteur"))

    assert page.count("À mettre en place") == 1  # the DPO who was never in; the vigilant needs none
    assert page.count("Facultatif") == 1  # the vigilant; an app that nothing demands any more is in place
    assert page.count("En place") == 4


def test_an_unknown_filter_is_refused_in_words(desk):
    page = desk.get(f"{LIST}?etat=parti")

    assert page.status_code == 400
    assert "choix" in words_of(page)


def test_fifty_accounts_a_page(desk, place):
    for number in range(50):
        build_account(place, Role.CLSPD, login=f"conseil-{number:02}", has_app=False)

    assert len(logins_in(desk.get(LIST))) == 50
    assert len(logins_in(desk.get(f"{LIST}?page=2"))) == 1


def test_reading_the_list_is_recorded_once_for_the_page(desk, administrator, listed):
    desk.get(LIST)

    entry = AuditEntry.objects.get(stream=f"account:{administrator.pk}", action="account.roles")
    assert len(entry.ids) == 6
