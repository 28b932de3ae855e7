"""All of a passage is on the record of its home: what was looked at, what was wrong, the presence, the note."""

import pytest

from accounts.models import AuditEntry
from accounts.roles import Role
from patrols.models import Passage, PassageNote
from tests.absences.reading import words
from tests.access.people import let_in
from tests.builders import DAY, at, build_passage

CHECKED = ["door", "shutters", "windows"]


@pytest.fixture
def passage(place) -> Passage:
    """What Alpha found at the first home, with its note."""
    found = {
        "result": "anomaly",
        "anomaly": "opening",
        "checked": CHECKED,
        "wrong": ["door"],
        "presence": "within",
    }
    passage = build_passage(absence=place.town.absences[0], crew=place.town.crews[0], done_at=at(19, 15), **found)
    note = PassageNote(passage=passage, text="Porte du garage")
    note.keep_until(DAY)
    note.save()
    return passage


@pytest.fixture
def record(passage) -> str:
    return f"/logements/{passage.absence_id}/"


def test_both_polices_read_what_was_looked_at_what_was_wrong_and_where_the_phone_was(desk, national_desk, record):
    for client in (desk, national_desk):
        told = words(client.get(record))

        assert "Anomalie · Porte ou fenêtre ouverte" in told
        assert "En cause : Porte" in told
        assert "Vérifié : Porte, Volets, Fenêtres · présence : au logement" in told


def test_the_note_is_sealed_until_it_is_asked_for_and_its_reading_leaves_its_trace(desk, passage, record):
    assert "Note de l'équipage : scellée" in words(desk.get(record))
    assert "garage" not in words(desk.get(record))
    assert not AuditEntry.objects.filter(action="passagenote.text").exists()

    told = words(desk.post(f"{record}devoiler/?quoi=notes"))

    assert "Note de l'équipage : « Porte du garage »" in told
    # The household stays covered: it was not asked for.
    assert "Canari" not in told
    assert AuditEntry.objects.get(action="passagenote.text").ids == [str(passage.note.pk)]
    assert not AuditEntry.objects.filter(action="absence.name").exists()
    assert "garage" not in words(desk.get(record))


def test_the_household_is_uncovered_without_the_notes(desk, record):
    told = words(desk.post(f"{record}devoiler/"))

    assert "Canari" in told
    assert "garage" not in told
    assert not AuditEntry.objects.filter(action="passagenote.text").exists()


def test_of_a_passage_told_by_radio_nobody_says_what_else_was_looked_at(desk, passage, record):
    Passage.objects.filter(pk=passage.pk).update(clock="told", presence="not_measured", checked=["door"])

    told = words(desk.get(record))

    assert "En cause : Porte Présence : non mesurée" in told
    assert "Vérifié" not in told


def test_a_correction_keeps_the_points_that_were_wrong_readable(desk, passage, record):
    desk.post(f"/passages/{passage.pk}/corriger/", {"found": "ras", "why": "checked_again", "read_as_of": ""})

    assert "il disait : Anomalie · Porte ou fenêtre ouverte (Porte)" in words(desk.get(record))


@pytest.mark.parametrize("role", [Role.CREW, Role.DPO, Role.CLSPD, Role.REFERENT])
def test_others_read_no_note(client, place, record, role):
    let_in(client, place.accounts[role], device_of=place.insee if role is Role.CREW else "")

    assert client.post(f"{record}devoiler/?quoi=notes").status_code == 404
