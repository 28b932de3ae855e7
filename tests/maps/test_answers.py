import re
from urllib.parse import unquote

import pytest
from django.db import OperationalError
from django.test import Client

from geo.models import Address
from patrols.models import Plan, Route
from tests.maps.reading import PAGE, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("jour=hier", 400, "Le jour demandé n'est pas une date."),
        ("jour=2026-02-30", 400, "Le jour demandé n'est pas une date."),
        ("jour=0001-01-01", 400, "va de 2000 à 2099"),
        ("jour=9999-12-31", 400, "va de 2000 à 2099"),
        ("version=deux", 400, "se désigne par un numéro"),
        ("version=99999999999999999999", 400, "se désigne par un numéro"),
        ("equipage=<script>", 400, "se désigne par un numéro"),
        ("vue=plan", 400, "Réponses possibles : carte, tableau, deux"),
        ("jour=2026-08-12&version=7", 404, "Le mercredi 12 août 2026 n'a pas de plan n° 7."),
    ],
)
def test_a_page_that_does_not_exist_says_what_to_do(client: Client, planned, query, status, said):
    page = client.get(f"/jour/?{query}")

    assert page.status_code == status
    assert said in words(page)
    assert "Revenir au plan du jour" in words(page)


def test_what_tells_which_homes_are_empty_is_never_kept_by_the_browser(client: Client, planned):
    plan, route = Plan.objects.get(), Route.objects.first()
    assert route is not None
    nominative = (
        PAGE,
        f"/plans/{plan.pk}/carte.geojson",
        f"/tournees/{route.pk}/tournee.pdf",
        "/vacants/2026-08-12/carte.geojson",
    )

    answers = {address: client.get(address) for address in nominative}

    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(nominative, 200)
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers.values())


@pytest.mark.parametrize("address", [PAGE, "/jour/?jour=2026-08-13"])
def test_no_address_of_the_page_holds_an_address_a_name_or_a_point(client: Client, planned, address):
    page = client.get(address).content.decode()

    links = re.findall(r'(?:href|src|action|data-plan|data-ground|data-sectors)="([^"]*)"', page)

    assert len(links) > 15
    told = [link for link in links if re.search(r"lilas|moulin|alpha|44[.,]9|4[.,]88", unquote(link).lower())]
    assert told == []


def test_the_file_of_a_round_is_named_without_an_address(client: Client, planned):
    route = Route.objects.get(shift__crew__name="Alpha")

    answer = client.get(f"/tournees/{route.pk}/tournee.pdf")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="tournee-2026-08-12-n1-alpha.pdf"'


@pytest.mark.parametrize(
    "address",
    ["/plans/999/carte.geojson", "/plans/999/plan.geojson", "/tournees/999/tournee.pdf", "/tournees/1/tournee.exe",
     "/vacants/2026-13-01/carte.geojson", "/rien"],
)  # fmt: skip
def test_what_does_not_exist_is_a_page_not_found(client: Client, planned, address):
    page = client.get(address)

    assert page.status_code == 404
    assert "Page introuvable" in words(page)


def test_a_post_is_refused(client: Client, planned):
    assert client.post(PAGE).status_code == 405


def test_a_name_that_looks_like_a_script_is_shown_as_words(client: Client, planned):
    Address.objects.filter(pk=planned.addresses[0].pk).update(street_name="<script>alert(1)</script>")

    page = client.get(PAGE).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_answer_forbids_any_code_but_the_sites_own(client: Client, planned):
    policy = client.get(PAGE).headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_nothing_in_the_page_needs_inline_style_or_script(client: Client, planned):
    page = client.get(PAGE).content.decode()

    assert re.findall(r"\sstyle=|\son[a-z]+=|<style", page) == []
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (RuntimeError("panne"), 500, "Une panne est survenue"),
        (OperationalError("connection refused"), 503, "La base de données ne répond pas"),
    ],
)
def test_a_failure_is_told_without_the_site_around_it(client, planned, monkeypatch, failure, status, said):
    def fail(*arguments: object, **options: object) -> None:
        raise failure

    monkeypatch.setattr("maps.views.day.read_day", fail)
    client.raise_request_exception = False

    answer = client.get(PAGE)

    assert answer.status_code == status
    assert said in words(answer)
    assert "<nav" not in answer.content.decode()


def test_the_theme_of_the_cookie_is_in_the_first_byte(client: Client, planned):
    client.cookies["theme"] = 'sombre"><script>'

    assert 'data-theme="sombre&quot;&gt;&lt;script&gt;"' in client.get(PAGE).content.decode()
