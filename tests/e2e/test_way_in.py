"""Log-in as a person does it: password and code, then a passkey alone, and a passkey as proof."""

import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account
from accounts.roles import Role
from accounts.services import invitations, second_factors
from tests.accounts.ways_in import PASSWORD, SINCE, build_account, build_place, code_now

pytestmark = pytest.mark.django_db(transaction=True)

CHOSEN = "trois-chevaux-dans-un-pré"
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
    expect(page.get_by_label("Code")).to_have_count(0)


def add_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/compte/double-authentification/cle/")
    page.get_by_label("Nom de la clé").fill("Poste de l'accueil")
    page.get_by_role("button", name="Créer la clé d'accès").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(re.compile("/compte/connexion/"))


def test_a_passkey_made_here_then_opens_the_account_alone(page, site, agent):
    log_in(page, agent)
    add_passkey(page, site)
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


def test_the_pages_on_the_way_in_are_accessible_and_fit_a_phone(open_page, site, agent, axe):
    guest = Account.objects.create_user("invite-1")
    guest.grants.create(role=Role.DPO, commune=agent.grants.get().commune, valid=(SINCE, None))
    token = invitations.invite(guest, by=None)
    page = open_page("/compte/connexion/", is_visitor=True, width=320)

    def look() -> None:
        page.evaluate(axe)
        assert page.evaluate("axe.run().then((found) => found.violations.map((each) => each.id))") == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320

    look()
    page.goto(f"{site}/invitation/{token}/")
    look()
    page.get_by_label("Nouveau mot de passe").fill(CHOSEN)
    page.get_by_label("Le même mot de passe").fill(CHOSEN)
    page.get_by_role("button", name="Choisir ce mot de passe").click()
    expect(page).not_to_have_url(re.compile("/invitation/"))
    page.goto(f"{site}/compte/double-authentification/")
    look()
    page.get_by_role("link", name="Utiliser une application").click()
    expect(page.locator(".secret")).to_be_visible()
    look()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    step = second_factors.step_at(timezone.now())
    page.get_by_label("Code affiché par l'application").fill(second_factors.code_of(secret, step))
    page.get_by_role("button", name="Terminer").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    look()
    page.goto(f"{site}/compte/verification/")
    look()
    log_out(page)
    page.get_by_label("Identifiant").fill(guest.login)
    page.get_by_label("Mot de passe").fill(CHOSEN)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_label("Code")).to_be_visible()
    look()


def test_the_pages_that_refuse_are_accessible_and_fit_a_phone(browser, site, agent, axe):
    # Not open_page: a refusal is an error in the browser's console.
    page = browser.new_context(viewport={"width": 320, "height": 700}, locale="fr-FR").new_page()

    def look(heading: str) -> None:
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        page.evaluate(axe)
        assert page.evaluate("axe.run().then((found) => found.violations.map((each) => each.id))") == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320

    page.goto(f"{site}/invitation/jamais-donnee/")
    look("Ce lien ne peut pas servir")
    for _ in range(5):
        page.goto(f"{site}/compte/connexion/")
        page.get_by_label("Identifiant").fill(agent.login)
        page.get_by_label("Mot de passe").fill("pas celui-là du tout")
        page.get_by_role("button", name="Se connecter").click()
    look("Trop d'essais")
    page.context.close()
