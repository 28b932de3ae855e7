import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from accounts.errors import InvitationNotOpen
from accounts.models import Account, AuditEntry, Invitation
from accounts.roles import Role
from accounts.services import invitations
from accounts.services.invitations import fingerprint_of
from config.log_redaction import RedactingFormatter
from tests.accounts.ways_in import (
    ENTERED_AT,
    build_account,
    build_place,
    code_now,
    give_password,
    log_in,
    run_together,
)

PAGE = "/invitation/"
CHOSEN = "trois-chevaux-dans-un-pré"
CHOICE = {"password": CHOSEN, "again": CHOSEN}
NOT_OPEN = "Ce lien ne peut pas servir"


@pytest.fixture
def guest(place) -> Account:
    guest = build_account(place, Role.MUNICIPAL_POLICE, has_app=False)
    guest.set_unusable_password()
    guest.save()
    return guest


def follow(client: Client, token: str):
    return client.get(f"{PAGE}{token}/", follow=True)


def test_the_link_leaves_the_address_bar_at_once(client, guest):
    token = invitations.invite(guest, by=None)
    answer = client.get(f"{PAGE}{token}/")
    assert answer.url == PAGE
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    page = client.get(PAGE)
    assert guest.login in page.content.decode()
    assert token not in page.content.decode()
    assert token not in str(dict(client.session))


def test_the_link_is_in_no_log_even_when_it_is_misused(client, guest, caplog):
    token = invitations.invite(guest, by=None)
    assert client.post(f"{PAGE}{token}/").status_code == 405
    assert client.get(f"{PAGE}{token}/autre/").status_code == 404
    log = "\n".join(map(RedactingFormatter().format, caplog.records))
    assert "405 POST /invitation/" in log
    assert token not in log


def test_only_a_fingerprint_of_the_link_is_kept(guest):
    token = invitations.invite(guest, by=None)
    assert len(token) >= 43  # 256 bits, 6 a letter
    assert token not in str(list(Invitation.objects.values()))


def test_accepting_gives_the_password_and_leads_to_the_second_factor(client, guest):
    follow(client, invitations.invite(guest, by=None))
    assert client.post(PAGE, CHOICE).status_code == 302
    guest.refresh_from_db()
    assert guest.check_password(CHOSEN)
    assert client.get("/compte/").url == "/compte/double-authentification/"


def test_a_new_invitation_does_not_do_away_with_the_second_factor(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    follow(client, invitations.invite(agent, by=None))
    assert client.post(PAGE, CHOICE).url == "/compte/connexion/code/"
    assert client.get("/compte/").status_code == 302
    client.post("/compte/connexion/code/", {"code": code_now(agent)})
    assert client.get("/compte/").status_code == 200


def test_looking_at_the_link_does_not_use_it_up(client, guest):
    token = invitations.invite(guest, by=None)
    for _ in range(3):
        follow(Client(), token)
    follow(client, token)
    assert client.post(PAGE, CHOICE).status_code == 302


def used(guest: Account) -> str:
    token = invitations.invite(guest, by=None)
    invitations.accept(fingerprint_of(token), CHOSEN)
    return token


def revoked(guest: Account) -> str:
    token = invitations.invite(guest, by=None)
    Invitation.objects.update(revoked_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    return token


def replaced(guest: Account) -> str:
    token = invitations.invite(guest, by=None)
    invitations.invite(guest, by=None)
    return token


def expired(guest: Account) -> str:
    token = invitations.invite(guest, by=None)
    Invitation.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    return token


def of_a_disabled_account(guest: Account) -> str:
    token = invitations.invite(guest, by=None)
    Account.objects.update(is_active=False)
    return token


def unknown(guest: Account) -> str:
    return "jamais-donné"


@pytest.mark.parametrize("closed", [used, revoked, replaced, expired, of_a_disabled_account, unknown])
def test_a_link_that_is_not_open_is_answered_alike_whatever_the_reason(client, guest, closed):
    page = follow(client, closed(guest))
    assert page.status_code == 410
    assert NOT_OPEN in page.content.decode()
    assert guest.login not in page.content.decode()
    assert client.post(PAGE, CHOICE).status_code == 410
    assert AuditEntry.objects.filter(action="invitation.refused", outcome="refused").count() == 2


def test_the_page_without_any_link_says_the_same(client, db):
    assert client.get(PAGE).status_code == 410


@pytest.mark.parametrize(("days", "is_open"), [(6.99, True), (7.01, False)])
def test_a_link_is_open_for_seven_days(guest, clock, days, is_open):
    token = invitations.invite(guest, by=None)
    clock.advance(days=days)
    assert Invitation.objects.open_at(clock.now).filter(token_sha256=fingerprint_of(token)).exists() is is_open


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("court", "court", "12"),
        ("trois-chevaux-gris", "trois-chevaux-noirs", "diffèrent"),
        ("password1234", "password1234", "courant"),
        ("agent-1-agent-1", "agent-1-agent-1", "semblable"),
        ("908172635445", "908172635445", "numérique"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_stays_open(client, guest, password, again, said):
    follow(client, invitations.invite(guest, by=None))
    page = client.post(PAGE, {"password": password, "again": again})
    assert page.status_code == 200
    assert said in page.content.decode()
    assert client.post(PAGE, CHOICE).status_code == 302


def test_of_two_tabs_the_first_wins(client, guest):
    token = invitations.invite(guest, by=None)
    first, second = Client(), Client()
    follow(first, token)
    follow(second, token)
    assert first.post(PAGE, CHOICE).status_code == 302
    other = {"password": "une-toute-autre-phrase", "again": "une-toute-autre-phrase"}
    assert second.post(PAGE, other).status_code == 410
    guest.refresh_from_db()
    assert guest.check_password(CHOSEN)


def test_a_password_that_fails_at_the_last_moment_leaves_the_link_open(guest):
    token = invitations.invite(guest, by=None)
    with pytest.raises(ValidationError), transaction.atomic():
        invitations.accept(fingerprint_of(token), "court")
    assert invitations.find_open(fingerprint_of(token)).account == guest


def test_accepting_ends_the_sessions_opened_before(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    log_in(client, agent)
    invitations.accept(fingerprint_of(invitations.invite(agent, by=None)), CHOSEN)
    assert client.get("/compte/").status_code == 302


def test_one_who_is_logged_in_is_asked_to_log_out_first(client, place, guest):
    other = build_account(place, Role.DPO, login="autre-1")
    token = invitations.invite(guest, by=None)
    log_in(client, other)
    assert "Déconnectez-vous" in follow(client, token).content.decode()
    client.post(PAGE, CHOICE)
    assert invitations.find_open(fingerprint_of(token)).account == guest


def test_an_unknown_fingerprint_is_refused(db):
    with pytest.raises(InvitationNotOpen, match="déjà servi"):
        invitations.find_open("0" * 64)


@pytest.mark.django_db(transaction=True)
def test_of_two_acceptances_at_the_same_time_one_wins():
    guest = build_account(build_place(), Role.DPO, has_app=False)
    fingerprint = fingerprint_of(invitations.invite(guest, by=None))

    def accept(password: str) -> str:
        try:
            invitations.accept(fingerprint, password)
        except InvitationNotOpen:
            return ""
        return password

    chosen = run_together(lambda: accept("une-longue-phrase-a"), lambda: accept("une-longue-phrase-b"))
    (winner,) = filter(None, chosen)
    guest.refresh_from_db()
    assert guest.check_password(winner)


@pytest.fixture
def neighbour(place) -> Account:
    """A vigilant who has come in before, and has no second factor."""
    neighbour = build_account(place, Role.VIGILANT, has_app=False)
    neighbour.last_login = ENTERED_AT
    neighbour.save()
    return neighbour


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("at").values_list("action", flat=True))


def test_a_holder_who_comes_in_without_the_link_closes_it_and_is_told(client, neighbour):
    token = invitations.invite(neighbour, by=None)

    give_password(client, neighbour)

    page = client.get("/compte/")
    assert "Un lien permettait de refaire votre mot de passe" in page.content.decode()
    assert "invitation.revoked" in actions()
    assert NOT_OPEN in follow(Client(), token).content.decode()


def test_a_holder_without_an_open_link_is_told_nothing(client, neighbour):
    give_password(client, neighbour)

    page = client.get("/compte/")
    assert "Un lien permettait" not in page.content.decode()
    assert "invitation.revoked" not in actions()


def test_until_the_link_is_used_the_former_password_serves(client, neighbour):
    former = neighbour.password
    follow(client, invitations.invite(neighbour, by=None))

    neighbour.refresh_from_db()
    assert neighbour.password == former


def test_the_log_tells_a_password_chosen_anew_from_a_first_one(neighbour, place):
    newcomer = build_account(place, Role.VIGILANT, login="agent-2", has_app=False)
    for account in (neighbour, newcomer):
        visitor = Client()
        follow(visitor, invitations.invite(account, by=None))
        visitor.post(PAGE, CHOICE)

    assert [action for action in actions() if action.startswith("account.")] == [
        "account.reset_link",
        "account.reset",
        "account.invite",
        "account.accept",
    ]
