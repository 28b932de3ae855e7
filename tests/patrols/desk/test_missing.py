"""A stop that a plan took for made, and of which the desk says that nobody passed."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from accounts.roles import Role
from patrols.models import MissedStop, Passage, Stop
from tests.absences.reading import words
from tests.access.people import let_in
from tests.builders import DAY, at, build_passage

PAGE = f"/jour/?jour={DAY}"


@pytest.fixture
def stop(place) -> Stop:
    """The first stop of Alpha, which the plan of the rest of the shift took for made."""
    Stop.objects.filter(route=place.route, order=1).update(is_done=True)
    return Stop.objects.select_related("route__shift").get(route=place.route, order=1)


@pytest.fixture
def url(stop) -> str:
    return f"/arrets/{stop.pk}/non-fait/"


def test_a_stop_is_said_to_be_missed_with_its_reason_and_signed(desk, place, stop, url):
    answer = desk.post(url, {"why": "called_away"})

    said = MissedStop.objects.get()
    assert answer.url == PAGE
    assert (said.shift, said.absence_id, said.planned_at) == (stop.route.shift, stop.absence_id, stop.starts_at)
    assert (said.why, said.told_by) == ("called_away", place.accounts[Role.MUNICIPAL_POLICE])
    assert AuditEntry.objects.get(action="stop.missed").ids == [str(said.pk)]


def test_what_is_presumed_and_what_was_missed_are_counted_apart_from_what_is_recorded(desk, place, stop, url):
    second = Stop.objects.get(route=place.route, order=2)
    Stop.objects.filter(pk=second.pk).update(is_done=True)
    third = Stop.objects.get(route=place.route, order=3)
    build_passage(absence=third.absence, crew=place.town.crews[0], done_at=at(19), stop=third)

    page = desk.get(PAGE)
    desk.post(url, {"why": "called_away"})
    page_after = desk.get(PAGE)

    before, after = words(page), words(page_after)
    assert "Passages faits : 1 sur 3 · 2 comptés comme faits" in before
    assert "Faits 1 sur 3 · 2 comptés comme faits" in before
    assert "Fait 1" in before
    assert "Passages faits : 1 sur 3 · 1 compté comme fait · 1 non fait" in after
    assert "non fait : équipage appelé ailleurs" in after
    # Owed again, it has no place from which it could be moved.
    assert page.content.count(b"data-grip") == page_after.content.count(b"data-grip")


def test_the_stop_offers_to_say_so_until_it_is_said(desk, national_desk, stop, url):
    detail = f"/arrets/{stop.pk}/detail"

    assert url in desk.get(detail).content.decode()
    assert "compté comme fait" in words(national_desk.get(detail))
    assert url not in national_desk.get(detail).content.decode()
    desk.post(url, {"why": "no_time"})
    assert "non fait : plus de temps (dit à " in words(national_desk.get(detail))
    assert url not in desk.get(detail).content.decode()


def test_said_twice_it_is_once_as_it_was_first(desk, url):
    for why in ("no_time", "forgotten"):
        assert desk.post(url, {"why": why}).url == PAGE

    assert MissedStop.objects.get().why == "no_time"
    assert AuditEntry.objects.filter(action="stop.missed").count() == 1


def test_it_holds_for_the_stop_that_a_later_version_keeps_and_not_for_a_new_try(desk, place, stop, url):
    desk.post(url, {"why": "no_time"})
    Stop.objects.filter(pk=stop.pk).update(is_done=False)
    later = dict.fromkeys(("arrives_at", "starts_at", "leaves_at"), at(19, 25))
    again = Stop.objects.create(route=stop.route, order=9, absence=stop.absence, prize=1, is_done=True, **later)

    told = words(desk.get(PAGE))

    assert "1 compté comme fait · 1 non fait" in told
    assert desk.post(f"/arrets/{again.pk}/non-fait/", {"why": "no_time"}).url == PAGE
    assert MissedStop.objects.count() == 2


def test_a_passage_that_comes_in_after_all_counts_more(desk, place, stop, url):
    desk.post(url, {"why": "no_time"})
    build_passage(absence=stop.absence, crew=place.town.crews[0], done_at=at(18, 9), stop=stop)

    told = words(desk.get(PAGE))

    assert "Passages faits : 1 sur 3 · aucune anomalie" in told
    assert "1 non fait" not in told
    assert "non fait : plus de temps" not in told


@pytest.mark.parametrize(
    ("is_done", "is_made", "why", "sentence"),
    [
        (False, False, "no_time", "n'est pas compté comme fait"),
        (True, True, "no_time", "Un passage est enregistré pour cet arrêt"),
        (True, False, "", "Ce champ est obligatoire"),
        (True, False, "asleep", "Sélectionnez un choix valide"),
    ],
)
def test_what_cannot_be_said_is_refused_in_words(desk, place, stop, url, is_done, is_made, why, sentence):
    Stop.objects.filter(pk=stop.pk).update(is_done=is_done)
    made = [build_passage(absence=stop.absence, crew=place.town.crews[0], done_at=at(18, 9))] if is_made else []

    assert sentence in words(desk.post(url, {"why": why}))
    assert not MissedStop.objects.exists()
    assert Passage.objects.count() == len(made)


@pytest.mark.parametrize("role", [Role.NATIONAL_POLICE, Role.CREW, Role.DPO])
def test_others_say_nothing_of_it(client, place, url, role):
    let_in(client, place.accounts[role], device_of=place.insee if role is Role.CREW else "")

    assert client.post(url, {"why": "no_time"}).status_code == 404
    assert not MissedStop.objects.exists()


def test_a_record_to_be_erased_is_told_no_more(desk, stop, url):
    home = stop.absence
    home.cancelled_at = home.erasure_asked_at = dt.datetime(2026, 8, 12, 17, tzinfo=dt.UTC)
    home.save()

    assert desk.get(url).status_code == 404
