"""A crew's night on one phone: with and without network, through reloads, a log-out and the end of the shift."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from accounts.models import AuditEntry, Device
from accounts.roles import Role
from patrols.models import CallAttempt, Passage, PassageOrigin
from tests.access.people import Place, build_account, build_place, let_in, move_shift
from tests.access.web_login import underway
from tests.builders import build_household
from tests.e2e.conftest import cookies_of
from tests.e2e.day_page import colours_of_map, how_much_like

pytestmark = pytest.mark.django_db(transaction=True)

UNDO_MS = 10_500
AN_HOUR = dt.timedelta(hours=1)
PAGE = "/equipage/"
# The amber of the page's two themes.
NEXT_WAY_BY_NIGHT, NEXT_WAY_BY_DAY = (240, 169, 78), (111, 60, 0)
ADDRESSES = ("11 Rue des Lilas", "12 Rue du Moulin", "13 Rue du Moulin")


@pytest.fixture
def place(transactional_db, settings) -> Place:
    """Alpha is one hour into its shift; its homes have somebody to call."""
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    for absence in place.town.absences:
        build_household(absence, name=f"Camille {absence.address.house_number}")
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


@pytest.fixture
def phone(browser: Browser, site: str, place: Place) -> Iterator[BrowserContext]:
    """An enrolled phone, logged in, that stands at the first home.

    It has neither the map nor the worker, which take half the time of a test.
    """
    with enrol(browser, site, place, service_workers="block") as context:
        leave_out_map(context)
        yield context


@pytest.fixture
def whole_phone(browser: Browser, site: str, place: Place) -> Iterator[BrowserContext]:
    """The same phone with its map, and with the worker that opens the page without a network."""
    with enrol(browser, site, place) as context:
        yield context


@contextmanager
def enrol(browser: Browser, site: str, place: Place, **options: Any) -> Iterator[BrowserContext]:
    first = place.town.absences[0].point
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        has_touch=True,
        geolocation={"longitude": first.x, "latitude": first.y, "accuracy": 12},
        permissions=["geolocation"],
        **options,
    )
    context.set_default_timeout(15_000)
    # The machine of the tests has nobody to call.
    context.add_init_script(
        "addEventListener('click', (e) => e.target.closest('[href^=tel]') && e.preventDefault())"
    )
    context.add_cookies(cookies_of(let_in(Client(), place.accounts[Role.CREW], device_of=place.insee), site))
    failures: list[str] = []
    context.on("weberror", lambda error: failures.append(str(error.error)))
    yield context
    context.close()
    assert underway.wait_until_none()
    assert failures == []


def leave_out_map(phone: BrowserContext) -> None:
    phone.route("**/commune.map", lambda route: route.abort())


def open_round(phone: BrowserContext, site: str) -> Page:
    """Open the page with the network, until it has the round."""
    page = phone.new_page()
    page.goto(site + PAGE)
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[0])
    return page


def wait_for_worker(page: Page) -> None:
    """Wait until the page opens without the network too."""
    page.evaluate("() => navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def report_anomaly(page: Page) -> None:
    page.get_by_role("button", name="Anomalie").tap()
    page.get_by_label("Porte ou fenêtre ouverte").check()
    page.get_by_role("button", name="Enregistrer l'anomalie").tap()


def send_now(page: Page) -> None:
    page.get_by_role("button", name="Envoyer maintenant").tap()


def end_shift(page: Page) -> None:
    """Let the hours pass until the shift is over, and look at the page again."""
    page.clock.install(time=dt.datetime.now(dt.UTC) + 4 * AN_HOUR)
    look_again(page)


def wait_for_exchange(page: Page) -> None:
    """Wait until the exchange under way is over."""
    page.evaluate("() => navigator.locks.request('ronde-sync', () => 'over')")


def answer_with(answer: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer)


def look_again(page: Page) -> None:
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def note_nothing(page: Page) -> None:
    page.get_by_role("button", name="RAS", exact=True).tap()
    page.get_by_role("button", name="Confirmer : RAS").tap()


def test_a_night_without_the_network_loses_nothing(whole_phone, site, place, keep_picture):
    leave_out_map(whole_phone)
    whole_phone.clock.install()
    page = open_round(whole_phone, site)
    wait_for_worker(page)
    expect(page.locator("#next")).to_contain_text("Portail : code de Camille 11")
    keep_picture(page, "phone-next-stop")

    whole_phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[1])
    expect(page.locator("#pending")).to_have_text("1 en attente")

    page.reload()
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[1])
    expect(page.locator("#pending")).to_have_text("1 en attente")
    expect(page.locator("#network")).to_have_text("Réseau : non")
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("2 en attente")
    keep_picture(page, "phone-offline")
    assert not Passage.objects.exists()

    whole_phone.set_offline(False)
    expect(page.locator("#network")).to_have_text("Réseau : oui")
    # Both are held for « Annuler » until then.
    page.clock.fast_forward(UNDO_MS)
    expect(page.locator("#pending")).to_have_text("0 en attente")
    done = Passage.objects.order_by("done_at").values_list("absence", "result", "presence", "clock")
    first, second = place.town.absences[:2]
    assert list(done) == [(first.pk, "ras", "within", "trusted"), (second.pk, "ras", "away", "trusted")]


def test_an_anomaly_opens_the_calls_and_shows_the_numbers_then_alone(phone, site, place, keep_picture):
    page = open_round(phone, site)
    assert "Téléphone de Camille" not in page.content()

    page.get_by_role("button", name="Anomalie").tap()
    page.get_by_label("Porte ou fenêtre ouverte").check()
    page.get_by_role("group", name="Porte", exact=True).get_by_label("Anormal").check()
    page.get_by_label("Note courte").fill("Volet du garage levé")
    keep_picture(page, "phone-anomaly")
    page.get_by_role("button", name="Enregistrer l'anomalie").tap()

    calls = page.get_by_role("dialog", name="Appels")
    owner = calls.locator("[data-step=owner]")
    expect(owner).to_contain_text("Téléphone de Camille 11")
    keep_picture(page, "phone-calls")
    owner.get_by_role("button", name="Appeler").tap()
    with page.expect_response("**/equipage/envoi/"):
        owner.get_by_role("button", name="Pas de réponse").tap()
    expect(owner.locator(".attempts li")).to_have_count(1)
    calls.get_by_role("button", name="Terminer").tap()

    passage = Passage.objects.get()
    assert (passage.result, passage.anomaly, passage.wrong) == ("anomaly", "opening", ["door"])
    assert list(CallAttempt.objects.values_list("step", "outcome")) == [("owner", "no_answer")]
    assert AuditEntry.objects.filter(action="absence.phone").count() == 1
    assert "Téléphone de Camille" not in page.content()


def test_without_the_network_only_the_police_can_be_called_and_the_numbers_come_with_it(phone, site, place):
    page = open_round(phone, site)
    phone.set_offline(True)
    report_anomaly(page)
    owner, trusted, police = (
        page.locator(f"[data-step={name}]") for name in ("owner", "trusted_person", "national_police")
    )

    for step in (owner, trusted):
        expect(step).to_contain_text("Pas encore de numéro")
        expect(step.get_by_role("button", name="Appeler")).to_be_disabled()
    police.get_by_role("button", name="Appeler").tap()
    police.get_by_role("button", name="Joint", exact=True).tap()
    expect(police.locator(".attempts li")).to_have_count(1)

    phone.set_offline(False)
    expect(owner).to_contain_text("Téléphone de Camille 11")
    expect(trusted.get_by_role("button", name="Appeler")).to_be_enabled()
    expect(page.locator("#pending")).to_have_text("0 en attente")
    assert list(CallAttempt.objects.values_list("step", "outcome")) == [("national_police", "reached")]


def test_a_passage_noted_by_mistake_is_taken_back(phone, site, place):
    page = open_round(phone, site)

    note_nothing(page)
    page.get_by_role("button", name="Annuler").tap()

    expect(page.locator("#next-title")).to_have_text(ADDRESSES[0])
    expect(page.locator("#pending")).to_have_text("0 en attente")
    assert not Passage.objects.exists()


def test_what_waits_outlives_a_log_out_and_leaves_with_the_same_crew(whole_phone, site, place):
    leave_out_map(whole_phone)
    page = open_round(whole_phone, site)
    wait_for_worker(page)
    whole_phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")
    whole_phone.clear_cookies()
    whole_phone.set_offline(False)

    page.reload()
    expect(page.locator("#network")).to_have_text("Déconnecté")
    expect(page.locator("#message")).to_contain_text("reconnectez-vous, rien n'est perdu")
    expect(page.locator("#next")).to_be_hidden()
    expect(page.locator("#pending")).to_have_text("1 en attente")
    assert ADDRESSES[0] not in page.content()

    mate = build_account(place.town, Role.CREW, login="alpha-2")
    whole_phone.add_cookies(cookies_of(let_in(Client(), mate, device_of=place.insee), site))
    page.reload()
    # « Annuler » is not waited for by a crew that hands its phone over.
    send_now(page)
    expect(page.locator("#pending")).to_have_text("0 en attente")
    assert PassageOrigin.objects.get().crew == place.town.crews[0]


def test_another_crew_on_the_phone_neither_sees_nor_sends_what_waits(phone, site, place):
    page = open_round(phone, site)
    phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")
    other = build_account(place.town, Role.CREW, login="bravo-1")
    other.grants.update(crew=place.town.crews[1])
    phone.clear_cookies()
    phone.add_cookies(cookies_of(let_in(Client(), other, device_of=place.insee), site))
    phone.set_offline(False)

    page.reload()
    expect(page.locator("#network")).to_have_text("Réseau : oui")
    expect(page.locator("#next")).to_be_hidden()
    expect(page.locator("#pending")).to_have_text("1 en attente")
    assert ADDRESSES[0] not in page.content()
    assert not Passage.objects.exists()


def test_a_revoked_phone_forgets_the_round_and_keeps_what_waits(phone, site, place):
    page = open_round(phone, site)
    phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")
    Device.objects.update(revoked_at=dt.datetime.now(dt.UTC))
    phone.set_offline(False)

    look_again(page)
    expect(page.locator("#network")).to_have_text("Déconnecté")
    expect(page.locator("#next")).to_be_hidden()
    expect(page.locator("#pending")).to_have_text("1 en attente")


def test_at_the_end_of_the_shift_the_round_is_wiped_from_the_phone(whole_phone, site, place):
    leave_out_map(whole_phone)
    page = open_round(whole_phone, site)
    wait_for_worker(page)
    whole_phone.set_offline(True)
    page.clock.install(time=dt.datetime.now(dt.UTC) + 4 * AN_HOUR)

    page.reload()

    expect(page.locator("#message")).to_contain_text("aucune tournée n'est gardée")
    assert ADDRESSES[0] not in page.content()
    assert page.evaluate(KEPT_ROWS) == 0


def test_what_a_crew_was_noting_when_its_shift_ended_is_kept(phone, site, place):
    page = open_round(phone, site)
    phone.set_offline(True)
    page.get_by_role("button", name="Anomalie").tap()
    page.get_by_label("Porte ou fenêtre ouverte").check()
    end_shift(page)
    expect(page.locator("#message")).to_contain_text("La vacation est finie")
    assert page.evaluate(KEPT_ROWS) == 0

    page.get_by_role("button", name="Enregistrer l'anomalie").tap()

    expect(page.locator("#pending")).to_have_text("1 en attente")
    expect(page.locator("[data-step=national_police] .number")).not_to_be_empty()


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


def test_an_account_that_is_no_crews_any_more_leaves_no_round(phone, site, place):
    page = open_round(phone, site)
    place.accounts[Role.CREW].grants.update(role=Role.NATIONAL_POLICE, crew=None)

    look_again(page)

    expect(page.locator("#network")).to_have_text("Accès fermé")
    expect(page.locator("#next")).to_be_hidden()
    assert page.evaluate(KEPT_ROWS) == 0


def test_an_exchange_that_changes_nothing_leaves_the_page_alone(phone, site):
    page = open_round(phone, site)
    page.get_by_role("button", name="RAS", exact=True).tap()

    with page.expect_response("**/equipage/tournee.json"):
        look_again(page)
    wait_for_exchange(page)

    expect(page.get_by_role("button", name="Confirmer : RAS")).to_be_focused()


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


def test_phones_may_install_the_page(whole_phone, site):
    page = open_round(whole_phone, site)

    found = whole_phone.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]

    # Each test is a private window; nothing else is in the way.
    assert [each["errorId"] for each in found] == ["in-incognito"]


def test_the_map_shows_the_way_to_the_next_stop_in_either_theme(whole_phone, site):
    whole_phone.add_init_script("if (location.host) localStorage.setItem('ronde-phone-theme', 'sombre')")
    page = open_round(whole_phone, site)
    page.wait_for_selector("#map[data-state=ready]")
    assert how_much_like(colours_of_map(page), NEXT_WAY_BY_NIGHT) > 500

    page.get_by_role("button", name="Thème clair").tap()
    page.wait_for_selector("#map[data-state=ready]")

    assert how_much_like(colours_of_map(page), NEXT_WAY_BY_DAY) > 500


KEPT_ROWS = """
    () => new Promise((resolve) => {
        const opening = indexedDB.open("ronde");
        opening.onsuccess = () => {
            const count = opening.result.transaction("kept").objectStore("kept").count();
            count.onsuccess = () => resolve(count.result);
        };
    })
"""
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
    kept = ("/equipage/coquille/", "/static/", "/tuiles/fond/commune.map")
    assert [path for path in found["cached"] if not path.startswith(kept)] == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0


def test_without_script_the_list_is_there(browser, site, place):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.add_cookies(cookies_of(let_in(Client(), place.accounts[Role.CREW], device_of=place.insee), site))
    page = context.new_page()
    page.goto(site + PAGE)

    expect(page.locator("#plain li")).to_have_count(3)
    expect(page.locator("#plain")).to_contain_text("Portail : code de Camille 12")
    context.close()


def test_nothing_is_wider_than_the_narrowest_phone(phone, site):
    page = open_round(phone, site)
    page.set_viewport_size({"width": 320, "height": 568})
    page.get_by_role("button", name="Anomalie").tap()

    too_wide = "(e) => e.scrollWidth > e.clientWidth"
    assert not page.locator("#anomaly").evaluate(too_wide)
    assert not page.locator(":root").evaluate(too_wide)


def test_what_can_be_taken_back_covers_no_button(phone, site):
    page = open_round(phone, site)

    note_nothing(page)

    expect(page.get_by_role("button", name="Annuler")).to_be_visible()
    top = page.locator("#toast").bounding_box()["y"]
    for name in ("RAS", "Anomalie"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box["y"] + box["height"] <= top


@pytest.mark.parametrize("theme", ["clair", "sombre"])
def test_the_page_is_readable_at_arms_length(whole_phone, site, axe, theme):
    whole_phone.add_init_script(f"if (location.host) localStorage.setItem('ronde-phone-theme', '{theme}')")
    page = open_round(whole_phone, site)
    page.evaluate(axe)
    wanted = "{ rules: { 'color-contrast-enhanced': { enabled: true } } }"

    found = page.evaluate(f"async () => (await axe.run(document, {wanted})).violations")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a.button")]
            .filter((e) => e.offsetParent && !e.closest(".maplibregl-ctrl") && e.offsetHeight < 56)
            .map((e) => e.textContent)"""
    )

    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert small == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
