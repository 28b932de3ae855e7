"""Making the plan by hand: by drag, by keyboard, by menu, to its publication, and what is said meanwhile."""

import datetime as dt
from pathlib import Path
from threading import Thread

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from playwright.sync_api import Route, expect

from accounts.models import Account, Grant
from accounts.roles import Role
from patrols.models import Plan, Stop
from tests.builders import DAY, at
from tests.e2e.day_page import OpenPage, violations
from tests.e2e.patience import wait_until
from tests.e2e.planning_desk import drag, expect_visits, leave_dialog, open_desk, stops, visits, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("draft")]


def test_a_stop_is_dragged_then_moved_by_keyboard_and_the_plan_is_published(
    open_page: OpenPage, draft: Plan, keep_picture
):
    page = open_desk(open_page, height=1100)
    first, second, *rest = before = visits(page)

    drag(page, stops(page).nth(0), stops(page).nth(1))
    expect(page.locator(".drag-ghost")).to_contain_text("Alpha : fin à")
    keep_picture(page, "plan-drag")
    page.mouse.up()
    expect(page.locator("#effet")).to_contain_text("Alpha : fin à")
    expect_visits(page, [second, first, *rest], revision=2)

    stops(page).nth(1).locator(".pick").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect_visits(page, before, revision=3)
    assert page.evaluate("document.activeElement.closest('tr').dataset.visit") == first

    # Picked, a passage shows its detail, which has the focus: the keys still move it.
    now_first = Stop.objects.filter(route__plan=draft, route__shift__crew__name="Alpha").earliest("order")
    expect(stops(page).nth(0)).to_have_attribute("data-stop", str(now_first.pk))
    stops(page).nth(0).locator(".pick").click()
    expect(page.locator("#drawer")).to_contain_text("arrêt 1 sur")
    expect(page.locator("#drawer-title")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect_visits(page, [second, first, *rest], revision=4)
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()

    page.get_by_role("button", name="Publier").click()
    expect(page.locator("#etat")).to_contain_text("Publié, version 1")
    draft.refresh_from_db()
    assert (draft.version, draft.revision) == (1, 4)


def test_ones_own_publishing_is_not_told_as_another_s_by_a_look_that_began_before_it(open_page: OpenPage):
    page = open_desk(open_page)
    held: list[Route] = []

    def hold(look: Route) -> None:
        held.append(look)

    page.route("**/plans/*/etat/**", hold, times=1)
    wait_until(page, lambda: held)

    page.get_by_role("button", name="Publier").click()
    published = "Version 1 publiée : les équipages la voient."
    expect(page.locator("#announcer")).to_have_text(published)
    [look] = held
    with page.expect_response(lambda answer: answer.request == look.request):
        look.continue_()
    # By the next look, the page has taken in the answer to the one that was held.
    with page.expect_request("**/plans/*/etat/**"):
        pass

    expect(page.locator("#avis")).to_be_hidden()
    expect(page.locator("#announcer")).to_have_text(published)


def test_the_places_offered_are_those_of_the_round_and_none_is_before_what_the_hour_says_is_made(
    open_page: OpenPage, draft: Plan
):
    page = open_desk(open_page)
    in_round = stops(page).locator(".pick").all_inner_texts()
    page.get_by_role("article", name="Alpha").get_by_role("button", name="Adresse").click()
    stops(page).first.locator(".row-menu").press("Enter")
    others = [address for address in in_round if address != "11 Rue des Lilas"]
    # The two passages of a home are told apart.
    twice = ["13 Rue du Moulin (1er passage)", "13 Rue du Moulin (2e passage)"]
    told = [twice.pop(0) if address == "13 Rue du Moulin" else address for address in others]
    after = [f"{place} · après {address}" for place, address in enumerate(told, start=2)]
    expect(page.locator("#edition-place option")).to_have_text(["1 · en premier", *after])
    leave_dialog(page)

    second = Stop.objects.get(route__plan=draft, route__shift__crew__name="Alpha", order=2)
    # The page was opened at noon, and is looked at as the second stop begins.
    waited_ms = (second.starts_at - at(12)).total_seconds() * 1000
    page.evaluate("waited => { const now = Date.now; Date.now = () => now() + waited; }", waited_ms)

    stops(page).last.locator(".row-menu").press("Enter")

    expect(page.locator("#edition-place option").first).to_have_text("3 · juste après ce qui est fait")


def test_the_menu_of_a_row_foretells_and_makes_a_move_which_is_undone(open_page: OpenPage, axe: str, keep_picture):
    page = open_desk(open_page)
    # Opened without a date, as that of today, which another day is by now.
    page.evaluate("history.replaceState(null, '', '/jour/')")
    first, second, *rest = before = visits(page)

    stops(page).nth(1).locator(".row-menu").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Place").select_option("1")
    expect(dialog.locator("#edition-suite")).to_contain_text("Alpha : fin à")
    assert violations(page, axe) == []
    keep_picture(page, "plan-menu")
    dialog.get_by_role("button", name="Déplacer").click()
    expect_visits(page, [second, first, *rest], revision=2)

    page.get_by_role("button", name="Annuler la dernière modification").click()
    expect_visits(page, before, revision=3)


def test_a_calculation_shows_the_best_so_far_and_is_stopped_with_it(
    open_page: OpenPage, routing_dir: Path, keep_picture
):
    page = open_desk(open_page)

    page.locator("#calculer > summary").click()
    page.get_by_label("Durée de la recherche").select_option("60")
    page.get_by_label("Tenir compte des effractions récentes").check()
    page.get_by_role("button", name="Recalculer toute la journée").click()
    expect(page.locator("#calcul-texte")).to_contain_text("attend son tour")
    worker = Thread(target=work, args=(routing_dir,), kwargs={"now": at(12)})
    worker.start()
    expect(page.locator("#essai .crew-1")).to_contain_text("Alpha")
    expect(page.locator("#essai .crew-1")).to_contain_text("13 Rue du Moulin")
    expect(page.locator("#calcul-texte")).to_contain_text("passages placés")
    keep_picture(page, "plan-calculation")
    page.get_by_role("button", name="Arrêter et garder ce plan").click()

    expect(page.locator("#plan")).to_have_attribute("data-number", "2")
    expect(page.locator("#calcul")).to_be_hidden()
    expect(page.locator("#announcer")).to_contain_text("le meilleur plan est gardé")
    # The next calculation counts what this one did, unless it is told otherwise.
    expect(page.locator("#tete")).to_contain_text("Effractions récentes : aucune signalée")
    expect(page.get_by_label("Tenir compte des effractions récentes")).to_be_checked()
    worker.join()


def test_what_another_correspondent_changes_is_shown_with_their_role(open_page: OpenPage, draft: Plan):
    other_police = Account.objects.create_user("26999-nationale")
    Grant.objects.create(
        account=other_police,
        role=Role.NATIONAL_POLICE,
        commune=draft.commune,
        valid=DateRange(DAY - dt.timedelta(days=365), None),
    )
    one, other = open_desk(open_page), open_desk(open_page, account=other_police)

    stops(other).nth(0).locator(".row-menu").click()
    other.get_by_role("dialog").get_by_role("button", name="Verrouiller").click()

    expect(stops(other).nth(0)).to_contain_text("verrouillé")
    expect(stops(one).nth(0)).to_contain_text("verrouillé")
    expect(one.locator("#avis")).to_contain_text("(correspondant de police nationale) : ")
