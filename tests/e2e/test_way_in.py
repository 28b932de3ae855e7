"""Log-in as a person does it: password and code, then a passkey alone, and a passkey as proof."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import Role
from tests.accounts.ways_in import PASSWORD, build_account, build_place, code_now

pytestmark = pytest.mark.django_db(transaction=True)

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def agent(site):
    return build_account(build_place(), Role.DPO)


@pytest.fixture
def page(open_page, agent) -> Iterator[Page]:
    """The page of log-in, in a browser whose device has a fingerprint reader."""
    page = open_page("/compte/connexion/", is_visitor=True)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def log_in(page: Page, agent) -> None:
    page.get_by_label("Identifiant").fill(agent.login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_label("Code").fill(code_now(agent))
    page.get_by_role("button", name="Continuer").click()


def add_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/compte/double-authentification/cle/")
    page.get_by_label("Nom de la clé").fill("Poste de l'accueil")
    page.get_by_role("button", name="Créer la clé d'accès").click()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(re.compile("/compte/connexion/"))


def test_a_passkey_made_here_then_opens_the_account_alone(page, site, agent):
    log_in(page, agent)
    add_passkey(page, site)
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    assert page.locator(".recovery-codes li").count() == 10
    log_out(page)
    page.get_by_role("button", name="Utiliser une clé d'accès").click()
    page.wait_for_url(re.compile(f"^{re.escape(site)}/(?!compte/connexion)"))
    page.goto(f"{site}/compte/double-authentification/")
    expect(page.locator(".task strong", has_text="Clé d'accès « Poste de l'accueil »")).to_be_visible()


def test_a_passkey_is_a_second_factor_after_the_password(page, site, agent):
    log_in(page, agent)
    add_passkey(page, site)
    log_out(page)
    page.get_by_label("Identifiant").fill(agent.login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Utiliser une clé d'accès").click()
    page.wait_for_url(re.compile(f"^{re.escape(site)}/(?!compte/connexion)"))


def test_a_passkey_that_does_not_answer_is_told_and_the_password_remains(page, site, agent):
    page.get_by_role("button", name="Utiliser une clé d'accès").click()
    expect(page.get_by_text("La clé d'accès n'a pas répondu.")).to_be_visible()
    log_in(page, agent)
    page.goto(f"{site}/compte/")
    expect(page.get_by_role("heading", name="Mon compte")).to_be_visible()


def test_the_way_in_holds_without_a_script(browser, site, agent):
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{site}/compte/connexion/")
    expect(page.get_by_role("button", name="Utiliser une clé d'accès")).to_be_hidden()
    log_in(page, agent)
    page.goto(f"{site}/compte/")
    expect(page.get_by_role("heading", name="Mon compte")).to_be_visible()
    context.close()
