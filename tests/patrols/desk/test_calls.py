"""The calls of the desk after an anomaly: no number before its call begins, every call with its hours, once."""

import datetime as dt
from urllib.parse import quote

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.services.sessions import note_purpose
from patrols.models import CallAttempt, Passage
from tests.absences.reading import words
from tests.access.people import let_in
from tests.builders import at, build_passage
from tests.patrols.desk.radio import hidden, told

PHONE, TRUSTED = "Téléphone de Zoé Canari", "Secours de Zoé Canari"


@pytest.fixture
def anomaly(place) -> Passage:
    home, crew = place.town.absences[0], place.town.crews[0]
    return build_passage(absence=home, crew=crew, done_at=at(19, 15), result="anomaly", anomaly="opening")


@pytest.fixture
def chain(anomaly) -> str:
    return f"/passages/{anomaly.pk}/appels/"


def call(client, chain: str, step: str = "owner") -> str:
    return client.post(f"{chain}appeler/?etape={step}").content.decode()


def end(client, chain: str, page: str, outcome: str = "reached"):
    sent = {"call": hidden(page, "call"), "outcome": outcome}
    return client.post(f"{chain}noter/", sent)


def test_the_chain_shows_whom_to_call_and_no_number(desk, chain):
    told = words(desk.get(chain))

    assert (
        told.index("1. Propriétaire") < told.index("2. Personne de confiance") < told.index("3. Police nationale")
    )
    assert "Canari" not in told


def test_a_number_shows_when_its_call_begins_and_only_that_one(desk, chain, anomaly):
    page = call(desk, chain)

    assert PHONE in page
    assert TRUSTED not in page
    assert AuditEntry.objects.get(action="absence.phone").ids == [str(anomaly.absence_id)]
    assert not AuditEntry.objects.filter(action="absence.trusted_person").exists()
    assert TRUSTED in call(desk, chain, "trusted_person")
    assert "17" in call(desk, chain, "national_police")


def test_whoever_calls_reads_what_the_crew_noted(desk, place):
    sent = told(place, found="opening", note="Porte du garage")
    desk.post(f"/logements/{place.town.absences[1].pk}/passage/", sent)
    passage = Passage.objects.get()

    assert "Porte du garage" in call(desk, f"/passages/{passage.pk}/appels/")
    assert AuditEntry.objects.get(action="passagenote.text").ids == [str(passage.note.pk)]


def test_a_page_that_is_asked_for_again_shows_no_number_and_says_what_to_press(desk, chain):
    answer = desk.get(f"{chain}appeler/", follow=True)

    assert answer.redirect_chain == [(chain, 302)]
    assert "Appuyez sur « Appeler »" in words(answer)
    assert PHONE not in words(answer)


def test_the_second_factor_that_a_call_asks_for_goes_on_to_the_call_once(desk, chain, place):
    account = place.accounts[Role.MUNICIPAL_POLICE]
    Authenticator.objects.create(user=account, type="totp", data={"secret": "secret"})
    address = f"{chain}appeler/?etape=trusted_person"
    session = desk.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= 3600
    session.save()
    asked = desk.post(address)
    session = desk.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] += 3600
    note_purpose(session, address, now=timezone.now())
    session.save()

    assert asked.url == f"/compte/verification/?next={quote(address, safe='/')}"
    assert "Recommencez" not in words(desk.get(asked.url))
    assert TRUSTED in words(desk.get(address))
    assert TRUSTED not in words(desk.get(address, follow=True))


def test_a_call_is_noted_with_its_hours_and_its_end(desk, chain, anomaly, monkeypatch):
    page = call(desk, chain)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(19, 33).astimezone(dt.UTC))

    end(desk, chain, page, "voicemail")

    made = CallAttempt.objects.get()
    assert (made.passage, made.step, made.outcome) == (anomaly, "owner", "voicemail")
    assert (made.started_at, made.ended_at) == (at(19, 30), at(19, 33))
    assert "Message laissé : 12 août, de 19 h 30 à 19 h 33" in words(desk.get(chain))
    assert AuditEntry.objects.get(action="anomaly.call_chain").ids == [str(made.pk)]


def test_a_call_sent_twice_is_noted_once(desk, chain):
    page = call(desk, chain)

    for _ in range(2):
        end(desk, chain, page)

    assert CallAttempt.objects.count() == 1


def test_the_next_to_call_is_the_first_whom_nobody_called_until_one_is_reached(desk, chain):
    def first_button() -> str:
        rows = desk.get(chain).content.decode().split('<li class="task is-now">')
        return words_of(rows[1].split("</li>")[0]) if len(rows) > 1 else ""

    def words_of(row: str) -> str:
        return row.split("<strong>")[1].split("</strong>", maxsplit=1)[0]

    assert first_button() == "1. Propriétaire"
    end(desk, chain, call(desk, chain), "no_answer")
    assert first_button() == "2. Personne de confiance"
    end(desk, chain, call(desk, chain, "trusted_person"))
    assert first_button() == ""
    assert "Quelqu'un a été joint" in words(desk.get(chain))


def test_a_call_left_without_a_word_is_kept_with_its_hours_and_is_still_to_make(desk, chain, monkeypatch):
    page = call(desk, chain)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(19, 33).astimezone(dt.UTC))

    end(desk, chain, page, "not_said")

    chained = desk.get(chain)
    assert "Issue non dite : 12 août, de 19 h 30 à 19 h 33" in words(chained)
    assert "1. Propriétaire" in chained.content.decode().split('<li class="task is-now">')[1].split("</li>")[0]


def test_a_home_without_number_says_so(desk, place):
    home = place.town.absences[1]
    found = build_passage(absence=home, crew=place.town.crews[0], done_at=at(19), result="anomaly")

    assert "Aucun numéro n'est déclaré" in call(desk, f"/passages/{found.pk}/appels/")


@pytest.mark.parametrize("forged", ["", "x", "ImEi:1wxyz:abc"])
def test_a_call_that_did_not_begin_here_is_not_noted(desk, chain, forged):
    answer = desk.post(f"{chain}noter/", {"call": forged, "outcome": "reached"}, follow=True)

    assert "recommencez-le" in words(answer)
    assert not CallAttempt.objects.exists()


def test_a_call_is_not_noted_at_another_anomaly(desk, chain, place):
    other = build_passage(
        absence=place.town.absences[1], crew=place.town.crews[0], done_at=at(19), result="anomaly"
    )

    end(desk, f"/passages/{other.pk}/appels/", call(desk, chain))

    assert not CallAttempt.objects.exists()


def test_where_all_was_well_there_is_nobody_to_call(desk, place):
    passage = build_passage(absence=place.town.absences[0], crew=place.town.crews[0], done_at=at(19))

    assert desk.get(f"/passages/{passage.pk}/appels/").status_code == 404


def correct(desk, passage: Passage) -> None:
    sent = {"found": "ras", "why": "owner_explained", "read_as_of": ""}
    assert desk.post(f"/passages/{passage.pk}/corriger/", sent).status_code == 302


def test_the_calls_made_stay_readable_once_the_anomaly_is_corrected_and_no_more_are_begun(desk, chain, anomaly):
    end(desk, chain, call(desk, chain), "voicemail")
    correct(desk, anomaly)

    page = desk.get(chain)
    assert "Message laissé : 12 août, de 19 h 30 à 19 h 30" in words(page)
    assert "Ce passage a été corrigé" in words(page)
    assert "il disait : Anomalie · Porte ou fenêtre ouverte" in words(page)
    assert "/appeler/" not in page.content.decode()
    assert f'href="{chain}"' in desk.get(f"/logements/{anomaly.absence_id}/").content.decode()
    assert desk.post(f"{chain}appeler/?etape=owner").url == chain
    assert AuditEntry.objects.filter(action="absence.phone").count() == 1


def test_a_call_under_way_while_its_anomaly_is_corrected_is_kept(desk, chain, anomaly):
    page = call(desk, chain)
    correct(desk, anomaly)

    end(desk, chain, page)

    assert CallAttempt.objects.get().outcome == "reached"


def test_a_call_that_lasts_is_noted_although_the_second_factor_is_old(desk, chain, monkeypatch):
    page = call(desk, chain)
    later = timezone.now() + dt.timedelta(minutes=14)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    end(desk, chain, page)

    assert CallAttempt.objects.count() == 1


@pytest.mark.parametrize("role", [Role.NATIONAL_POLICE, Role.DPO, Role.CLSPD])
def test_others_call_nobody(client, place, chain, role):
    let_in(client, place.accounts[role])

    assert client.get(chain).status_code == 404
    assert client.post(f"{chain}appeler/?etape=owner").status_code == 404
