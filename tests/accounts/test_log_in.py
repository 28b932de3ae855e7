import logging

import pytest
from django.shortcuts import resolve_url

from accounts.models import Account, AuditEntry
from accounts.roles import Role
from tests.accounts.ways_in import PASSWORD, build_account, code_now, give_password, log_in

WRONG = "Identifiant ou mot de passe inexact."
LOG_IN, CODE = "/compte/connexion/", "/compte/connexion/code/"
HOME = resolve_url("home")


def test_a_password_then_a_code_open_the_account(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    answer = give_password(client, agent)
    assert answer.url == CODE
    answer = client.post(CODE, {"code": code_now(agent)})
    assert answer.url == HOME
    assert client.get("/compte/").status_code == 200


def test_the_password_alone_opens_nothing_of_an_account_that_has_a_second_factor(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    give_password(client, agent)
    assert client.get("/compte/").url == "/compte/connexion/?next=/compte/"


def test_a_vigilant_needs_no_second_factor(client, place):
    neighbour = build_account(place, Role.VIGILANT, has_app=False)
    give_password(client, neighbour)
    assert client.get("/compte/").status_code == 200


def test_the_session_has_a_new_key_after_log_in(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    give_password(client, agent)
    before = client.session.session_key
    client.post(CODE, {"code": code_now(agent)})
    assert client.session.session_key != before


def test_the_log_in_leads_where_one_was_going_within_the_site(client, place):
    neighbour = build_account(place, Role.VIGILANT, has_app=False)
    form = {"login": neighbour.login, "password": PASSWORD, "next": "/aide/"}
    assert client.post(LOG_IN, form).url == "/aide/"


def test_the_log_in_leads_nowhere_outside_the_site(client, place):
    neighbour = build_account(place, Role.VIGILANT, has_app=False)
    form = {"login": neighbour.login, "password": PASSWORD, "next": "https://ailleurs.example/"}
    assert client.post(LOG_IN, form).url == HOME


@pytest.mark.parametrize("login", ["agent-1", "inconnu-1", "MOT de passe ?"])
def test_a_wrong_password_is_answered_alike_whether_the_login_exists_or_not(client, place, login):
    build_account(place, Role.MUNICIPAL_POLICE)
    answer = client.post(LOG_IN, {"login": login, "password": "pas celui-là du tout"})
    assert answer.status_code == 200
    assert WRONG in answer.content.decode()


def test_an_unknown_login_costs_one_hash_as_a_known_one_does(client, place, monkeypatch):
    build_account(place, Role.MUNICIPAL_POLICE)
    hashed = []
    set_password = Account.set_password
    monkeypatch.setattr(
        Account, "set_password", lambda account, raw: (hashed.append("dummy"), set_password(account, raw))
    )
    check_password = Account.check_password
    monkeypatch.setattr(
        Account, "check_password", lambda account, raw: hashed.append("real") or check_password(account, raw)
    )
    client.post(LOG_IN, {"login": "inconnu-1", "password": "pas celui-là du tout"})
    client.post(LOG_IN, {"login": "agent-1", "password": "pas celui-là du tout"})
    assert hashed == ["dummy", "real"]


def test_a_disabled_account_is_answered_as_a_wrong_password(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    Account.objects.update(is_active=False)
    assert WRONG in give_password(client, agent).content.decode()


def test_a_disabled_account_loses_its_session_at_once(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    log_in(client, agent)
    Account.objects.update(is_active=False)
    assert client.get("/compte/").status_code == 302


@pytest.mark.parametrize(
    "address",
    ["/compte/inscription/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/admin/"],
)
def test_nobody_signs_up_nor_resets_a_password_by_mail(client, db, address):
    assert client.get(address).status_code in {302, 404}
    assert client.post(address).status_code in {302, 404, 405}


def test_what_is_typed_as_a_login_is_in_no_log_and_in_no_table(client, place, caplog):
    caplog.set_level(logging.DEBUG)
    typed = "zpk-mon-mot-de-passe"
    client.post(LOG_IN, {"login": typed, "password": "autre-chose-encore"})
    assert typed not in caplog.text
    from axes.models import AccessAttempt

    assert typed not in str(list(AccessAttempt.objects.values()))
    assert AccessAttempt.objects.count() == 1


def test_log_in_refusal_and_log_out_are_audited(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    give_password(client, agent, "pas celui-là du tout")
    log_in(client, agent)
    client.post("/compte/deconnexion/")
    own = AuditEntry.objects.filter(stream=f"account:{agent.pk}").order_by("number")
    assert list(own.values_list("action", flat=True)) == ["session.login", "session.logout"]
    assert AuditEntry.objects.filter(action="session.refused", outcome="refused").count() == 1


def test_logging_out_takes_a_click_and_not_a_link(client, place):
    agent = build_account(place, Role.VIGILANT, has_app=False)
    give_password(client, agent)
    assert client.get("/compte/deconnexion/").status_code == 405
    client.post("/compte/deconnexion/")
    assert client.get("/compte/").status_code == 302


def test_a_log_in_can_be_given_up_halfway(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    give_password(client, agent)
    client.post("/compte/deconnexion/")
    assert client.get(CODE).url == LOG_IN


@pytest.mark.parametrize("credential", ["", "[]", "{}", '"x"', '{"response": {"userHandle": "!"}}', "pas du json"])
def test_a_malformed_passkey_is_refused_and_breaks_nothing(client, db, credential):
    answer = client.post("/compte/connexion/cle/", {"credential": credential})
    assert answer.url == LOG_IN


def test_an_account_closed_between_the_password_and_the_code_does_not_open(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    give_password(client, agent)
    Account.objects.update(is_active=False)
    assert client.post(CODE, {"code": code_now(agent)}).url == LOG_IN
    assert "_auth_user_id" not in client.session
    assert not AuditEntry.objects.filter(action="session.login").exists()
