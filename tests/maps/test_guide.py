import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

from maps import guide
from tests.maps.reading import words

pytestmark = pytest.mark.django_db


def test_every_page_of_the_guide_is_on_the_site():
    assert {page.stem for page in guide.FOLDER.glob("*.md")} == set(guide.PAGES)


@pytest.mark.parametrize("name", guide.PAGES)
def test_a_page_of_the_guide_has_one_title_and_headings_in_order(client: Client, name):
    page = client.get(f"/aide/{name}/")

    levels = [int(level) for level in re.findall(r"<h(\d)", page.content.decode())]
    assert page.status_code == 200
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", guide.PAGES)
def test_a_link_of_the_guide_leads_to_a_page_of_the_site(client: Client, name):
    text = guide.read_guide_page(name).text

    inside = [link for link in re.findall(r'href="([^"]*)"', text) if not link.startswith("http")]

    assert [link for link in inside if client.get(link).status_code != 200] == []


def test_a_heading_can_be_linked_to_without_its_number():
    assert (
        '<h2 id="lire-le-plan-du-jour">2. Lire le plan du jour</h2>' in guide.read_guide_page("premiers-pas").text
    )


def test_the_word_for_what_is_not_in_the_plan_is_defined(client: Client):
    told = words(client.get("/aide/plan-du-jour/"))
    assert "Un passage écarté est un passage attendu ce jour-là qui n'est pas dans le plan" in told


@pytest.mark.parametrize("name", ["rien", "README", "Plan-du-jour"])
def test_a_page_that_the_guide_does_not_have_is_not_found(client: Client, name):
    assert client.get(f"/aide/{name}/").status_code == 404


def test_the_page_of_the_day_leads_to_its_own_page_of_the_guide(client: Client, planned):
    assert 'href="/aide/plan-du-jour/"' in client.get("/jour/?jour=2026-08-12").content.decode()


def test_html_in_the_guide_stays_text(tmp_path: Path, monkeypatch):
    (tmp_path / "premiers-pas.md").write_text("# Titre\n\n<script>alert(1)</script>\n", encoding="utf-8")
    monkeypatch.setattr(guide, "FOLDER", tmp_path)
    guide.read_guide_page.cache_clear()

    text = guide.read_guide_page("premiers-pas").text
    guide.read_guide_page.cache_clear()

    assert "<script" not in text
    assert "&lt;script&gt;" in text
