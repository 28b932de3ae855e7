"""A second factor asked on the way to a file: the form is left, and the file comes from a page that says so."""

from html import unescape

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from accounts.views.proof import is_file
from tests.access.addresses import ADDRESSES
from tests.access.people import let_in, police_account
from tests.access.stage import build_stage
from tests.access.urls import urls_of
from tests.accounts.ways_in import code_now, words_of
from tests.builders import build_plan, build_town

DAY_PAGE = "/jour/?jour=2026-08-12"
FILES = {
    "maps:download_plan",
    "maps:print_route",
    "maps:download_route",
    "maps:statement",
    "maps:density_file",
    "download_own_data",
}


@pytest.fixture
def agent(db):
    account = police_account()
    TOTP.activate(account, generate_totp_secret())
    return account


@pytest.fixture
def sheet(db) -> str:
    return f"/tournees/{build_plan(build_town()).routes.first().pk}/tournee.pdf"


@pytest.fixture
def question(client, sheet, agent) -> str:
    """Where the road sheet leads whoever has given no second factor of late."""
    let_in(client, agent)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    return client.get(sheet, headers={"referer": f"http://testserver{DAY_PAGE}"}).url


def answer(client, question, code, sheet):
    return client.post(question, {"code": code, "next": sheet, "retour": DAY_PAGE})


def test_a_good_code_leads_to_a_page_that_fetches_the_file_and_leads_back(client, question, agent, sheet):
    page = client.get(answer(client, question, code_now(agent), sheet).url)

    assert "Le téléchargement commence" in words_of(page)
    assert f'<meta http-equiv="refresh" content="0; url={sheet}">' in words_of(page)
    assert f'href="{DAY_PAGE}"' in words_of(page)
    assert 'name="code"' not in words_of(page)
    assert client.get(sheet)["Content-Type"] == "application/pdf"


def test_a_wrong_code_then_a_good_one_leave_no_error_behind(client, question, agent, sheet):
    assert "pas le bon" in unescape(words_of(answer(client, question, "000000", sheet)))
    page = client.get(answer(client, question, code_now(agent), sheet).url)
    assert "pas le bon" not in unescape(words_of(page))


def test_the_page_of_the_file_asks_for_a_code_until_one_is_given(client, question):
    assert 'name="code"' in words_of(client.get(question))


def test_a_page_before_that_is_elsewhere_is_not_led_back_to(client, question, agent, sheet):
    led = client.post(question, {"code": code_now(agent), "next": sheet, "retour": "https://ailleurs.example/"})
    assert "ailleurs" not in words_of(client.get(led.url))


def test_files_are_told_from_pages_by_their_address(db):
    stage = build_stage()
    asked = {name for name, said in ADDRESSES.items() if getattr(said, "needs_recent_proof", False)}
    assert {name for name, url in urls_of(stage).items() if name in asked and is_file(url)} == FILES
