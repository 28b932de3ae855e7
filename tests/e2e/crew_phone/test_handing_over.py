"""What waits on a phone whose crew logs out, or that another crew takes, or that is revoked."""

import datetime as dt

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import Device
from accounts.roles import Role
from patrols.models import Passage, PassageOrigin
from tests.access.people import build_account, build_plan_again, let_in
from tests.e2e.conftest import cookies_of
from tests.e2e.phone_page import (
    ADDRESSES,
    PAGE,
    WAITING_ROWS,
    leave_out_map,
    look_again,
    note_nothing,
    open_round,
    send_now,
    wait_for_exchange,
    wait_for_worker,
)

pytestmark = pytest.mark.django_db(transaction=True)


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
    # A page of the site fetches the round and shows it to nobody: another version is no change to this phone.
    page.goto(f"{site}/accueil/")
    expect(page.locator("#waiting")).to_contain_text("1 envoi attend")
    build_plan_again(place)
    page.goto(site + PAGE)
    expect(page.locator("#next-title")).to_have_text("14 Rue des Lilas")
    wait_for_exchange(page)
    expect(page.locator("#change")).to_be_hidden()
    # It is held for « Annuler » until then.
    expect(page.locator("#given")).to_contain_text(ADDRESSES[0])
    expect(page.locator("#pending")).to_have_text("0 en attente")
    assert PassageOrigin.objects.get().crew == place.town.crews[0]


def test_who_logs_out_is_told_what_waits_and_it_leaves_at_the_next_log_in(phone, site, place, keep_picture):
    page = open_round(phone, site)
    page.route("**/equipage/etat.json", lambda route: route.abort())
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")

    page.goto(f"{site}/accueil/")
    log_out = page.locator(".topbar").get_by_role("button", name="Se déconnecter")
    log_out.tap()
    told = page.get_by_role("dialog", name="1 envoi attend sur ce téléphone")
    expect(told).to_contain_text("part à la prochaine connexion d'un membre du même équipage")
    keep_picture(page, "phone-leaving")
    told.get_by_role("link", name="Rester et envoyer").tap()
    expect(page.locator("#pending")).to_have_text("1 en attente")
    send_now(page)
    wait_for_exchange(page)

    page.goto(f"{site}/accueil/")
    log_out.tap()
    told.get_by_role("button", name="Se déconnecter").tap()
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    expect(page.locator("#waiting")).to_contain_text(
        "Sur ce téléphone, 1 envoi attend. L'envoi se fait dès que le réseau revient."
    )
    assert page.evaluate(WAITING_ROWS) == 1

    mate = build_account(place.town, Role.CREW, login="alpha-2")
    phone.add_cookies(cookies_of(let_in(Client(), mate, device_of=place.insee), site))
    page.goto(f"{site}/accueil/")
    waiting = page.locator("#waiting")
    expect(waiting).to_contain_text("Sur ce téléphone, 1 envoi attend. L'envoi se fait dès que le réseau revient.")
    keep_picture(page, "phone-waiting-at-home")
    page.unroute_all()
    page.reload()
    expect(waiting).to_have_text("Ce qui attendait sur ce téléphone est envoyé.")
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
    expect(page.locator("#network")).to_have_text("Accès fermé")
    expect(page.locator("#message")).to_contain_text(
        "ou il a été retiré : la tournée en est effacée. 1 envoi attend"
    )
    expect(page.locator("#next")).to_be_hidden()
    expect(page.locator("#pending")).to_have_text("1 en attente")
    page.goto(f"{site}/accueil/")
    expect(page.locator(".messages").first).to_contain_text("Cet appareil a été retiré")
