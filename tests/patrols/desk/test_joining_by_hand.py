"""Two passages of one visit, of which one was noted for no stop: the desk joins them, and parts them again."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from accounts.roles import Role
from patrols.errors import PassageRefused
from patrols.models import JoinedPassage, Passage
from patrols.services.desk.parting import join
from patrols.services.progress import read_progress
from tests.absences.reading import words
from tests.access.people import let_in
from tests.builders import DAY, at, build_passage

FOUND = {"result": "anomaly", "anomaly": "opening", "checked": ["door"], "wrong": ["door"]}
CORRECTED = {"amended_at": at(19, 25)}
TOLD = {"clock": Passage.Clock.TOLD}


@pytest.fixture
def sent(place) -> Passage:
    """What the phone sent of Alpha's first stop, done at five past seven."""
    stop = place.route.stops.get(order=1)
    return build_passage(absence=stop.absence, stop=stop, crew=place.town.crews[0], done_at=at(19, 5))


@pytest.fixture
def told(place, sent) -> Passage:
    """What the desk had noted for no stop, at a quarter past seven."""
    return beside(place, sent, done_at=at(19, 15), **TOLD)


@pytest.fixture
def url(told) -> str:
    return f"/passages/{told.pk}/dit-deux-fois/"


def beside(place, passage: Passage, *, crew: int = 0, **changes: object) -> Passage:
    return build_passage(**{"absence": passage.absence, "crew": place.town.crews[crew], **changes})


def test_the_desk_joins_two_passages_and_one_counts(desk, place, sent, told, url):
    answer = desk.post(url, {"other": sent.pk})

    assert answer.url == f"/logements/{sent.absence_id}/"
    assert list(Passage.objects.counted()) == [sent]
    assert [each.passage for each in read_progress(place.plan).made.values()] == [sent.pk]
    pair = JoinedPassage.objects.get()
    assert (pair.passage, pair.counts_as, pair.is_parted) == (told, sent, False)
    assert pair.decided_by == place.accounts[Role.MUNICIPAL_POLICE]
    assert [act.ids for act in AuditEntry.objects.filter(action="passage.join")] == [[str(told.pk)]]
    assert "Passages réunis : un seul compte." in words(desk.get(answer.url))


def test_joined_by_hand_they_are_parted_and_joined_again(desk, sent, told, url):
    desk.post(url, {"other": sent.pk})
    joined = words(desk.get(url))
    desk.post(url, {"visits": "two"})
    parted = words(desk.get(url))

    assert "Un passage dit deux fois" in joined
    assert "Réunis à la main le" in joined
    assert "quand le téléphone a envoyé le sien" not in joined
    assert "Séparés le" in parted
    assert Passage.objects.counted().count() == 2
    desk.post(url, {"visits": "one"})
    assert list(Passage.objects.counted()) == [sent]


def test_joined_twice_they_are_joined_once(desk, sent, told, url):
    desk.post(url, {"other": sent.pk})

    assert "Un passage dit deux fois" in words(desk.post(url, {"other": sent.pk}))
    assert JoinedPassage.objects.count() == 1
    assert AuditEntry.objects.filter(action="passage.join").count() == 1


@pytest.mark.parametrize(
    ("of_told", "of_sent", "counts"),
    [
        ({}, {}, "sent"),
        (FOUND, {}, "told"),
        (CORRECTED, FOUND, "told"),
        (FOUND, FOUND, "sent"),
        (FOUND, CORRECTED, "sent"),
        ({}, TOLD, "sent"),
    ],
)
def test_what_was_noted_at_the_door_counts_but_for_a_correction_or_an_anomaly_told_alone(
    desk, sent, told, url, of_told, of_sent, counts
):
    Passage.objects.filter(pk=told.pk).update(**of_told)
    Passage.objects.filter(pk=sent.pk).update(**of_sent)

    desk.post(url, {"other": sent.pk})

    assert list(Passage.objects.counted()) == [{"sent": sent, "told": told}[counts]]


def test_the_record_and_the_stop_lead_to_the_question(desk, national_desk, sent, told, url):
    record, stop = f"/logements/{sent.absence_id}/", f"/arrets/{sent.stop_id}/detail"
    asked = f"/passages/{sent.pk}/dit-deux-fois/"

    assert words(desk.get(record)).count("Même passage qu'un autre ?") == 2
    assert {url, asked} <= set(desk.get(record).content.decode().split('"'))
    assert asked in desk.get(stop).content.decode()
    for page in (record, stop):
        assert "dit-deux-fois" not in national_desk.get(page).content.decode()
    desk.post(url, {"other": sent.pk})
    assert "Même passage qu'un autre ?" not in words(desk.get(record))


def test_the_page_tells_both_before_they_are_joined(desk, sent, told, url):
    page = words(desk.get(url))

    assert "Un passage ou deux ?" in page
    assert "Dit par radio" in page
    assert "Envoyé par le téléphone" in page
    assert "Réunir avec le passage de 19 h 05" in page
    read = AuditEntry.objects.filter(action="passage.result").latest("pk")
    assert set(read.ids) == {str(sent.pk), str(told.pk)}


@pytest.mark.parametrize(
    "changes",
    [
        {"crew": 1},
        {"done_at": at(19, 5) - dt.timedelta(hours=16, minutes=1)},
        {"done_at": at(19, 5) + dt.timedelta(hours=16, minutes=1)},
    ],
)
def test_another_crew_or_shift_made_another_visit(desk, place, sent, changes):
    other = beside(place, sent, **{"done_at": at(19, 15), **changes})

    assert desk.get(f"/passages/{other.pk}/dit-deux-fois/").status_code == 404


def test_the_two_passages_of_a_home_that_have_their_stops_are_two(desk, place, sent):
    later = beside(place, sent, done_at=at(19, 15), stop=place.route.stops.get(order=2))

    assert desk.get(f"/passages/{later.pk}/dit-deux-fois/").status_code == 404


def test_what_was_joined_once_is_joined_with_no_third(desk, place, sent, told, url):
    desk.post(url, {"other": sent.pk})
    third = beside(place, sent, done_at=at(19, 20), **TOLD)
    desk.post(url, {"visits": "two"})

    assert desk.get(f"/passages/{third.pk}/dit-deux-fois/").status_code == 404
    with pytest.raises(PassageRefused, match="ne se réunissent"):
        join(third, sent.pk, by=None)


def test_nothing_is_joined_that_the_page_does_not_offer(desk, place, sent, told, url):
    elsewhere = beside(place, sent, absence=place.town.absences[2], done_at=at(19, 5))

    for other in (elsewhere.pk, told.pk, 0, "x", ""):
        assert "Un passage ou deux ?" in words(desk.post(url, {"other": other}))
    assert not JoinedPassage.objects.exists()


@pytest.mark.parametrize("role", [Role.NATIONAL_POLICE, Role.CREW, Role.DPO])
def test_others_join_nothing(client, place, sent, url, role):
    let_in(client, place.accounts[role], device_of=place.insee if role is Role.CREW else "")

    assert client.post(url, {"other": sent.pk}).status_code == 404
    assert not JoinedPassage.objects.exists()


def test_joined_they_leave_one_count_on_the_day(desk, place, sent, told, url):
    assert "Passages faits : 1 sur 3" in words(desk.get(f"/jour/?jour={DAY}"))
    assert "1 passage hors de ce plan" in words(desk.get(f"/jour/?jour={DAY}"))

    desk.post(url, {"other": sent.pk})

    assert "hors de ce plan" not in words(desk.get(f"/jour/?jour={DAY}"))
