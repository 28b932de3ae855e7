import datetime as dt
import re
import subprocess

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Role
from geo import french
from maps.exports.visit_notice import render_notice
from patrols.models import Passage
from tests.access.people import build_account, let_in
from tests.accessible_pdf import faults_of
from tests.builders import Town, at, build_passage, build_town

CONTACT = "04 75 00 00 00"


@pytest.fixture
def town(db, five_in_the_afternoon, settings) -> Town:
    settings.COMMUNE_INSEE = "26999"
    settings.POLICE_CONTACT = CONTACT
    return build_town()


def pass_by(town: Town, number: int, when: dt.datetime, **found) -> Passage:
    return build_passage(absence=town.absences[number], crew=town.crews[0], done_at=when, **found)


def page_of(passage: Passage) -> str:
    return f"/passages/{passage.pk}/avis.pdf"


def text_of(pdf: bytes) -> str:
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", french.plain(said.stdout.decode())).strip()


def test_the_notice_says_this_and_nothing_else(town, client):
    answer = client.get(page_of(pass_by(town, 0, at(14, 37))))

    assert faults_of(answer.content) == set()
    assert text_of(answer.content) == (
        "Citoyens vigilants · Valmont-sur-Rhône Avis de passage La police est passée dans votre quartier : "
        "mercredi 12 août 2026, entre midi et minuit "
        f"Une question ? Adressez-vous à la police municipale de Valmont-sur-Rhône. {CONTACT} "
        "Un fait en cours, un danger : appelez le 17 ou le 112, ou envoyez un message au 114."
    )


def test_the_notices_of_two_homes_cannot_be_told_apart(town, client):
    quiet = client.get(page_of(pass_by(town, 0, at(14, 37))))
    found = {"result": "anomaly", "anomaly": "broken_in", "presence": "within"}
    broken = client.get(page_of(pass_by(town, 1, at(16, 5), **found)))

    assert quiet.content == broken.content
    # When the answer was written, to the second, is all that differs.
    headers = [{**answer.headers, "Expires": ""} for answer in (quiet, broken)]
    assert headers[0] == headers[1]
    assert quiet["Content-Disposition"] == 'attachment; filename="avis-de-passage.pdf"'


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (at(0), "mercredi 12 août 2026, entre minuit et midi"),
        (at(11, 59), "mercredi 12 août 2026, entre minuit et midi"),
        (at(12), "mercredi 12 août 2026, entre midi et minuit"),
        # 23:30 in UTC is half past one of the next day in Paris.
        (dt.datetime(2026, 8, 12, 23, 30, tzinfo=dt.UTC), "jeudi 13 août 2026, entre minuit et midi"),
    ],
)
def test_the_half_day_is_that_of_the_place(when, told):
    assert told in text_of(render_notice(when, "Valmont-sur-Rhône"))


def test_the_notice_fits_on_one_page(town):
    long_name = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"
    pages = subprocess.run(
        ["pdfinfo", "-"], input=render_notice(at(9), long_name), capture_output=True, check=True
    )

    assert re.search(r"^Pages: +1$", pages.stdout.decode(), re.MULTILINE)


def test_a_town_that_gives_no_contact_has_a_notice_all_the_same(settings):
    settings.POLICE_CONTACT = ""

    assert "la police municipale de Valmont-sur-Rhône. Un fait" in text_of(
        render_notice(at(9), "Valmont-sur-Rhône")
    )


def test_a_notice_leaves_a_trace_of_its_passage(town):
    account = build_account(town, Role.NATIONAL_POLICE, login="source-103")
    passage = pass_by(town, 0, at(14, 37))

    assert let_in(Client(), account).get(page_of(passage)).status_code == 200

    entries = AuditEntry.objects.filter(stream=f"account:{account.pk}", kind="patrols.passage")
    assert [(each.action, each.ids) for each in entries] == [("passage.time", [str(passage.pk)])]


def test_a_record_that_is_being_erased_has_no_notice(town, client):
    passage = pass_by(town, 0, at(9))
    home = town.absences[0]
    home.cancelled_at = home.erasure_asked_at = at(10)
    home.save()

    assert client.get(page_of(passage)).status_code == 404


def test_the_record_lists_the_passages_and_prints_the_notice_of_each(town, client):
    first = pass_by(town, 0, at(9))
    second = pass_by(town, 0, at(14, 37), result="anomaly", anomaly="opening")
    elsewhere = pass_by(town, 1, at(10))

    page = client.get(f"/logements/{town.absences[0].pk}/").content.decode()

    assert page.index(page_of(second)) < page.index(page_of(first))
    assert page_of(elsewhere) not in page
    assert "Porte ou fenêtre ouverte" in page
