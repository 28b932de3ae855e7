import pytest
from django.test import Client

from accounts.models import Account, AuditEntry, Export
from accounts.roles import Role
from tests.access.people import let_in
from tests.accounts.ways_in import Place, build_account, words_of

PAGE = "/exports/"
FINGERPRINT = "0a1b2c3d" * 8


@pytest.fixture
def police(place) -> Account:
    return build_account(place, Role.MUNICIPAL_POLICE, login="source-101")


@pytest.fixture
def export(place, police) -> Export:
    return listed(place, police, FINGERPRINT)


def listed(place: Place, account: Account | None, fingerprint: str, **more: object) -> Export:
    about = {"subject_kind": "patrols.route", "subject_key": "12"}
    return Export.objects.create(
        commune=place.commune,
        made_by=account,
        kind=Export.Kind.ROUND_PDF,
        content_sha256=fingerprint,
        size_bytes=48213,
        **about,
        **{"roles": ["municipal_police"] if account else [], **more},
    )


def page_of(account: Account, url: str = PAGE) -> str:
    return words_of(let_in(Client(), account).get(url)).replace("\u00a0", " ").replace("\u202f", " ")


def test_police_find_their_own_with_what_tells_the_file(place, police, export):
    other = build_account(place, Role.MUNICIPAL_POLICE, login="source-102")
    listed(place, other, "f" * 64)

    page = page_of(police)

    for said in ("Mes exports", "Feuille de route (PDF)", "tournée n° 12", "48 213", FINGERPRINT):
        assert said in page
    assert "f" * 64 not in page
    assert not AuditEntry.objects.filter(action="export.manifest").exists()


def test_the_dpo_finds_those_of_the_commune_with_who_took_them_and_leaves_a_trace(place, export):
    listed(place, None, "e" * 64, job="command:export_plan")
    listed(place, None, "d" * 64)

    page = page_of(build_account(place, Role.DPO, login="dpo-1"))

    for said in ("source-101", FINGERPRINT, "Correspondant de police municipale", "commande export_plan"):
        assert said in page
    assert "un compte fermé" in page
    assert AuditEntry.objects.filter(action="export.manifest").count() == 1


def test_an_administrator_finds_initials_and_numbers(place, export):
    page = page_of(build_account(place, Role.ADMINISTRATOR, login="admin-1"))

    assert "s.1" in page
    assert "Feuille de route (PDF)" in page
    assert FINGERPRINT not in page
    assert "source-101" not in page
    assert "tournée n° 12" not in page


@pytest.mark.parametrize("role", [Role.CLSPD, Role.NATIONAL_POLICE])
def test_whoever_has_taken_nothing_is_told_so_and_led_there_from_their_account(place, export, role):
    account = build_account(place, role, login="autre-1")

    assert "Aucun export" in page_of(account)
    assert f'href="{PAGE}"' in page_of(account, "/compte/")


@pytest.mark.parametrize("role", [Role.VIGILANT, Role.REFERENT, Role.CREW])
def test_for_the_others_the_page_does_not_exist(place, role):
    client = let_in(Client(), build_account(place, role, login="autre-1"))

    assert client.get(PAGE).status_code == 404
    assert f'href="{PAGE}"' not in words_of(client.get("/compte/"))


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMINISTRATOR])
def test_the_page_of_protection_leads_there(place, role):
    assert f'href="{PAGE}"' in page_of(build_account(place, role, login="garde-1"), "/dpo/")
