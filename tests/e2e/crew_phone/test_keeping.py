"""What a phone keeps, whoever answers it and however many pages are open, and what is never in the clear."""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from patrols.models import Passage
from tests.e2e.phone_page import (
    ADDRESSES,
    KEPT_ROWS,
    answer_with,
    leave_out_map,
    look_again,
    note_nothing,
    open_round,
    send_now,
    wait_for_exchange,
    wait_for_worker,
)

pytestmark = pytest.mark.django_db(transaction=True)

OURS = {"Cross-Origin-Opener-Policy": "same-origin"}
# What may answer instead of what was asked for, and what the crew is told.
ANSWERS = (
    ({"content_type": "text/html", "body": "<h1>Bienvenue sur le Wi-Fi</h1>"}, "non", "Wi-Fi public"),
    ({"content_type": "application/json", "body": '{"login": true}'}, "non", "Wi-Fi public"),
    ({"status": 404, "content_type": "text/html", "body": "<h1>Portail</h1>"}, "non", "Wi-Fi public"),
    ({"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}}, "non", ""),
    ({"status": 429, "headers": OURS}, "non", ""),
    ({"status": 400, "headers": OURS, "content_type": "application/json", "body": "{}"}, "oui", "n'a pas compris"),
    ({"headers": OURS, "content_type": "application/json", "body": "{}"}, "oui", "n'a pas compris"),
)


def test_an_answer_that_is_none_takes_nothing_from_the_phone(phone, site, place):
    page = open_round(phone, site)
    note_nothing(page)

    for answer, network, words in ANSWERS:
        page.route("**/equipage/e*", answer_with(answer))
        with page.expect_request("**/equipage/etat.json"):
            send_now(page)
        wait_for_exchange(page)
        expect(page.locator("#network")).to_have_text(f"Réseau : {network}")
        expect(page.locator("#message")).to_contain_text(words)
        expect(page.locator("#next-title")).to_have_text(ADDRESSES[1])
        expect(page.locator("#pending")).to_have_text("1 en attente")
        page.unroute_all()

    send_now(page)
    expect(page.locator("#pending")).to_have_text("0 en attente")
    expect(page.locator("#message")).to_be_hidden()
    assert Passage.objects.count() == 1


def test_another_page_without_the_network_says_so_and_leads_back_to_the_round(whole_phone, site, keep_picture):
    leave_out_map(whole_phone)
    page = open_round(whole_phone, site)
    wait_for_worker(page)
    page.goto(f"{site}/accueil/")
    whole_phone.set_offline(True)

    page.get_by_role("button", name="Se déconnecter").tap()
    expect(page.get_by_role("heading", name="Pas de réseau")).to_be_visible()
    page.goto(f"{site}/aide/")
    expect(page.locator("main")).to_contain_text("Cette page ne s'ouvre qu'avec le réseau")
    keep_picture(page, "phone-offline-page")
    page.get_by_role("link", name="Ouvrir la tournée").tap()
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[0])


def test_an_account_that_is_no_crews_any_more_leaves_no_round(phone, site, place):
    page = open_round(phone, site)
    place.accounts[Role.CREW].grants.update(role=Role.NATIONAL_POLICE, crew=None)

    look_again(page)

    expect(page.locator("#network")).to_have_text("Accès fermé")
    expect(page.locator("#next")).to_be_hidden()
    assert page.evaluate(KEPT_ROWS) == 0


def test_what_was_sent_from_one_page_is_not_taken_back_on_another(phone, site):
    page, other = open_round(phone, site), open_round(phone, site)
    note_nothing(page)
    expect(page.get_by_role("button", name="Annuler")).to_be_visible()
    look_again(other)
    send_now(other)
    expect(other.locator("#pending")).to_have_text("0 en attente")

    page.get_by_role("button", name="Annuler").tap()

    expect(page.locator("#message")).to_contain_text("déjà envoyé")
    assert Passage.objects.count() == 1


def test_a_second_page_of_the_phone_does_not_note_the_same_stop_again(phone, site, place):
    page = open_round(phone, site)
    other = open_round(phone, site)
    phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")

    note_nothing(other)

    expect(other.locator("#next-title")).to_have_text(ADDRESSES[1])
    expect(other.locator("#pending")).to_have_text("1 en attente")


READ_ALL = """
    async () => {
        const database = await new Promise((resolve) => {
            const opening = indexedDB.open("ronde");
            opening.onsuccess = () => resolve(opening.result);
        });
        const rows = [];
        for (const name of ["kept", "outbox", "keys"]) {
            rows.push(...await new Promise((resolve) => {
                const all = database.transaction(name).objectStore(name).getAll();
                all.onsuccess = () => resolve(all.result);
            }));
        }
        const text = new TextDecoder("latin1");
        const sealed = rows.filter((row) => row.data).map((row) => text.decode(row.data)).join();
        const clear = JSON.stringify(rows);
        const exported = await crypto.subtle.exportKey("raw", rows.at(-1)).then(() => "out", () => "kept");
        const cached = [];
        for (const name of await caches.keys()) {
            const kept = await (await caches.open(name)).keys();
            cached.push(...kept.map(({ url }) => new URL(url).pathname));
        }
        return { sealed: sealed + clear, exported, cached };
    }
"""


def test_nothing_about_a_home_lies_open_on_the_phone(whole_phone, site, place):
    page = open_round(whole_phone, site)
    wait_for_worker(page)
    whole_phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")

    found = page.evaluate(READ_ALL)

    assert [word for word in ("Lilas", "Camille", "code de", '"home"') if word in found["sealed"]] == []
    assert found["exported"] == "kept"
    kept = ("/equipage/coquille/", "/equipage/hors-ligne/", "/static/", "/tuiles/fond/commune.map")
    assert [path for path in found["cached"] if not path.startswith(kept)] == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0
