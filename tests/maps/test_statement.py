import datetime as dt
import re
import subprocess

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from absences.models import Absence
from accounts.models import AuditEntry
from accounts.roles import Role
from geo import french
from geo.models import Address, Commune
from maps.exports import statement
from patrols.models import JoinedPassage, Passage
from tests.access.people import build_account, let_in
from tests.accessible_pdf import faults_of
from tests.builders import Town, at, build_household, build_passage, build_town
from tests.maps.reading import words

A_DAY = dt.timedelta(days=1)
STREAM = "patrols.passage"


@pytest.fixture
def town(db, five_in_the_afternoon, settings) -> Town:
    """On 12 August at 17:00 the first home is lived in again since that day, the others are vacant."""
    settings.COMMUNE_INSEE = "26999"
    town = build_town()
    Absence.objects.filter(pk=town.absences[0].pk).update(returned_on=dt.date(2026, 8, 12))
    return town


def pass_by(town: Town, when: dt.datetime, number: int = 0, **found) -> Passage:
    return build_passage(absence=town.absences[number], crew=town.crews[0], done_at=when, **found)


def page_of(town: Town, number: int = 0) -> str:
    return f"/logements/{town.absences[number].pk}/releve.pdf"


def text_of(pdf: bytes) -> str:
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", french.plain(said.stdout.decode()))


def test_a_visit_that_was_told_twice_is_told_once(town, client):
    told, sent = (pass_by(town, at(14, minute) - A_DAY) for minute in (37, 30))
    JoinedPassage.objects.create(passage=told, counts_as=sent)

    assert "1 passage" in text_of(client.get(page_of(town)).content)


def test_half_days_and_results_are_told(town, client):
    pass_by(town, at(14, 37) - A_DAY)
    pass_by(town, at(9, 13) - A_DAY, result="anomaly", anomaly="opening")

    answer = client.get(page_of(town)).content
    said = text_of(answer)

    assert faults_of(answer) == set()
    assert (
        "mardi 11 août 2026 entre minuit et midi 1 passage Anomalie : Porte ou fenêtre ouverte "
        "mardi 11 août 2026 entre midi et minuit 1 passage Rien à signaler"
    ) in said
    assert (
        f"Remis au déclarant de l'absence n° {town.absences[0].pk}, pour le logement du 11 Rue des Lilas." in said
    )
    assert "samedi 1er août 2026" in said
    assert "2 passages" in said


def test_neither_hours_nor_crew_nor_household_nor_another_home_is_told(town, client):
    build_household(town.absences[0], name="Zoé Canari")
    pass_by(town, at(14, 37) - A_DAY)
    pass_by(town, at(10, 52) - A_DAY, 1, result="anomaly", anomaly="broken_in")

    said = text_of(client.get(page_of(town)).content)

    assert re.findall(r"\d\d? ?[h:] ?\d|\b(?:14|37|52)\b", said) == []
    assert [word for word in ("Alpha", "Canari", "Effraction", "12 Rue du Moulin") if word in said] == []


def test_two_passages_of_a_half_day_that_found_the_same_are_one_line(town, client):
    pass_by(town, at(14) - A_DAY)
    pass_by(town, at(19) - A_DAY)

    said = text_of(client.get(page_of(town)).content)

    assert "mardi 11 août 2026 entre midi et minuit 2 passages Rien à signaler" in said
    assert said.count("mardi 11 août 2026") == 1


def absence_of_august() -> Absence:
    address = Address(house_number="11", street_name="Rue des Lilas")
    commune = Commune(insee_code="26999", name="Valmont")
    first, last = dt.date(2026, 8, 1), dt.date(2026, 8, 20)
    return Absence(pk=7, address=address, commune=commune, first_day=first, last_day=last)


MINUTES_BEFORE_NOON, RESULTS = st.integers(0, 719), st.sampled_from(["ras", "anomaly"])


@given(found=st.lists(st.tuples(MINUTES_BEFORE_NOON, MINUTES_BEFORE_NOON, RESULTS), min_size=1, max_size=4))
def test_other_hours_of_the_same_half_days_give_the_same_statement(found):
    def told(which: int) -> list[statement.Line]:
        minutes = [(row[which], row[2]) for row in found]
        rows = [Passage(done_at=at(0) + dt.timedelta(minutes=each), result=result) for each, result in minutes]
        return sorted(statement.tell_lines(sorted(rows, key=lambda row: row.done_at)).items())

    assert told(0) == told(1)


def test_what_is_no_longer_kept_is_said_not_to_be_there(monkeypatch):
    # Passages are kept 30 days: on 5 September, from 6 August.
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(17) + 24 * A_DAY)

    said = text_of(statement.render_statement(absence_of_august(), []))

    assert "Les passages d'avant le jeudi 6 août 2026 ne sont plus conservés" in said
    assert "Aucun passage encore conservé." in said


def test_an_absence_without_passage_is_told_so(town, client):
    said = text_of(client.get(page_of(town)).content)

    assert "Aucun passage n'a été noté." in said
    assert "ne sont plus conservés" not in said


@pytest.mark.parametrize(
    "change",
    [
        {"returned_on": None},
        {"returned_on": dt.date(2026, 8, 13)},
        {"first_day": dt.date(2026, 8, 14), "returned_on": None},
        {"returned_on": None, "cancelled_at": at(12)},
    ],
    ids=["vacant", "back tomorrow", "not yet left", "cancelled"],
)
def test_a_home_that_is_not_lived_in_again_has_no_statement(town, client, change):
    Absence.objects.filter(pk=town.absences[0].pk).update(**change)
    pass_by(town, at(9))

    answer = client.get(page_of(town))

    assert answer.status_code == 409
    assert "Signalez d'abord le retour" in words(answer)
    assert not AuditEntry.objects.filter(kind=STREAM).exists()


def test_a_statement_leaves_its_home_and_its_passages(town):
    account = build_account(town, Role.MUNICIPAL_POLICE, login="source-104")
    mine = [pass_by(town, at(9)), pass_by(town, at(14))]
    pass_by(town, at(10), 1)

    let_in(Client(), account).get(page_of(town))

    left = AuditEntry.objects.filter(stream=f"account:{account.pk}", kind__in=[STREAM, "absences.absence"])
    keys = sorted(str(each.pk) for each in mine)
    assert {(each.action, *sorted(each.ids)) for each in left} == {
        ("absence.address", str(town.absences[0].pk)),
        ("passage.time", *keys),
        ("passage.result", *keys),
    }


def test_the_record_offers_the_statement_once_the_home_is_lived_in_again_and_to_municipal_police(town, client):
    national = let_in(Client(), build_account(town, Role.NATIONAL_POLICE, login="source-105"))
    records = [f"/logements/{town.absences[number].pk}/" for number in (0, 1)]

    assert page_of(town) in client.get(records[0]).content.decode()
    assert page_of(town, 1) not in client.get(records[1]).content.decode()
    assert page_of(town) not in national.get(records[0]).content.decode()
    assert national.get(page_of(town)).status_code == 404
