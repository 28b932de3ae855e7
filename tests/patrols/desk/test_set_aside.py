"""What phones sent and could not be taken in: read by municipal police, noted by hand once, or dismissed."""

import json

import pytest
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.unsealing import unseal
from patrols.models import Passage, RefusedEntry
from tests.absences.reading import words
from tests.access.people import let_in
from tests.builders import at, build_passage
from tests.patrols.desk.radio import told
from tests.patrols.phone.phones import ANOMALY


def set_aside(place, content: object, *, reason: str = "not_on_round", crew: int = 0) -> RefusedEntry:
    text = content if isinstance(content, str) else json.dumps(content)
    entry = RefusedEntry(crew=place.town.crews[crew], reason=reason, content=text, received_at=at(19, 20))
    entry.keep_until(timezone.localdate())
    entry.save()
    return entry


def said(place, home: int = 0, **changes: object) -> dict[str, object]:
    """An anomaly that a phone of Alpha noted at twenty past six."""
    done_at = at(18, 20).isoformat()
    return {**ANOMALY, "stop": None, "home": place.town.absences[home].pk, "done_at": done_at, **changes}


@pytest.fixture
def entry(place) -> RefusedEntry:
    return set_aside(place, said(place))


def url_of(entry: RefusedEntry) -> str:
    return f"/envois/{entry.pk}/"


def form(place, **changes: object) -> dict[str, object]:
    return told(place, hour="18:20", found="opening", wrong=["door"], note="Porte du garage", **changes)


def test_the_list_tells_what_waits_and_opens_nothing(desk, place, entry):
    told_there = words(desk.get("/envois/"))

    assert "Le logement n'est sur aucune tournée récente de l'équipage" in told_there
    assert "Alpha, reçu mercredi 12 août 2026 à 19 h 20" in told_there
    assert not AuditEntry.objects.filter(action="refusedentry.content").exists()


def test_an_entry_is_read_in_words_with_what_to_do(desk, place, entry):
    page = desk.get(url_of(entry))

    told_there = words(page)
    assert "Si le passage a eu lieu, enregistrez-le ci-dessous." in told_there
    assert "11 Rue des Lilas" in told_there
    assert "mercredi 12 août 2026 à 18 h 20, à l'heure du téléphone" in told_there
    assert "Porte ou fenêtre ouverte" in told_there
    assert "Porte du garage" in told_there
    assert 'value="18:20"' in page.content.decode()
    assert AuditEntry.objects.get(action="refusedentry.content").ids == [str(entry.pk)]


def test_its_passage_is_noted_by_hand_and_the_entry_is_settled(desk, place, entry):
    answer = desk.post(url_of(entry), form(place))

    passage = Passage.objects.get()
    assert answer.url == f"/passages/{passage.pk}/appels/"
    assert (passage.done_at, passage.clock, passage.anomaly) == (at(18, 20), "told", "opening")
    assert (passage.origin.crew, passage.origin.device) == (place.town.crews[0], None)
    assert unseal(passage.note, "text", reason=audit.Reason.PATROL) == {"text": "Porte du garage"}
    settled = RefusedEntry.objects.get()
    assert (settled.settlement, settled.settled_by) == ("recorded", place.accounts[Role.MUNICIPAL_POLICE])
    assert AuditEntry.objects.get(action="refusedentry.settle").ids == [str(entry.pk)]
    assert "Passage noté à la main" in words(desk.get("/envois/"))


def test_an_entry_becomes_one_passage_whatever_form_was_open(desk, place, entry):
    for reference in ("00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"):
        desk.post(url_of(entry), form(place, reference=reference))

    assert Passage.objects.count() == 1


def test_an_old_entry_may_still_be_noted(desk, place):
    entry = set_aside(place, said(place, done_at=at(18, 20).replace(day=2).isoformat()))

    desk.post(url_of(entry), form(place, day="2026-08-02"))

    assert Passage.objects.get().done_at == at(18, 20).replace(day=2)


def test_what_stands_already_is_asked_about_and_nothing_is_settled_meanwhile(desk, place):
    entry = set_aside(place, said(place), reason="changed")
    build_passage(absence=place.town.absences[0], crew=place.town.crews[0], done_at=at(18, 10))

    answer = desk.post(url_of(entry), form(place))

    assert "Un passage est déjà noté à ce logement" in words(answer)
    assert RefusedEntry.objects.get().settlement == ""


def test_an_entry_is_dismissed_with_a_reason_once(desk, place, entry):
    for settlement in ("already_there", "already_there", "nothing_to_keep"):
        desk.post(f"{url_of(entry)}classer/", {"settlement": settlement})

    assert RefusedEntry.objects.get().settlement == "already_there"
    assert "Cet envoi est déjà traité" in words(desk.get("/envois/"))
    assert "Déjà noté par ailleurs" in words(desk.get(url_of(entry)))
    assert "Enregistrer le passage" not in words(desk.get(url_of(entry)))


@pytest.mark.parametrize("settlement", ["", "recorded", "because"])
def test_an_entry_is_not_dismissed_without_a_reason_of_the_list(desk, entry, settlement):
    desk.post(f"{url_of(entry)}classer/", {"settlement": settlement})

    assert RefusedEntry.objects.get().settlement == ""


def test_a_dismissed_entry_becomes_no_passage(desk, place, entry):
    desk.post(f"{url_of(entry)}classer/", {"settlement": "already_there"})

    desk.post(url_of(entry), form(place))

    assert not Passage.objects.exists()


def test_what_cannot_be_read_is_shown_as_it_came_and_escaped(desk, place):
    entry = set_aside(place, "<b>home", reason="unreadable")

    page = desk.get(url_of(entry)).content.decode()

    assert "&lt;b&gt;home" in page
    assert "Demandez à l&#x27;équipage ce qu&#x27;il a noté" in page
    assert "Enregistrer le passage" not in page


def test_a_call_that_follows_nothing_is_told(desk, place):
    call = {
        "passage": "00000000-0000-4000-8000-000000000001",
        "step": "trusted_person",
        "outcome": "voicemail",
        "started_at": at(18, 30).isoformat(),
        "ended_at": at(18, 32).isoformat(),
    }
    entry = set_aside(place, call, reason="no_passage")

    told_there = words(desk.get(url_of(entry)))

    assert "Personne de confiance" in told_there
    assert "Message laissé" in told_there
    assert "mercredi 12 août 2026, de 18 h 30 à 18 h 32" in told_there


def test_a_home_that_is_no_longer_on_the_registry_takes_no_passage(desk, place):
    home = place.town.absences[0]
    home.cancelled_at = home.erasure_asked_at = at(19)
    home.save()
    entry = set_aside(place, said(place))

    assert "logement qui n'est pas, ou plus, au registre" in words(desk.get(url_of(entry)))
    desk.post(url_of(entry), form(place))
    assert not Passage.objects.exists()


@pytest.mark.parametrize("role", [Role.NATIONAL_POLICE, Role.CREW, Role.DPO])
def test_others_read_and_settle_nothing(client, place, entry, role):
    let_in(client, place.accounts[role], device_of=place.insee if role is Role.CREW else "")

    asked = [client.get("/envois/"), client.get(url_of(entry)), client.post(f"{url_of(entry)}classer/")]

    assert [answer.status_code for answer in asked] == [404, 404, 404]
    assert RefusedEntry.objects.get().settlement == ""


def test_the_home_page_of_municipal_police_counts_what_waits(desk, national_desk, place, entry):
    waiting = "1 envoi de téléphone n'a pas pu être enregistré."

    assert waiting in words(desk.get("/accueil/"))
    assert waiting not in words(national_desk.get("/accueil/"))
    desk.post(f"{url_of(entry)}classer/", {"settlement": "already_there"})
    assert waiting not in words(desk.get("/accueil/"))
