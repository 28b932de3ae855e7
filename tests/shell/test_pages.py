import re
from html import unescape

import pytest
from django.test import Client

from accounts.services.register import register

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/aide/", "/confidentialite/", "/accessibilite/"])
def test_anybody_may_read_what_the_site_says_of_itself(client: Client, address):
    page = client.get(address)

    assert page.status_code == 200
    assert "<h1>" in page.content.decode()


def test_help_leads_to_the_guides_of_reports_watch_and_maps(client: Client):
    page = client.get("/aide/").content.decode()

    guides = re.findall(r'href="(/aide/[^"#]+/)(?:#([^"]+))?"', page)
    assert {name for name, _ in guides} >= {
        f"/aide/{guide}/" for guide in ("signalements", "veille", "densite", "limites")
    }
    read = {name: client.get(name) for name, _ in guides}
    assert {answer.status_code for answer in read.values()} == {200}
    assert [part for name, part in guides if part and f'id="{part}"' not in read[name].content.decode()] == []


def test_the_privacy_notice_tells_each_processing_before_its_table(client: Client):
    page = unescape(client.get("/confidentialite/").content.decode())

    processings = page.split('<section class="panel"')[1:]
    assert len(processings) == len(register()) > 0
    for told, entry in zip(processings, register(), strict=True):
        reading, _, table = told.partition("<details>")
        words = [entry.processing.purpose, entry.processing.people, entry.processing.recipients]
        assert [sentence for sentence in words if f"<p>{sentence}.</p>" not in reading] == []
        leading = [row.title for row in entry.tables if not row.follows and "Aucune" not in row.data]
        assert re.findall(r"<li><strong>([^<]+)</strong>", reading) == leading
        assert [row.title for row in entry.tables if f'<th scope="row">{row.title}</th>' not in table] == []


def test_the_privacy_notice_says_how_long_and_what_remains(client: Client):
    page = unescape(client.get("/confidentialite/").content.decode())

    absences = next(line for line in page.splitlines() if "<li><strong>Absences</strong>" in line)
    item = next(item for item in absences.split("<li>") if item.startswith("<strong>Absences</strong>"))
    assert "Durée : 7 jours après le retour" in item
    assert "Il en reste ensuite : nombre d'absences et de nuits" in item
    assert "Il en reste ensuite : rien" not in page
    assert "Il en reste ensuite : sans objet" not in page
