import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Account, AuditEntry
from accounts.roles import LIMITS as LIMITS_OF
from accounts.roles import Role
from accounts.services import invitations, second_factors
from tests.accounts.conftest import NOON
from tests.accounts.ways_in import build_account, code_now, give_password, log_in, words_of

DESK = (Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE, Role.CLSPD, Role.ADMINISTRATOR, Role.DPO)
LIMITS = [
    *((role, 15, 8) for role in DESK),
    (Role.REFERENT, 30, 12),
    (Role.VIGILANT, 30, 12),
    (Role.CREW, 960, 16),
]
ACCOUNT = "/compte/"


@pytest.mark.parametrize(("role", "idle_minutes", "hours"), LIMITS)
def test_a_session_rests_no_longer_than_its_role_allows(client, place, clock, role, idle_minutes, hours):
    log_in(client, build_account(place, role))
    clock.advance(minutes=idle_minutes, seconds=-1)
    assert client.get(ACCOUNT).status_code == 200
    clock.advance(minutes=idle_minutes, seconds=1)
    assert client.get(ACCOUNT).status_code == 302


@pytest.mark.parametrize(("role", "idle_minutes", "hours"), LIMITS)
def test_a_session_in_use_lives_no_longer_than_its_role_allows(client, place, clock, role, idle_minutes, hours):
    log_in(client, build_account(place, role))
    rest_minutes = min(idle_minutes * 4 // 5, 240)
    for _ in range(hours * 60 // rest_minutes - 1):
        clock.advance(minutes=rest_minutes)
        assert client.get(ACCOUNT).status_code == 200
    clock.advance(minutes=rest_minutes)
    assert client.get(ACCOUNT).status_code == 302


def test_a_page_that_asks_by_itself_does_not_keep_its_session_alive(client, place, clock):
    log_in(client, build_account(place, Role.MUNICIPAL_POLICE))
    clock.advance(minutes=10)
    assert client.get(ACCOUNT, headers={"X-Ronde-Background": "1"}).status_code == 200
    clock.advance(minutes=5)
    assert client.get(ACCOUNT).status_code == 302


def test_of_several_roles_the_strictest_counts(client, place, clock):
    log_in(client, build_account(place, Role.REFERENT, Role.CLSPD))
    clock.advance(minutes=16)
    assert client.get(ACCOUNT).status_code == 302


def test_the_page_of_log_in_says_why_the_session_is_over_and_how_to_go_on(client, place, clock):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    log_in(client, agent)
    clock.advance(minutes=16)
    answer = client.get("/compte/mot-de-passe/")
    assert answer.url == "/compte/connexion/?next=/compte/mot-de-passe/"
    assert "après 15 minutes sans activité" in client.get(answer.url).content.decode()
    assert AuditEntry.objects.filter(stream=f"account:{agent.pk}", action="session.expired").exists()


def disable(agent):
    Account.objects.filter(pk=agent.pk).update(is_active=False, disabled_at=NOON)


def close_elsewhere(agent):
    Account.objects.filter(pk=agent.pk).update(session_generation=7)


def purge(agent):
    Session.objects.all().delete()


@pytest.mark.parametrize("end", [disable, close_elsewhere, purge])
@pytest.mark.parametrize("address", [ACCOUNT, "/", "/compte/connexion/"])
def test_a_session_that_was_ended_elsewhere_is_said_to_be_in_the_same_words_and_once(client, place, end, address):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    log_in(client, agent)
    end(agent)
    page = client.get(address, follow=True)
    assert page.wsgi_request.path == "/compte/connexion/"
    assert "Votre session est terminée : elle a été fermée ailleurs" in words_of(page)
    assert "Votre session est terminée" not in words_of(client.get("/compte/connexion/"))


def test_who_comes_for_the_first_time_or_has_logged_out_is_told_of_no_session(client, place):
    assert "session est terminée" not in words_of(client.get(ACCOUNT, follow=True))
    log_in(client, build_account(place, Role.MUNICIPAL_POLICE))
    client.post("/compte/deconnexion/")
    assert "session est terminée" not in words_of(client.get(ACCOUNT, follow=True))


def test_who_logs_in_anew_over_a_session_that_ended_is_not_told_of_it_afterwards(client, place):
    agent = build_account(place, Role.VIGILANT, has_app=False)
    give_password(client, agent)
    close_elsewhere(agent)
    agent.refresh_from_db()
    give_password(client, agent)
    assert "session est terminée" not in words_of(client.get(ACCOUNT))


def test_a_session_ends_when_the_password_changes_elsewhere(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    log_in(client, agent)
    agent.set_password("un-autre-mot-de-passe-long")
    agent.save()
    assert client.get(ACCOUNT).status_code == 302


def test_a_session_ends_when_the_second_factor_changes_elsewhere(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    log_in(client, agent)
    second_factors.renew_recovery_codes(agent)
    assert client.get(ACCOUNT).status_code == 302


def test_a_session_cookie_is_for_the_site_alone(client, place):
    give_password(client, build_account(place, Role.VIGILANT, has_app=False))
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


def test_a_session_opened_by_an_invitation_ends_with_the_browser_too(client, place):
    agent = build_account(place, Role.VIGILANT, has_app=False)
    client.get(f"/invitation/{invitations.invite(agent, by=None)}/")
    client.post("/invitation/", {"password": "une-longue-phrase-a", "again": "une-longue-phrase-a"})
    assert client.get(ACCOUNT).status_code == 200
    assert client.cookies["sessionid"]["max-age"] == ""


def test_no_session_is_kept_longer_than_the_longest_limit(settings):
    longest = max(limits.absolute for limits in LIMITS_OF.values())
    assert longest.total_seconds() == settings.SESSION_COOKIE_AGE


def test_a_role_given_during_a_session_asks_for_a_second_factor_at_once(client, place):
    neighbour = build_account(place, Role.VIGILANT, has_app=False)
    give_password(client, neighbour)
    neighbour.grants.create(role=Role.DPO, commune=place.commune, valid=(dt.date(2020, 1, 1), None))
    assert client.get(ACCOUNT).url == "/compte/double-authentification/"


class TestRecentProof:
    PAGE = "/compte/double-authentification/cle/"

    def test_the_code_of_the_log_in_counts_for_five_minutes(self, client, place, clock):
        log_in(client, build_account(place, Role.MUNICIPAL_POLICE))
        clock.advance(minutes=5)
        assert client.get(self.PAGE).status_code == 200
        clock.advance(seconds=1)
        assert client.get(self.PAGE).url == f"/compte/verification/?next={self.PAGE}"

    def test_a_code_given_again_leads_on_under_a_new_session_key(self, client, place, clock):
        agent = build_account(place, Role.MUNICIPAL_POLICE)
        log_in(client, agent)
        clock.advance(minutes=6)
        question = client.get(self.PAGE).url
        before = client.session.session_key
        answer = client.post(question, {"code": code_now(agent), "next": self.PAGE})
        assert answer.url == self.PAGE
        assert client.session.session_key != before
        assert client.get(self.PAGE).status_code == 200

    def test_a_wrong_code_leads_nowhere(self, client, place, clock):
        log_in(client, build_account(place, Role.MUNICIPAL_POLICE))
        clock.advance(minutes=6)
        answer = client.post(client.get(self.PAGE).url, {"code": "12345x"})
        assert answer.status_code == 200
        assert client.get(self.PAGE).status_code == 302

    def test_what_was_sent_is_not_done_and_the_page_says_so(self, client, place, clock):
        agent = build_account(place, Role.MUNICIPAL_POLICE)
        log_in(client, agent)
        clock.advance(minutes=6)
        came_from = "http://testserver/compte/double-authentification/"
        answer = client.post("/compte/double-authentification/codes/", headers={"referer": came_from})
        assert answer.url == "/compte/verification/?next=/compte/double-authentification/"
        assert "rien n'a été fait" in client.get(answer.url).content.decode().replace("&#x27;", "'")
        assert second_factors.count_recovery_codes(agent) == 0

    def test_a_proof_leads_nowhere_outside_the_site(self, client, place, clock):
        agent = build_account(place, Role.MUNICIPAL_POLICE)
        log_in(client, agent)
        clock.advance(minutes=6)
        form = {"code": code_now(agent), "next": "https://ailleurs.example/"}
        assert client.post("/compte/verification/", form).url == ACCOUNT

    def test_without_any_second_factor_one_is_set_up_first(self, client, place):
        neighbour = build_account(place, Role.VIGILANT, has_app=False)
        give_password(client, neighbour)
        assert client.get("/compte/appareils/ajouter/").url == "/compte/double-authentification/"

    def test_the_first_factor_is_set_up_on_a_password_given_just_now(self, client, place, clock):
        neighbour = build_account(place, Role.VIGILANT, has_app=False)
        give_password(client, neighbour)
        assert client.get(self.PAGE).status_code == 200
        clock.advance(minutes=6)
        assert client.get(self.PAGE).url == f"/compte/connexion/?next={self.PAGE}"


def test_log_ins_before_this_one_are_shown(client, place):
    agent = build_account(place, Role.VIGILANT, has_app=False)
    give_password(client, agent)
    assert "C'est la première." in client.get(ACCOUNT).content.decode()
    client.post("/compte/deconnexion/")
    give_password(client, agent)
    assert "Si l'une d'elles n'est pas de vous" in client.get(ACCOUNT).content.decode()


def test_a_session_of_a_former_generation_is_over(client, place):
    log_in(client, build_account(place, Role.MUNICIPAL_POLICE))
    Account.objects.update(session_generation=7)
    assert client.get(ACCOUNT).status_code == 302


def test_one_closes_the_sessions_left_open_elsewhere_and_keeps_this_one(client, place):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    elsewhere = Client()
    log_in(elsewhere, agent)
    log_in(client, agent)
    client.post("/compte/sessions/fermer/")
    assert elsewhere.get(ACCOUNT).status_code == 302
    assert client.get(ACCOUNT).status_code == 200


def test_an_account_whose_roles_are_over_sees_its_own_page_and_nothing_else(client, place):
    former = build_account(place, Role.MUNICIPAL_POLICE)
    former.grants.update(valid=(dt.date(2020, 1, 1), dt.date(2021, 1, 1)))
    log_in(client, former)
    page = client.get(ACCOUNT)
    assert "Aucun rôle n'est ouvert à ce compte." in page.content.decode()
    assert page.wsgi_request.person.roles == frozenset()
    assert client.get("/gestion/appareils/").status_code == 404
