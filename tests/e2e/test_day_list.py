import pytest
from playwright.sync_api import expect

from patrols.models import Stop
from tests.builders import Town, at, build_passage
from tests.e2e.day_page import ADDRESS, OpenPage, row, wait_for_map

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("planned_town")]


def test_the_detail_goes_from_stop_to_stop_and_gives_the_focus_back(open_page: OpenPage):
    page = open_page(ADDRESS)
    row(page, "11 Rue des Lilas").locator(".pick").click()
    heading = page.get_by_role("complementary").get_by_role("heading")

    page.get_by_role("button", name="Suivant").click()
    expect(heading).to_have_text("12 Rue du Moulin")
    expect(page.locator("#announcer")).to_have_text("12 Rue du Moulin")
    page.get_by_role("button", name="Précédent").click()
    expect(heading).to_have_text("11 Rue des Lilas")
    page.keyboard.press("Escape")

    expect(page.get_by_role("complementary")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "11 Rue des Lilas"


def test_a_stop_that_another_has_just_changed_is_followed_and_one_taken_out_is_said_to_be(open_page: OpenPage):
    page = open_page(ADDRESS, refusals=(404,))
    stop = Stop.objects.get(order=2)
    stop.delete()
    stop.save()

    row(page, "12 Rue du Moulin").locator(".pick").click()
    expect(page.locator("#drawer-body")).to_contain_text("Passage prévu")
    expect(row(page, "12 Rue du Moulin")).to_have_attribute("id", f"arret-{stop.pk}")

    Stop.objects.get(order=3).delete()
    row(page, "13 Rue du Moulin").locator(".pick").click()
    gone = "Ce passage n'est plus dans le plan. Choisissez-en un autre."
    expect(page.locator("#drawer-body")).to_have_text(gone)
    expect(page.locator("#announcer")).to_have_text(gone)
    page.get_by_role("button", name="Précédent").click()
    expect(page.locator("#drawer-body")).to_contain_text("Passage prévu")


def test_choosing_a_crew_hides_the_others_and_is_in_the_address(open_page: OpenPage, planned_town):
    page = open_page(ADDRESS)

    page.get_by_role("navigation", name="Équipages").get_by_role("link", name="Bravo").click()

    expect(page.get_by_role("article", name="Alpha")).to_be_hidden()
    expect(page.get_by_role("article", name="Bravo")).to_be_visible()
    assert page.url.endswith(f"?jour=2026-08-12&equipage={planned_town.crews[1].pk}")
    page.reload()
    expect(page.get_by_role("article", name="Alpha")).to_be_hidden()


def test_the_view_is_kept_from_day_to_day(open_page: OpenPage):
    page = open_page(ADDRESS)

    page.get_by_role("link", name="Tableau", exact=True).click()
    expect(page.locator("#map")).to_be_hidden()
    page.get_by_role("link", name="Lendemain").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Logements vacants du jeudi 13\u00a0août 2026")
    expect(page.locator("#map")).to_be_hidden()


def test_what_is_looked_at_is_never_in_the_address(open_page: OpenPage, site: str):
    page = open_page(ADDRESS)
    wait_for_map(page)

    row(page, "12 Rue du Moulin").locator(".pick").click()
    page.get_by_role("link", name="Dernier passage").click()

    expect(page).to_have_url(f"{site}{ADDRESS}&couleur=passage")


def test_a_table_is_sorted_by_its_headings_and_comes_back_to_the_order_of_the_round(open_page: OpenPage):
    page = open_page(f"{ADDRESS}&vue=tableau")
    page.wait_for_load_state("networkidle")
    table = page.get_by_role("table", name="Arrêts de l'équipage Alpha")
    in_order = table.locator("tbody tr").all_inner_texts()

    table.get_by_role("button", name="Adresse").click()
    table.get_by_role("button", name="Adresse").click()
    backwards = table.locator("tbody tr.stop th .pick").all_inner_texts()
    table.get_by_role("button", name="N°").click()

    assert backwards == ["13 Rue du Moulin", "12 Rue du Moulin", "11 Rue des Lilas"]
    assert table.locator("tbody tr").all_inner_texts() == in_order


def test_the_hours_are_sorted_as_they_are_shown_those_of_made_stops_too(open_page: OpenPage, planned_town: Town):
    # Planned at 18 h 05, 18 h 20 and 18 h 35, before a pause at 18 h 45: the first is made after it.
    build_passage(absence=planned_town.absences[0], crew=planned_town.crews[0], done_at=at(18, 50))
    page = open_page(f"{ADDRESS}&vue=tableau")
    page.wait_for_load_state("networkidle")
    table = page.get_by_role("table", name="Arrêts de l'équipage Alpha")
    hours = table.locator("tbody td:nth-child(2) > time:first-child, tbody .milestone td:nth-child(2)")
    in_order = table.locator("tbody tr").all_inner_texts()

    table.get_by_role("button", name="Heure").click()
    by_time = hours.all_inner_texts()
    table.get_by_role("button", name="Heure").click()
    backwards = hours.all_inner_texts()
    table.get_by_role("button", name="N°").click()

    written = [hour.replace("\u00a0", " ") for hour in by_time]
    assert written == ["18 h", "18 h 20", "18 h 35", "18 h 45", "18 h 50", "19 h 05"]
    assert backwards == by_time[::-1]
    assert table.locator("tbody tr").all_inner_texts() == in_order


def test_the_road_sheet_of_a_crew_is_downloaded_under_a_name_without_address(open_page: OpenPage):
    page = open_page(ADDRESS)

    with page.expect_download() as download:
        page.get_by_role("article", name="Alpha").get_by_role("link", name="Feuille de route").click()

    assert download.value.suggested_filename == "tournee-2026-08-12-n1-alpha.pdf"


def test_without_javascript_the_table_and_its_choices_work(open_page: OpenPage):
    page = open_page(ADDRESS, java_script_enabled=False)

    expect(row(page, "12 Rue du Moulin")).to_be_visible()
    expect(page.get_by_role("complementary")).to_be_hidden()
    page.get_by_role("navigation", name="Équipages").get_by_role("link", name="Bravo").click()

    expect(row(page, "12 Rue du Moulin")).to_be_hidden()
    expect(page.get_by_role("article", name="Bravo")).to_be_visible()


def test_the_printed_page_is_the_table_alone(open_page: OpenPage):
    page = open_page(ADDRESS)
    page.emulate_media(media="print")

    expect(row(page, "12 Rue du Moulin")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Jours")).to_be_hidden()
