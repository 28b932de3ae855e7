"""A passage is corrected: what it said stays, with who, when and why; nothing else of it changes."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from accounts.roles import Role
from patrols.models import Passage, PassageAmendment
from tests.absences.reading import words
from tests.access.people import build_account, let_in
from tests.builders import at, build_passage
from tests.patrols.desk.radio import hidden


@pytest.fixture
def anomaly(place) -> Passage:
    home, crew = place.town.absences[0], place.town.crews[0]
    found = {"result": "anomaly", "anomaly": "opening", "checked": ["door", "shutters"], "wrong": ["door"]}
    return build_passage(absence=home, crew=crew, done_at=at(19, 15), **found)


@pytest.fixture
def url(anomaly) -> str:
    return f"/passages/{anomaly.pk}/corriger/"


def said(desk, url: str, **changes: object) -> dict[str, object]:
    """The form as it is read now, which says that all was well."""
    read = hidden(desk.get(url).content.decode(), "read_as_of") if Passage.objects.get().amended_at else ""
    return {"read_as_of": read, "found": "ras", "why": "owner_explained", **changes}


def test_a_correction_keeps_what_the_passage_said(desk, place, anomaly, url):
    answer = desk.post(url, said(desk, url))

    passage, kept = Passage.objects.get(), PassageAmendment.objects.get()
    assert answer.url == f"/logements/{anomaly.absence_id}/"
    assert (passage.result, passage.anomaly, passage.wrong) == ("ras", "", [])
    assert (passage.checked, passage.done_at) == (["door", "shutters"], anomaly.done_at)
    assert (kept.former_result, kept.former_anomaly, kept.former_wrong) == ("anomaly", "opening", ["door"])
    assert (kept.why, kept.amended_by) == ("owner_explained", place.accounts[Role.MUNICIPAL_POLICE])
    assert kept.amended_at == passage.amended_at
    assert AuditEntry.objects.get(action="passage.amend").ids == [str(passage.pk)]


def test_the_record_tells_the_correction_and_what_stood_before(desk, national_desk, anomaly, url):
    desk.post(url, said(desk, url))

    told = words(desk.get(f"/logements/{anomaly.absence_id}/"))
    assert "par vous (explication du propriétaire) ; il disait : Anomalie · Porte ou fenêtre ouverte" in told
    read_by_national = words(national_desk.get(f"/logements/{anomaly.absence_id}/"))
    assert "Corrigé le" in read_by_national
    assert "Porte ou fenêtre ouverte" not in read_by_national


def test_what_is_found_wrong_counts_as_checked(desk, anomaly, url):
    desk.post(url, said(desk, url, found="damage", wrong=["windows"]))

    passage = Passage.objects.get()
    assert (passage.anomaly, passage.wrong) == ("damage", ["windows"])
    assert passage.checked == ["door", "shutters", "windows"]


def test_a_correction_sent_twice_is_one(desk, url):
    sent = said(desk, url)

    for _ in range(2):
        assert desk.post(url, sent).status_code == 302

    assert PassageAmendment.objects.count() == 1


def test_a_correction_of_what_another_has_corrected_is_told_and_changes_nothing(desk, place, url):
    sent = said(desk, url)
    other = build_account(place.town, Role.MUNICIPAL_POLICE, login="source-102")
    let_in(desk.__class__(), other).post(url, {**sent, "found": "damage"})

    answer = desk.post(url, sent)

    assert "Ce passage a été corrigé entre-temps" in words(answer)
    assert "par un autre correspondant" in words(answer)
    assert Passage.objects.get().anomaly == "damage"
    again = {**sent, "read_as_of": hidden(answer.content.decode(), "read_as_of")}
    assert desk.post(url, again).status_code == 302
    assert [each.former_anomaly for each in PassageAmendment.objects.order_by("pk")] == ["opening", "damage"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"found": "opening", "wrong": ["door"]}, "Rien ne change"),
        ({"why": ""}, "Ce champ est obligatoire"),
        ({"why": "because"}, "Sélectionnez un choix valide"),
        ({"found": "ras", "wrong": ["door"]}, "aucun point n'est en cause"),
        ({"read_as_of": "yesterday"}, "Rechargez la page"),
    ],
)
def test_what_cannot_be_is_refused_in_words(desk, url, changes, sentence):
    assert sentence in words(desk.post(url, said(desk, url, **changes)))
    assert not PassageAmendment.objects.exists()


def test_a_passage_may_be_corrected_as_long_as_it_is_kept(desk, place, anomaly, url):
    home = place.town.absences[0]
    home.returned_on = dt.date(2026, 8, 12)
    home.save()

    assert desk.post(url, said(desk, url)).status_code == 302
    home.cancelled_at = home.erasure_asked_at = at(19)
    home.save()
    assert desk.get(url).status_code == 404


@pytest.mark.parametrize("role", [Role.NATIONAL_POLICE, Role.CREW, Role.DPO])
def test_others_correct_nothing(client, place, url, role):
    let_in(client, place.accounts[role], device_of=place.insee if role is Role.CREW else "")

    assert client.post(url, {"found": "ras", "why": "mistyped"}).status_code == 404
    assert not PassageAmendment.objects.exists()


def test_who_passed_is_told_to_municipal_police_alone(desk, national_desk, place, anomaly):
    record = f"/logements/{anomaly.absence_id}/"

    assert "12 août 2026 à 19 h 15 · Alpha" in words(desk.get(record))
    assert AuditEntry.objects.get(action="passage.crew_identity").ids == [str(anomaly.pk)]
    assert "Alpha" not in words(national_desk.get(record))
    assert AuditEntry.objects.filter(action="passage.crew_identity").count() == 1
