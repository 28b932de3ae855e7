"""What the site refuses at the desk: told in a sentence, with nothing lost of what was done."""

import pytest
from playwright.sync_api import Page, expect

from patrols.models import Crew, Plan, Stop
from patrols.services.editing import Change, apply_change
from patrols.services.versions import make_version
from tests.builders import at
from tests.e2e.day_page import OpenPage, violations
from tests.e2e.planning_desk import drag, expect_visits, leave_dialog, open_desk, stops, visits

pytestmark = [pytest.mark.django_db(transaction=True)]

BROKEN, CHANGED = 422, 409


def open_deaf_desk(open_page: OpenPage, *refusals: int) -> Page:
    """The desk of somebody who acts before the page has asked what others do."""
    page = open_desk(open_page, refusals=refusals)
    page.route("**/plans/*/etat/**", lambda route: route.fulfill(status=204))
    return page


def lock_elsewhere(plan: Plan, stop: Stop, routing_dir) -> None:
    """Let a colleague lock a stop."""
    lock = Change(act="lock", absence=stop.absence_id, number=stop.visit_number)
    fresh = Plan.objects.get(pk=plan.pk)
    trial = apply_change(fresh, lock, revision=fresh.revision, by=None, now=at(12), routing_dir=routing_dir)
    assert trial.consequences.is_allowed


def test_a_rule_that_would_be_broken_is_told_and_the_stop_goes_back(
    open_page: OpenPage, draft: Plan, axe: str, keep_picture
):
    first = Stop.objects.filter(route__plan=draft, route__shift__crew__name="Alpha").earliest("order")
    Crew.objects.get(name="Bravo").excluded_absences.add(first.absence)
    page = open_desk(open_page, refusals=(BROKEN,))
    before = visits(page)
    # What is done before the refusal stays.
    stops(page).nth(1).locator(".row-menu").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Verrouiller").click()
    expect(page.locator("#plan")).to_have_attribute("data-revision", "2")

    stops(page).nth(0).locator(".row-menu").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Équipage").select_option(label="Bravo")
    expect(dialog.locator("#edition-suite")).to_contain_text("Ce changement ne sera pas enregistré")
    expect(dialog.get_by_role("button", name="Déplacer")).to_be_disabled()
    # What is offered in its place would do.
    dialog.locator("#edition-suite").get_by_role("button").first.click()
    expect(dialog.get_by_role("button", name="Déplacer")).to_be_enabled()
    leave_dialog(page)
    page.set_viewport_size({"width": 1280, "height": 2000})
    drag(page, stops(page).nth(0), page.get_by_role("article", name="Bravo"))
    page.mouse.up()

    expect(page.locator("#avis")).to_contain_text("Ce changement n'est pas enregistré.")
    expect(page.locator("#avis")).to_contain_text(f"{first.absence.address} · Arrêt 1 de l'équipage Alpha")
    expect(page.locator("#avis")).to_contain_text("fermé à l'équipage")
    expect_visits(page, before, revision=2)
    expect(stops(page).nth(1)).to_contain_text("verrouillé")
    assert violations(page, axe) == []
    keep_picture(page, "plan-broken")


def test_a_change_that_comes_second_is_told_what_the_first_did_and_is_made_again(
    open_page: OpenPage, draft: Plan, routing_dir
):
    page = open_deaf_desk(open_page, CHANGED)
    first, second, *rest = visits(page)
    lock_elsewhere(draft, Stop.objects.filter(route__plan=draft).latest("order"), routing_dir)

    stops(page).nth(1).locator(".pick").focus()
    page.keyboard.press("Alt+ArrowUp")

    expect(page.locator("#avis")).to_contain_text("Le plan a changé entre-temps")
    expect_visits(page, [first, second, *rest], revision=2)
    expect(page.locator("#plan")).to_contain_text("verrouillé")
    page.get_by_role("button", name="Refaire mon changement").press("Enter")
    expect_visits(page, [second, first, *rest], revision=3)
    expect(page.locator("#avis")).to_be_hidden()
    expect(page.locator("#plan")).to_contain_text("verrouillé")


def test_a_plan_that_a_colleague_has_published_is_told_and_the_change_begins_a_draft(
    open_page: OpenPage, draft: Plan
):
    page = open_deaf_desk(open_page, CHANGED)
    first, second, *rest = visits(page)
    make_version(Plan.objects.get(pk=draft.pk))

    stops(page).nth(1).locator(".pick").focus()
    page.keyboard.press("Alt+ArrowUp")

    expect(page.locator("#avis")).to_contain_text("Le plan affiché est le plus récent.")
    expect(page.locator("#etat")).to_contain_text("Publié, version 1")
    page.get_by_role("button", name="Refaire mon changement").press("Enter")
    expect(page.locator("#etat")).to_contain_text("Brouillon, à publier")
    expect_visits(page, [second, first, *rest], revision=2)


def test_a_publication_that_comes_second_is_told_and_publishes_nothing(
    open_page: OpenPage, draft: Plan, routing_dir
):
    page = open_deaf_desk(open_page, CHANGED)
    lock_elsewhere(draft, Stop.objects.filter(route__plan=draft).latest("order"), routing_dir)

    page.get_by_role("button", name="Publier").press("Enter")

    expect(page.locator("#avis")).to_contain_text("Le plan a changé entre-temps")
    expect(page.locator("#plan")).to_contain_text("verrouillé")
    assert not Plan.objects.filter(version__isnull=False).exists()
