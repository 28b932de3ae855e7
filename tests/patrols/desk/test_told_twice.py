"""A visit told by radio and by a phone: the desk sees that it counts once, and parts the two that were two."""

import datetime as dt

import pytest

from absences.models import Absence
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.services.purge import purge_rows
from maps.homes import read_homes
from maps.homes_of_day import list_homes
from maps.homes_state import HomeFilter
from patrols.counts import PassageCount
from patrols.models import JoinedPassage, Passage, PassageNote
from patrols.services.elsewhere import passages_made
from patrols.services.progress import read_progress
from tests.absences.reading import words
from tests.access.people import let_in
from tests.builders import DAY, at, build_passage

PAGE = f"/jour/?jour={DAY}"


@pytest.fixture
def pair(place) -> JoinedPassage:
    """Told at a quarter past seven, sent later as done at five past."""
    stop = place.route.stops.get(order=1)
    visit = {"absence": stop.absence, "stop": stop, "crew": place.town.crews[0]}
    told = build_passage(**visit, done_at=at(19, 15), clock=Passage.Clock.TOLD)
    sent = build_passage(**visit, done_at=at(19, 5), checked=["door"], presence="within")
    note = PassageNote(passage=told, text="Portail ouvert")
    note.keep_until(DAY)
    note.save()
    return JoinedPassage.objects.create(passage=told, counts_as=sent, joined_at=at(19, 20))


@pytest.fixture
def url(pair) -> str:
    return f"/passages/{pair.passage_id}/dit-deux-fois/"


def test_the_record_tells_both_and_counts_one(desk, national_desk, pair, url):
    record = f"/logements/{pair.passage.absence_id}/"
    told = words(desk.get(record))

    assert "Aussi dit par radio, le 12 août à 19 h 15 (compté une fois) : RAS" in told
    assert told.count("Avis de passage") == 1
    assert url in desk.get(record).content.decode()
    assert "Aussi dit par radio" in words(national_desk.get(record))
    assert url not in national_desk.get(record).content.decode()
    read = desk.post(f"{record}devoiler/?quoi=notes")
    assert "« Portail ouvert »" in words(read)


def test_the_day_counts_one_and_its_stop_tells_both(desk, place, pair, url):
    assert "Passages faits : 1 sur 3" in words(desk.get(PAGE))
    detail = desk.get(f"/arrets/{pair.passage.stop_id}/detail")
    assert "Passage fait 19 h 05 · RAS" in words(detail)
    assert "Aussi dit par radio 19 h 15 · RAS, compté une fois" in words(detail)
    assert url in detail.content.decode()


def test_parted_they_count_as_two_and_joined_again_as_one(desk, place, pair, url):
    heard = read_progress(place.plan).heard

    for visits, count in (("two", 2), ("two", 2), ("one", 1)):
        answer = desk.post(url, {"visits": visits})

        assert answer.url == f"/logements/{pair.passage.absence_id}/"
        assert Passage.objects.counted().count() == count
        assert (read_progress(place.plan).heard == heard) == (count == 1)
    pair.refresh_from_db()
    assert (pair.is_parted, pair.decided_by) == (False, place.accounts[Role.MUNICIPAL_POLICE])
    acts = AuditEntry.objects.filter(action__in=["passage.part", "passage.join"]).order_by("pk")
    assert [(act.action, act.ids) for act in acts] == [
        ("passage.part", [str(pair.pk)]),
        ("passage.join", [str(pair.pk)]),
    ]


def test_the_page_tells_which_counts_and_who_has_parted_them(desk, pair, url):
    joined = words(desk.get(url))
    desk.post(url, {"visits": "two"})
    parted = words(desk.get(f"/passages/{pair.counts_as_id}/dit-deux-fois/"))

    assert "Envoyé par le téléphone : compte" in joined
    assert "Dit par radio : ne compte pas" in joined
    assert "Réunis le 12 août à 19 h 20" in joined
    assert "Deux passages à un arrêt" in parted
    assert "Séparés le" in parted
    assert "par vous." in parted
    assert words(desk.get(f"/logements/{pair.passage.absence_id}/")).count("Séparé d'un autre passage") == 2


def test_what_is_counted_anywhere_is_one(place, pair):
    home = pair.passage.absence
    week = {"since": at(0), "before": at(23)}

    assert Passage.objects.count_by_absence([home], **week) == {home.pk: 1}
    assert Passage.objects.latest_by_absence([home], before=at(23)) == {home.pk: at(19, 5)}
    assert read_progress(place.plan).heard.count == 1
    assert passages_made(home.commune, since=at(0), until=at(23)) == {home.pk: [at(19, 5)]}
    commune, listed = home.commune, Absence.objects.filter(pk=home.pk)
    assert read_homes(listed, commune=commune, day=DAY)[home.pk].last_passage.done_at == at(19, 5)
    row = next(each for each in list_homes(commune, DAY, HomeFilter()) if each.absence == home.pk)
    assert row.last_done_at == at(19, 5)


def test_what_does_not_count_is_corrected_nowhere(desk, pair):
    assert desk.get(f"/passages/{pair.passage_id}/corriger/").status_code == 404
    assert desk.get(f"/passages/{pair.counts_as_id}/corriger/").status_code == 200


@pytest.mark.parametrize("days", [31, 33])
def test_erased_together_or_one_day_apart_they_leave_one_count(place, pair, days):
    Passage.objects.filter(pk=pair.counts_as_id).update(done_at=at(23, 55) - dt.timedelta(days=1))

    for today in (DAY + dt.timedelta(days=days - 1), DAY + dt.timedelta(days=days)):
        purge_rows(Passage, today)

    assert not Passage.objects.exists()
    assert [count.passages for count in PassageCount.objects.all()] == [1]


def test_nothing_is_understood_that_says_neither_one_nor_two(desk, pair, url):
    assert desk.post(url, {"visits": "three"}).status_code == 200
    assert not JoinedPassage.objects.exclude(decided_at=None).exists()


@pytest.mark.parametrize("role", [Role.NATIONAL_POLICE, Role.CREW, Role.DPO])
def test_others_part_nothing(client, place, url, role):
    let_in(client, place.accounts[role], device_of=place.insee if role is Role.CREW else "")

    assert client.post(url, {"visits": "two"}).status_code == 404
    assert not JoinedPassage.objects.filter(is_parted=True).exists()


def test_a_record_to_be_erased_is_told_no_more(desk, pair, url):
    home = pair.passage.absence
    home.cancelled_at = home.erasure_asked_at = dt.datetime(2026, 8, 12, 17, tzinfo=dt.UTC)
    home.save()

    assert desk.get(url).status_code == 404
