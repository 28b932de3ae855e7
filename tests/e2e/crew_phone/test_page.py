"""The page of a crew's phone as it is seen: installed, narrow, by night and by day, its map, without script."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Route, expect

from accounts.roles import Role
from geo import french
from tests.access.people import build_plan_again, let_in, move_shift
from tests.builders import build_stay
from tests.e2e.conftest import cookies_of
from tests.e2e.day_page import colours_of_map, how_much_like
from tests.e2e.phone_page import (
    ADDRESSES,
    AN_HOUR,
    PAGE,
    look_again,
    note_nothing,
    open_round,
    send_now,
    wait_for_exchange,
    wait_until_kept,
)

pytestmark = pytest.mark.django_db(transaction=True)
# The amber of the page's two themes.
NEXT_WAY_BY_NIGHT, NEXT_WAY_BY_DAY = (240, 169, 78), (111, 60, 0)


def answer_as_before_stays(route: Route) -> None:
    """Tell a round as it was told, and kept by phones, before rounds had stays."""
    answer = route.fetch()
    told = answer.json()
    del told["stays"]
    route.fulfill(response=answer, json=told)


def test_an_exchange_that_changes_nothing_leaves_the_page_alone(phone, site):
    page = open_round(phone, site)
    page.get_by_role("button", name="RAS", exact=True).tap()

    with page.expect_response("**/equipage/tournee.json"):
        look_again(page)
    wait_for_exchange(page)

    expect(page.get_by_role("button", name="Confirmer : RAS")).to_be_focused()


def test_a_second_passage_says_how_long_it_waits_after_the_first(phone, site, place):
    place.route.stops.filter(order=3).update(absence=place.town.absences[0], visit_number=2)
    page = open_round(phone, site)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")
    page.locator("#stops button").last.tap()

    made = timezone.localtime()
    warning = page.locator("#next .alert")
    expect(warning).to_contain_text("L'autre passage de ce logement est de")
    # The shift of four hours has begun an hour ago: three hours after now are over it.
    expect(warning).to_contain_text("Il n'y a plus d'heure pour celui-ci : voyez avec le correspondant.")
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR, length=6 * AN_HOUR)
    look_again(page)
    waits = [french.clock(made + 3 * AN_HOUR - minutes) for minutes in (dt.timedelta(0), dt.timedelta(minutes=1))]
    expect(warning).to_have_text(re.compile(rf"Attendez ({'|'.join(waits)}) pour celui-ci\.$"))


def test_a_stop_says_when_now_is_outside_its_hours(phone, site, place):
    now = timezone.localtime()
    place.route.stops.update(arrives_at=now, starts_at=now, leaves_at=now)
    place.town.absences[0].allowed_hours.create(opens=(now + AN_HOUR).time(), closes=(now + 2 * AN_HOUR).time())
    build_stay(place.route, after_stop=0, arrives_at=now + AN_HOUR)
    page = open_round(phone, site)
    warning, stay = page.locator("#next .alert"), page.locator("#next .card-stay")
    expect(stay).to_contain_text("Présence avant, rue du Moulin")
    opens = french.clock(now + AN_HOUR)
    expect(warning).to_have_text(f"Hors des heures de passage permises. Passez à partir de {opens}.")

    phone.set_offline(True)
    page.clock.install(time=now + 1.5 * AN_HOUR)
    look_again(page)
    expect(warning).to_have_count(0)
    expect(stay).to_have_count(0)
    expect(page.locator("#stops li").first).to_contain_text("passée")
    expect(page.locator("#next .card-rank")).to_contain_text("en retard")
    expect(page.locator("#stops button").last).to_contain_text("à faire, en retard")
    expect(page.locator("#next")).to_contain_text(f"{opens} – {french.clock(now + 2 * AN_HOUR)}")
    page.clock.set_fixed_time(now + 2.5 * AN_HOUR)
    look_again(page)
    expect(warning).to_contain_text("Il n'y en a plus d'ici la fin de la vacation")


def test_a_round_that_changes_meanwhile_says_so_until_it_was_seen(phone, site, place, keep_picture):
    page = open_round(phone, site)
    change, last = page.locator("#change"), page.locator("#stops button").last
    expect(change).to_be_hidden()
    expect(last).to_contain_text(ADDRESSES[2])
    note_nothing(page)
    send_now(page)
    expect(page.locator("#pending")).to_have_text("0 en attente")
    wait_until_kept(page)

    again = build_plan_again(place)
    page.reload()

    expect(change).to_contain_text("La tournée a changé : +1 passage, −3. Le nouveau est marqué.")
    expect(page.locator("#given")).to_contain_text(ADDRESSES[0])
    expect(page.locator("#given")).to_contain_text("RAS")
    expect(last).to_contain_text("nouveau · à faire")
    keep_picture(page, "phone-change")
    page.get_by_role("button", name="J'ai vu").tap()
    expect(change).to_be_hidden()
    expect(last).not_to_contain_text("nouveau")
    page.reload()
    expect(last).to_contain_text("à faire")
    expect(change).to_be_hidden()

    (route,) = again.routes.all()
    route.stops.all().delete()
    build_stay(route, after_stop=0, arrives_at=timezone.now() + AN_HOUR)
    look_again(page)
    expect(page.locator("#next-title")).to_have_text("Aucun arrêt sur cette tournée")
    expect(page.locator("#next")).to_contain_text("Présence avant le retour, rue du Moulin")
    expect(change).to_contain_text("La tournée a changé : −1 passage ; +1 présence. La nouvelle est marquée.")
    expect(page.locator("#stops li")).to_contain_text("nouvelle · rien à noter")


def test_a_stay_alone_that_changes_is_told_until_it_was_seen_or_is_over(phone, site, place, keep_picture):
    soon = timezone.now() + AN_HOUR
    page = open_round(phone, site)
    change, stay = page.locator("#change"), page.locator("#stops li.stay")
    wait_until_kept(page)
    given = build_stay(place.route, after_stop=1, arrives_at=soon)
    look_again(page)
    expect(change).to_contain_text("La tournée a changé : +1 présence. La nouvelle est marquée.")
    expect(stay).to_contain_text("nouvelle · rien à noter")
    keep_picture(page, "phone-change-stay")
    page.get_by_role("button", name="J'ai vu").tap()
    expect(change).to_be_hidden()
    expect(stay).not_to_contain_text("nouvelle")

    place.route.stays.update(after_stop=2)
    look_again(page)
    expect(change).to_contain_text("La tournée a changé : l'ordre est un autre.")
    place.route.stays.update(after_stop=1)
    look_again(page)
    expect(change).to_be_hidden()

    given.delete()
    look_again(page)
    expect(change).to_contain_text("La tournée a changé : −1 présence.")
    build_stay(place.route, after_stop=1, arrives_at=soon - 2 * AN_HOUR)
    look_again(page)
    expect(stay).to_contain_text("passée")
    expect(change).to_be_hidden()


def test_second_passages_are_told_apart_and_once_all_is_done_the_way_back_is_told(phone, site, place):
    place.route.stops.filter(order=3).update(visit_number=2)
    stay = build_stay(place.route, after_stop=3, arrives_at=timezone.now() + AN_HOUR)
    phone.route("**/equipage/tournee.json", answer_as_before_stays)
    page = open_round(phone, site)
    expect(page.locator("#stops button").last).to_contain_text("2e passage · à faire")
    expect(page.locator("#stops li")).to_have_count(3)
    phone.unroute("**/equipage/tournee.json")
    look_again(page)
    expect(page.locator("#stops li")).to_have_count(4)
    for stop in range(3):
        expect(page.locator("#next")).to_contain_text(f"arrêt {stop + 1} sur 3")
        note_nothing(page)

    expect(page.locator("#next-title")).to_have_text("Tous les arrêts sont faits")
    expect(page.locator("#next")).to_contain_text("Retour à « Poste")
    staying = f"de {french.clock(stay.arrives_at)} à {french.clock(stay.leaves_at)}"
    told = f"Présence avant le retour, rue du Moulin, {staying}."
    expect(page.locator("#next")).to_contain_text(told)
    # From the card of a stop that is done, as it stays open after an anomaly, one goes on to the way back.
    page.locator("#stops button").nth(2).tap()
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[2])
    page.get_by_role("button", name="Retour", exact=True).tap()
    expect(page.locator("#next")).to_contain_text(told)


def test_an_anomaly_without_what_is_seen_is_asked_for_in_words_of_ours(phone, site):
    page = open_round(phone, site)
    page.get_by_role("button", name="Anomalie").tap()
    seen = page.get_by_role("radiogroup", name="Ce que vous constatez")

    page.get_by_role("button", name="Enregistrer l'anomalie").tap()

    expect(seen).to_have_accessible_description("Choisissez ce que vous constatez : rien n'est noté encore.")
    expect(seen.get_by_role("radio").first).to_be_focused()
    expect(page.locator("#pending")).to_have_text("0 en attente")
    page.keyboard.press("Space")
    expect(page.locator("#anomaly-error")).to_be_empty()
    page.get_by_role("button", name="Enregistrer l'anomalie").tap()
    expect(page.get_by_role("dialog", name="Appels")).to_be_visible()


def test_the_map_shows_the_way_to_the_next_stop_in_either_theme(whole_phone, site):
    whole_phone.add_init_script("if (location.host) localStorage.setItem('ronde-phone-theme', 'sombre')")
    page = open_round(whole_phone, site)
    page.wait_for_selector("#map[data-state=ready]")
    assert how_much_like(colours_of_map(page), NEXT_WAY_BY_NIGHT) > 500

    page.get_by_role("button", name="Thème clair").tap()
    page.wait_for_selector("#map[data-state=ready]")

    assert how_much_like(colours_of_map(page), NEXT_WAY_BY_DAY) > 500


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
    # Away from every home, which makes its words longer.
    phone.set_geolocation({"longitude": 4.0, "latitude": 45.0, "accuracy": 12})
    page = open_round(phone, site)

    note_nothing(page)

    expect(page.get_by_role("button", name="Annuler")).to_be_visible()
    top = page.locator("#toast").bounding_box()["y"]
    for name in ("RAS", "Anomalie"):
        box = page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box["y"] + box["height"] <= top


@pytest.mark.parametrize("theme", ["clair", "sombre"])
def test_the_page_is_readable_at_arms_length(whole_phone, site, place, axe, theme):
    build_stay(place.route, after_stop=0, arrives_at=timezone.now() + AN_HOUR)
    build_stay(place.route, after_stop=1, arrives_at=timezone.now() - AN_HOUR)
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
