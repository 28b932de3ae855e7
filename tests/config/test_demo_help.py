import re

import pytest

from accounts.models import Account
from fixtures.demo_accounts import load_accounts, read_password
from tests.builders import at, build_ground, build_town

LOG_IN, CODE = "/compte/connexion/", "/compte/connexion/code/"
PROVE, ENROL = "/compte/verification/", "/compte/appareils/ajouter/"
SHOWN = re.compile(r"le code attendu est <code>(\d{6})</code>")


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """Passwords as on the site cost a quarter of a second each; what they guard is not tried here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def demo(db, settings, tmp_path) -> dict[str, str]:
    """The demonstration as script/serve --demo opens it; what the police's account types at log-in."""
    settings.IS_DEMO, settings.VAR_DIR = True, tmp_path
    build_town()
    load_accounts(tmp_path / "demo", now=at(18))
    return {"login": "demo-police", "password": read_password(tmp_path / "demo")}


def shown_code(page) -> str:
    found = SHOWN.search(page.content.decode())
    return found[1] if found else ""


def test_the_code_of_the_moment_is_shown_and_opens_the_account(client, demo):
    client.post(LOG_IN, demo)
    code = shown_code(client.get(CODE))
    assert client.post(CODE, {"code": code}).status_code == 302
    assert client.get("/compte/").status_code == 200


def test_a_second_log_in_in_the_same_half_minute_is_shown_a_code_that_serves(client, demo):
    for _ in range(2):
        client.post(LOG_IN, demo)
        client.post(CODE, {"code": shown_code(client.get(CODE))})
        assert client.get("/compte/").status_code == 200
        client.post("/compte/deconnexion/")


def test_the_page_of_log_in_names_the_accounts_and_their_password(client, demo):
    page = client.get(LOG_IN).content.decode()
    assert "demo-vigilant" in page
    assert demo["password"] in page


def test_first_lock_the_account_is_invented(client, demo):
    Account.objects.filter(login=demo["login"]).update(is_invented=False)
    client.post(LOG_IN, demo)
    page = client.get(CODE)
    assert page.status_code == 200
    assert shown_code(page) == ""


def test_second_lock_the_site_was_started_as_the_demonstration(client, demo, settings):
    client.post(LOG_IN, demo)
    settings.IS_DEMO = False
    assert shown_code(client.get(CODE)) == ""
    assert demo["password"] not in client.get(LOG_IN, follow=True).content.decode()


def test_third_lock_the_invented_town_is_alone(client, demo):
    client.post(LOG_IN, demo)
    build_ground("38001", "Ailleurs-sur-Isère")
    assert shown_code(client.get(CODE)) == ""


@pytest.mark.parametrize(
    "origin",
    [{"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": ""}, {"headers": {"x-forwarded-for": "127.0.0.1"}}],
)
def test_fourth_lock_the_request_comes_straight_from_this_machine(client, demo, settings, origin):
    settings.PROXIES = ["192.0.2.0/24", "127.0.0.1", "unix"]
    client.post(LOG_IN, demo)
    page = client.get(CODE, **origin)
    assert page.status_code == 200
    assert shown_code(page) == ""
    assert demo["password"] not in client.get(LOG_IN, follow=True, **origin).content.decode()


def test_an_invented_account_does_not_log_in_outside_the_demonstration(client, demo, settings):
    settings.IS_DEMO = False
    assert "Identifiant ou mot de passe inexact." in client.post(LOG_IN, demo).content.decode()


def test_an_invented_account_loses_its_session_outside_the_demonstration(client, demo, settings):
    client.post(LOG_IN, {**demo, "login": "demo-vigilant"})
    assert client.get("/compte/").status_code == 200
    settings.IS_DEMO = False
    assert client.get("/compte/").status_code == 302


def test_the_crew_enrols_its_browser_with_the_code_that_is_shown(client, demo):
    client.post(LOG_IN, {**demo, "login": "demo-equipage"})
    client.post(CODE, {"code": shown_code(client.get(CODE))})
    client.post(PROVE, {"code": shown_code(client.get(PROVE)), "next": ENROL})
    client.post(ENROL, {"label": "Ce navigateur"})
    assert "celui-ci" in client.get("/compte/appareils/").content.decode()


def test_an_account_of_the_demonstration_is_tried_in_one_press_and_one_code(client, demo):
    page = client.get(LOG_IN).content.decode()
    assert f'name="password" value="{demo["password"]}"' in page
    assert client.post(LOG_IN, demo).url == CODE
