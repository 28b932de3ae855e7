"""A visit told by radio and sent by the phone afterwards: both stay as they were told, and one counts."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from patrols.models import CallAttempt, JoinedPassage, Passage, Stop
from patrols.services.phone.exchange import State, take_in
from tests.access.people import Place, build_plan_again, copy_of, move_shift
from tests.builders import build_passage
from tests.patrols.phone.phones import ANOMALY, batch, call, on_behalf_of, passage, sender_of

A_MINUTE, AN_HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
FOUND = {"result": "anomaly", "anomaly": "opening", "checked": ["door"], "wrong": ["door"]}


def tell(place: Place, stop: Stop, *, done_at: dt.datetime, crew: int = 0, **found: object) -> Passage:
    """Let the desk note a passage at a stop, as it was told by radio."""
    at_stop = {"absence": stop.absence, "stop": stop, "clock": Passage.Clock.TOLD}
    return build_passage(crew=place.town.crews[crew], done_at=done_at, **at_stop, **found)


def send(crew, *entries, now) -> list[State]:
    with on_behalf_of(crew):
        return [answer.state for answer in take_in(batch(*entries, sent_at=now), sender_of(crew), now=now)]


def sent_alone(told: Passage) -> Passage:
    """The passage that is not the one that was told."""
    return Passage.objects.exclude(pk=told.pk).get()


@pytest.fixture
def stop(place) -> Stop:
    return place.route.stops.get(order=1)


def test_a_visit_that_was_told_by_radio_counts_once_when_the_phone_sends_it(place, crew, now, stop):
    told = tell(place, stop, done_at=now - 20 * A_MINUTE)

    assert send(crew, passage(place, 1, done_at=now - 50 * A_MINUTE), now=now) == [State.RECORDED]

    sent = sent_alone(told)
    assert list(Passage.objects.counted()) == [sent]
    joined = JoinedPassage.objects.get()
    assert (joined.passage, joined.counts_as, joined.is_parted) == (told, sent, False)
    assert joined.joined_at == sent.recorded_at
    told.refresh_from_db()
    assert (told.done_at, told.result, told.stop) == (now - 20 * A_MINUTE, "ras", stop)
    assert AuditEntry.objects.get(action="passage.join").ids == [str(told.pk)]


def test_sent_again_it_is_joined_once(place, crew, now, stop):
    tell(place, stop, done_at=now)

    for _ in range(2):
        send(crew, passage(place, 1, done_at=now), now=now)

    assert (Passage.objects.count(), JoinedPassage.objects.count()) == (2, 1)


def test_an_anomaly_that_was_told_alone_counts_and_keeps_its_calls(place, crew, now, stop):
    told = tell(place, stop, done_at=now, **FOUND)
    CallAttempt.objects.create(passage=told, step="owner", outcome="reached", started_at=now, ended_at=now)

    send(crew, passage(place, 1, done_at=now), now=now)

    assert list(Passage.objects.counted()) == [told]
    assert [each.passage for each in CallAttempt.objects.of_visit(sent_alone(told))] == [told]


def test_an_anomaly_that_both_tell_counts_as_the_phone_has_it_and_calls_are_of_both(place, crew, now, stop):
    told = tell(place, stop, done_at=now, **FOUND)
    CallAttempt.objects.create(passage=told, step="owner", outcome="voicemail", started_at=now, ended_at=now)
    anomaly = passage(place, 1, done_at=now - A_MINUTE, **ANOMALY)

    send(crew, anomaly, call(place, 2, after=1, ended_at=now, step="national_police"), now=now)

    sent = sent_alone(told)
    assert list(Passage.objects.counted()) == [sent]
    for one in (told, sent):
        assert {each.step for each in CallAttempt.objects.of_visit(one)} == {"owner", "national_police"}


def test_what_police_corrected_since_it_was_told_counts(place, crew, now, stop):
    told = tell(place, stop, done_at=now, amended_at=now)

    send(crew, passage(place, 1, done_at=now, **ANOMALY), now=now)

    assert list(Passage.objects.counted()) == [told]


def test_the_two_passages_that_a_home_is_owed_stay_two(place, crew, now, stop):
    second = copy_of(stop, order=9, visit_number=2)
    told = tell(place, second, done_at=now)

    send(crew, passage(place, 1, done_at=now), passage(place, 2, done_at=now, stop=second.pk), now=now)

    assert Passage.objects.counted().count() == 2
    assert set(Passage.objects.counted().values_list("stop", flat=True)) == {stop.pk, second.pk}
    assert JoinedPassage.objects.get().passage == told


def test_a_phone_that_has_an_older_version_of_the_plan_tells_the_same_visit(place, crew, now, stop):
    entry = passage(place, 1, done_at=now)
    build_plan_again(place)
    newer = copy_of(stop, order=9, route=place.town.shifts[0].routes.exclude(pk=place.route.pk).get())
    tell(place, newer, done_at=now)

    send(crew, entry, now=now)

    assert JoinedPassage.objects.count() == 1


def test_after_the_shift_it_is_joined_too(place, crew, now, stop):
    move_shift(place.town.shifts[0], starts_in=-10 * AN_HOUR)
    tell(place, stop, done_at=now - 8 * AN_HOUR)

    send(crew, passage(place, 1, done_at=now - 8 * AN_HOUR), now=now)

    assert Passage.objects.counted().count() == 1


@pytest.mark.parametrize(
    "otherwise",
    [{"clock": "trusted"}, {"crew": 1}, {"stop": None}],
    ids=["another phone sent it", "another crew told it", "told of no stop"],
)
def test_what_is_not_told_of_the_same_visit_stays_beside_it(place, crew, now, stop, otherwise):
    row = {"absence": stop.absence, "stop": stop, "clock": "told", "done_at": now, **otherwise}
    build_passage(**{**row, "crew": place.town.crews[row.get("crew", 0)]})

    send(crew, passage(place, 1, done_at=now), now=now)

    assert Passage.objects.counted().count() == 2


def test_of_two_that_were_told_the_nearest_in_hour_is_the_same(place, crew, now, stop):
    far, near = (tell(place, stop, done_at=now - minutes * A_MINUTE) for minutes in (50, 5))

    send(crew, passage(place, 1, done_at=now - 10 * A_MINUTE), now=now)

    assert JoinedPassage.objects.get().passage == near
    assert far in Passage.objects.counted()


def test_of_two_that_are_sent_the_nearest_in_hour_is_the_same_and_no_later_one(place, crew, now, stop):
    told = tell(place, stop, done_at=now - 5 * A_MINUTE)

    send(crew, *(passage(place, n, done_at=now - n * 4 * A_MINUTE) for n in (3, 1)), now=now)
    send(crew, passage(place, 4, done_at=now - 5 * A_MINUTE), now=now)

    assert JoinedPassage.objects.get(passage=told).counts_as.done_at == now - 4 * A_MINUTE
    assert Passage.objects.counted().count() == 3


@pytest.mark.parametrize("starts_in", [-AN_HOUR, -10 * AN_HOUR], ids=["in the shift", "after it"])
def test_a_call_follows_an_anomaly_that_was_told_and_never_sent(place, crew, now, stop, starts_in):
    move_shift(place.town.shifts[0], starts_in=starts_in)
    told = tell(place, stop, done_at=now, **FOUND)
    another = tell(place, stop, done_at=now, crew=1, **FOUND)
    after = [
        call(place, n, after=each.origin.reference.int, ended_at=now) for n, each in ((2, told), (3, another))
    ]

    assert send(crew, *after, now=now) == [State.RECORDED, State.LATER]
    assert send(crew, after[0], now=now) == [State.RECORDED]

    assert CallAttempt.objects.get().passage == told
