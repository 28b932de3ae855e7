"""A passage told by radio: noted once, with its source, at the hours at which it may have been done."""

import datetime as dt
import uuid

import pytest
from django.test import Client

from accounts import audit
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.unsealing import unseal
from patrols.models import Passage, PassageNote, Shift
from tests.absences.reading import words
from tests.access.people import copy_of, let_in
from tests.builders import at, build_passage
from tests.patrols.desk.radio import hidden, told

ANOTHER = str(uuid.UUID(int=8))


def url_of(place, home: int = 0) -> str:
    return f"/logements/{place.town.absences[home].pk}/passage/"


def test_a_passage_told_by_radio_is_noted_with_its_source(desk, place):
    answer = desk.post(url_of(place), told(place))

    passage = Passage.objects.get()
    assert answer.url == f"/logements/{place.town.absences[0].pk}/"
    assert (passage.done_at, passage.clock, passage.result) == (at(19, 15), "told", "ras")
    assert (passage.presence, passage.checked, passage.wrong) == ("not_measured", [], [])
    assert (passage.origin.crew, passage.origin.device) == (place.town.crews[0], None)
    assert "Heure notée au poste" in words(desk.get(answer.url))
    assert AuditEntry.objects.get(action="passage.create").ids == [str(passage.pk)]


def test_an_anomaly_is_noted_with_what_is_wrong_and_leads_to_the_calls(desk, place):
    sent = told(place, found="opening", wrong=["door", "gate"], note=" Porte du garage ")

    answer = desk.post(url_of(place), sent)

    passage = Passage.objects.get()
    assert answer.url == f"/passages/{passage.pk}/appels/"
    assert (passage.result, passage.anomaly) == ("anomaly", "opening")
    # In the order in which one walks around a home.
    assert passage.checked == passage.wrong == ["gate", "door"]
    assert unseal(passage.note, "text", reason=audit.Reason.PATROL) == {"text": "Porte du garage"}


def test_the_same_form_sent_twice_records_one_passage(desk, place):
    first, second = (desk.post(url_of(place), told(place)) for _ in range(2))

    assert first.url == second.url
    assert Passage.objects.count() == 1


def test_a_form_that_was_sent_says_nothing_else_afterwards(desk, place):
    desk.post(url_of(place), told(place))

    answer = desk.post(url_of(place), told(place, found="opening"))

    assert "Ce formulaire a déjà servi" in words(answer)
    assert Passage.objects.get().result == "ras"


def test_each_form_that_is_opened_may_record_its_own_passage(desk, place):
    references = {hidden(desk.get(url_of(place)).content.decode(), "reference") for _ in range(2)}

    assert len(references) == 2


def test_what_the_phone_may_have_sent_already_is_asked_about(desk, place):
    build_passage(absence=place.town.absences[0], crew=place.town.crews[0], done_at=at(19, 5))

    doubted = desk.post(url_of(place), told(place))

    assert "Un passage est déjà noté à ce logement le mercredi 12 août 2026 à 19 h 05" in words(doubted)
    assert Passage.objects.count() == 1
    desk.post(url_of(place), told(place, confirmed="on"))
    assert Passage.objects.count() == 2


def test_half_an_hour_apart_are_two_passages(desk, place):
    build_passage(absence=place.town.absences[0], crew=place.town.crews[0], done_at=at(18, 45))

    desk.post(url_of(place), told(place))

    assert Passage.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hour": "19:32"}, "Cette heure n'est pas encore venue"),
        ({"day": "2026-08-05"}, "Un passage se note dans les 7 jours"),
        ({"found": "ras", "wrong": ["door"]}, "aucun point n'est en cause"),
        ({"found": ""}, "Ce champ est obligatoire"),
        ({"found": "burglars"}, "Sélectionnez un choix valide"),
        ({"crew": 0}, "Sélectionnez un choix valide"),
        ({"reference": "x"}, "Saisissez un UUID valide"),
        ({"note": "x" * 281}, "au plus 280"),
    ],
)
def test_what_cannot_be_is_refused_in_words(desk, place, changes, sentence):
    answer = desk.post(url_of(place), told(place, **changes))

    assert sentence in words(answer)
    assert not Passage.objects.exists()


def test_a_passage_is_at_a_home_that_was_vacant_that_day(desk, place):
    home = place.town.absences[0]
    home.first_day = dt.date(2026, 8, 12)
    home.save()

    answer = desk.post(url_of(place), told(place, day="2026-08-11"))

    assert "Le logement n'était pas vacant ce jour-là" in words(answer)
    assert not Passage.objects.exists()


def test_from_a_stop_the_crew_is_chosen_and_the_stop_is_kept(desk, place):
    stop = place.route.stops.get(order=2)
    url = f"/arrets/{stop.pk}/passage/"

    assert f'<option value="{place.town.crews[0].pk}" selected>' in desk.get(url).content.decode()
    desk.post(url, told(place))
    desk.post(url, told(place, reference=ANOTHER, crew=place.town.crews[1].pk, hour="18:10"))

    assert dict(Passage.objects.values_list("origin__crew__name", "stop")) == {"Alpha": stop.pk, "Bravo": None}


def test_after_midnight_the_record_still_knows_the_crew_that_is_out(place, monkeypatch):
    past_midnight = at(23) + dt.timedelta(hours=2)
    Shift.objects.filter(pk=place.route.shift_id).update(ends_at=past_midnight + dt.timedelta(hours=1))
    monkeypatch.setattr("django.utils.timezone.now", lambda: past_midnight.astimezone(dt.UTC))
    desk = let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])

    form = desk.get(url_of(place)).content.decode()

    assert f'<option value="{place.route.shift.crew_id}" selected>' in form


def test_the_detail_of_a_stop_leads_to_the_form_for_whoever_may(desk, national_desk, place):
    stop = place.route.stops.get(order=1)
    told_to = {who: who.get(f"/arrets/{stop.pk}/detail").content.decode() for who in (desk, national_desk)}

    assert f"/arrets/{stop.pk}/passage/" in told_to[desk]
    assert "/passage/" not in told_to[national_desk]


def test_national_police_note_nothing(national_desk, place):
    home = place.town.absences[0]

    assert national_desk.post(url_of(place), told(place)).status_code == 404
    assert "Noter un passage" not in words(national_desk.get(f"/logements/{home.pk}/"))
    assert not Passage.objects.exists()
    assert not PassageNote.objects.exists()


def test_a_home_whose_record_was_erased_takes_no_passage(desk, place):
    home = place.town.absences[0]
    home.cancelled_at = home.erasure_asked_at = at(19)
    home.save()

    assert desk.get(url_of(place)).status_code == 404


def test_from_the_record_the_stop_is_the_nearest_one_that_nobody_has_noted(desk, place):
    first = place.route.stops.get(order=1)
    second = copy_of(first, order=9, visit_number=2, starts_at=at(19, 20), leaves_at=at(19, 25))

    desk.post(url_of(place), told(place))
    desk.post(url_of(place), told(place, reference=ANOTHER, hour="18:40"))
    desk.post(url_of(place), told(place, reference=str(uuid.UUID(int=9)), hour="18:01"))

    made = Passage.objects.order_by("-done_at").values_list("stop", flat=True)
    assert list(made) == [second.pk, first.pk, None]


def test_what_was_told_at_a_stop_of_a_draft_stands_for_that_of_the_published_plan(desk, place):
    published = place.route.stops.get(order=1)
    draft = copy_of(place.plan, number=2, version=None, published_at=None)
    rewritten = copy_of(published, route=copy_of(place.route, plan=draft))

    desk.post(f"/arrets/{rewritten.pk}/passage/", told(place))

    assert Passage.objects.get().stop == published


def test_a_stop_that_a_phone_has_noted_at_another_hour_is_asked_about(desk, place):
    stop = place.route.stops.get(order=1)
    build_passage(absence=stop.absence, crew=place.town.crews[0], done_at=at(18, 5), stop=stop)

    doubted = desk.post(f"/arrets/{stop.pk}/passage/", told(place))

    assert "Un passage est déjà noté à ce logement le mercredi 12 août 2026 à 18 h 05" in words(doubted)
    assert Passage.objects.count() == 1
