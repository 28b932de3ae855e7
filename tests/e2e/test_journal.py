from collections.abc import Callable

import pytest
from django.db import connection, transaction
from playwright.sync_api import Page, expect

from absences.models import Absence
from accounts import audit, scope
from accounts.person import Person
from accounts.roles import Role
from tests.access.people import Place, build_place
from tests.e2e.test_every_page import faults

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]
JOURNAL = "/dpo/journal/"


@pytest.fixture
def place(db, settings, tmp_path) -> Place:
    """A commune whose police has read homes on two occasions, and was refused once."""
    settings.AUDIT_DIR = tmp_path / "audit"
    place = build_place()
    homes = [home.pk for home in place.town.absences]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde_web")
        scope.enter(place.person(Role.MUNICIPAL_POLICE))
        for read in (homes, homes[:1]):
            audit.record("absence.address", kind=Absence, subjects=read, reason=audit.Reason.PATROL)
        audit.record("access.refused", outcome="refused")
        scope.enter(Person(account_id=None))
        cursor.execute("RESET ROLE")
    return place


def test_the_dpo_finds_who_read_a_home_and_comes_back(open_page: OpenPage, place: Place, axe, keep_picture):
    page = open_page(JOURNAL, account=place.accounts[Role.DPO])
    page.get_by_text("4 logements vacants").click()
    keep_picture(page, "journal-dpo")
    found = faults(page, axe, good_parts=set())

    page.get_by_role("link", name=f"n° {place.town.absences[0].pk}", exact=True).first.click()

    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Tout montrer").click()
    expect(page.get_by_text("Demande refusée")).to_be_visible()
    assert found == []


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMINISTRATOR])
def test_the_log_is_verified_from_the_keyboard(open_page: OpenPage, place: Place, axe, role: Role, keep_picture):
    page = open_page(JOURNAL, account=place.accounts[role])
    page.get_by_role("button", name="Vérifier le journal").press("Enter")

    expect(page.get_by_text("Rien n'a été modifié, ajouté, déplacé ni retiré.")).to_be_visible()
    keep_picture(page, f"journal-verdict-{role}")
    assert faults(page, axe, good_parts=set()) == []


def test_the_masked_list_is_accessible(open_page: OpenPage, place: Place, axe, keep_picture):
    page = open_page(JOURNAL, account=place.accounts[Role.ADMINISTRATOR])

    expect(page.get_by_role("cell", name="2.m.p").first).to_be_visible()
    keep_picture(page, "journal-masked")
    assert faults(page, axe, good_parts=set()) == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_one_s_own_log_is_accessible_and_no_column_of_it_is_out_of_sight(
    open_page: OpenPage, place: Place, axe, width, scheme, keep_picture
):
    account = place.accounts[Role.MUNICIPAL_POLICE]
    page = open_page("/compte/journal/", account=account, width=width, color_scheme=scheme)

    expect(page.get_by_text("4 logements vacants")).to_be_visible()
    keep_picture(page, f"journal-own-{width}")
    assert page.locator(".table-scroll").evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    assert faults(page, axe, good_parts=set()) == []
