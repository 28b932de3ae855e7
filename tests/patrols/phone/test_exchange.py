import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from accounts.audit import Reason
from accounts.models import AuditEntry
from accounts.person import Person
from accounts.roles import Role
from accounts.unsealing import unseal
from patrols.models import CallAttempt, Passage, PassageNote, PassageOrigin, Receipt, RefusedEntry
from patrols.services.phone.entries import Entry
from patrols.services.phone.exchange import State, take_in
from tests.access.people import build_plan_again, move_shift
from tests.patrols.phone.phones import ANOMALY, batch, call, entry, on_behalf_of, passage, sender_of

A_MINUTE, AN_HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def send(person: Person, *entries: Entry, now: dt.datetime, sent_at: dt.datetime | None = None) -> list[State]:
    with on_behalf_of(person):
        answers = take_in(batch(*entries, sent_at=sent_at or now), sender_of(person), now=now)
    assert [answer.reference for answer in answers] == [entry.reference for entry in entries]
    return [answer.state for answer in answers]


def reasons(person: Person, *entries: Entry, now: dt.datetime) -> list[str]:
    with on_behalf_of(person):
        return [a.reason for a in take_in(batch(*entries, sent_at=now), sender_of(person), now=now)]


def test_a_passage_is_recorded_as_it_was_noted(place, crew, now):
    done_at = now - 10 * A_MINUTE

    assert send(crew, passage(place, 1, done_at=done_at, home=1, **ANOMALY), now=now) == [State.RECORDED]

    recorded = Passage.objects.get()
    stop = place.route.stops.get(order=2)
    assert (recorded.absence, recorded.stop) == (stop.absence, stop)
    assert (recorded.origin.crew, recorded.origin.reference) == (place.town.crews[0], UUID(int=1))
    assert (recorded.done_at, recorded.clock) == (done_at, "trusted")
    assert (recorded.result, recorded.anomaly, recorded.wrong) == ("anomaly", "opening", ["door"])
    assert (recorded.checked, recorded.presence) == (["door", "shutters"], "within")
    assert unseal(recorded.note, "text", reason=Reason.PATROL) == {"text": "Porte du garage"}


def test_what_is_sent_again_is_acknowledged_and_recorded_once(place, crew, now):
    entries = [passage(place, n, done_at=now - n * A_MINUTE, home=n - 1) for n in (1, 2, 3)]

    first = send(crew, *entries[:2], now=now)
    again = send(crew, *reversed(entries), entries[0], now=now)

    assert first == [State.RECORDED] * 2
    assert again == [State.RECORDED] * 4
    assert set(PassageOrigin.objects.values_list("reference", flat=True)) == {UUID(int=n) for n in (1, 2, 3)}


def test_the_same_identifier_with_another_content_is_refused_and_kept_once(place, crew, now):
    first = passage(place, 1, done_at=now)
    changed = passage(place, 1, done_at=now, **ANOMALY)
    send(crew, first, now=now)

    assert [send(crew, changed, now=now) for _ in range(2)] == [[State.REFUSED]] * 2
    assert reasons(crew, changed, now=now) == ["Déjà reçu avec un autre contenu"]

    assert Passage.objects.get().result == "ras"
    kept = RefusedEntry.objects.get()
    assert (kept.reason, kept.crew) == ("changed", place.town.crews[0])
    assert unseal(kept, "content", reason=Reason.PATROL) == {"content": changed.content}
    assert send(crew, first, now=now) == [State.RECORDED]


def test_both_contents_of_an_identifier_in_one_batch_leave_the_first(place, crew, now):
    first, changed = passage(place, 1, done_at=now), passage(place, 1, done_at=now - A_MINUTE)

    assert send(crew, first, changed, now=now) == [State.RECORDED, State.REFUSED]
    assert (Passage.objects.count(), RefusedEntry.objects.count()) == (1, 1)


def test_a_content_that_is_not_the_one_that_was_hashed_is_kept_aside(place, crew, now):
    cut = replace(passage(place, 1, done_at=now), content="{")

    assert send(crew, cut, now=now) == [State.REFUSED]
    assert (Passage.objects.count(), RefusedEntry.objects.get().reason) == (0, "unreadable")


def test_one_entry_that_is_refused_keeps_no_other_from_being_recorded(place, crew, now):
    alpha = place.town.crews[0].pk
    bad = entry(alpha, "{}", number=2)
    elsewhere = passage(place, 3, done_at=now)
    elsewhere = entry(
        alpha, elsewhere.content.replace(f'"home": {place.town.absences[0].pk}', '"home": 999999'), number=3
    )

    states = send(crew, bad, elsewhere, passage(place, 1, done_at=now), now=now)

    assert states == [State.REFUSED, State.REFUSED, State.RECORDED]
    assert set(RefusedEntry.objects.values_list("reason", flat=True)) == {"unreadable", "not_on_round"}
    assert send(crew, bad, now=now) == [State.REFUSED]
    assert RefusedEntry.objects.count() == 2


def test_a_passage_sent_after_the_shift_is_recorded_and_acknowledged_again(place, crew, now):
    move_shift(place.town.shifts[0], starts_in=-10 * AN_HOUR)
    done_at = now - 7 * AN_HOUR

    assert [send(crew, passage(place, 1, done_at=done_at), now=now) for _ in range(2)] == [[State.RECORDED]] * 2
    assert (Passage.objects.get().done_at, Passage.objects.get().clock) == (done_at, "trusted")


def test_a_passage_at_a_stop_that_a_newer_plan_took_away_is_recorded(place, crew, now):
    entries = [passage(place, 1, done_at=now)]
    build_plan_again(place)

    assert send(crew, *entries, now=now) == [State.RECORDED]


def test_a_passage_at_a_stop_that_is_gone_is_recorded_at_its_home(place, crew, now):
    entries = [passage(place, 1, done_at=now)]
    build_plan_again(place)
    place.plan.delete()
    second = place.town.absences[3].pk
    content = entries[0].content.replace(f'"home": {place.town.absences[0].pk}', f'"home": {second}')

    assert send(crew, entry(place.town.crews[0].pk, content, number=2), now=now) == [State.RECORDED]
    assert (Passage.objects.get().stop, Passage.objects.get().absence_id) == (None, second)


def test_a_passage_of_another_crew_waits_for_that_crew(place, crew, now):
    theirs = replace(passage(place, 1, done_at=now), crew=place.town.crews[1].pk)

    assert send(crew, theirs, now=now) == [State.OF_ANOTHER_CREW]
    assert not Receipt.objects.exists()


def test_a_clock_that_is_wrong_is_put_right_and_marked(place, crew, now):
    slow = 3 * AN_HOUR
    done_at = now - 10 * A_MINUTE

    send(crew, passage(place, 1, done_at=done_at - slow), now=now, sent_at=now - slow)

    recorded = Passage.objects.get()
    assert (recorded.clock, recorded.origin.clock_off_s) == ("corrected", 10_800)
    assert (recorded.done_at, recorded.origin.phone_said_at) == (done_at, done_at - slow)


def test_two_passages_whose_hours_are_impossible_are_both_recorded(place, crew, now):
    future = [passage(place, n, done_at=now + 9 * AN_HOUR) for n in (1, 2)]

    assert send(crew, *future, now=now) == [State.RECORDED] * 2
    assert set(Passage.objects.values_list("done_at", "clock")) == {(now, "implausible")}


def test_calls_come_with_their_passage_or_after_it(place, crew, now):
    anomaly = passage(place, 1, done_at=now - 5 * A_MINUTE, **ANOMALY)
    owner = call(place, 2, after=1, ended_at=now - 3 * A_MINUTE)
    police = call(place, 3, after=1, ended_at=now, step="national_police", outcome="reached")

    assert send(crew, owner, anomaly, now=now) == [State.RECORDED] * 2
    assert send(crew, police, owner, now=now) == [State.RECORDED] * 2

    told = CallAttempt.objects.filter(passage__origin__reference=UUID(int=1)).values_list(
        "step", "outcome", "ended_at"
    )
    assert list(told) == [
        ("owner", "no_answer", now - 3 * A_MINUTE),
        ("national_police", "reached", now),
    ]


def test_a_call_waits_for_its_passage(place, crew, now):
    early = call(place, 2, after=1, ended_at=now)

    assert send(crew, early, now=now) == [State.LATER]
    assert not Receipt.objects.exists()
    assert send(crew, passage(place, 1, done_at=now, **ANOMALY), early, now=now) == [State.RECORDED] * 2


def test_a_call_whose_passage_never_comes_or_was_refused_is_kept_aside(place, crew, now):
    lost = call(place, 2, after=1, ended_at=now - dt.timedelta(days=3))
    refused = entry(place.town.crews[0].pk, "{}", number=5)
    after_refused = call(place, 6, after=5, ended_at=now)

    assert send(crew, lost, now=now) == [State.REFUSED]
    assert send(crew, refused, after_refused, now=now) == [State.REFUSED] * 2
    assert list(RefusedEntry.objects.order_by("reason").values_list("reason", flat=True)) == [
        "no_passage",
        "no_passage",
        "unreadable",
    ]


def test_what_was_recorded_is_traced_without_a_value(place, crew, now):
    send(
        crew,
        passage(place, 1, done_at=now, **ANOMALY),
        passage(place, 2, done_at=now, home=1),
        call(place, 3, after=1, ended_at=now),
        now=now,
    )

    entries = AuditEntry.objects.filter(stream=f"account:{crew.account_id}")
    assert {(e.action, e.kind, len(e.ids)) for e in entries} == {
        ("passage.create", "patrols.passage", 2),
        ("passagenote.update", "patrols.passagenote", 1),
        ("anomaly.call_chain", "patrols.callattempt", 1),
    }
    assert AuditEntry.objects.get(action="passage.create").ids == [
        str(pk) for pk in Passage.objects.order_by("pk").values_list("pk", flat=True)
    ]


def test_an_empty_batch_is_answered(crew, now):
    assert send(crew, now=now) == []


def test_who_is_in_no_crew_sends_nothing(place, now):
    police = place.person(Role.MUNICIPAL_POLICE)

    assert send(police, passage(place, 1, done_at=now), now=now) == [State.OF_ANOTHER_CREW]


def test_a_note_dies_with_its_passage(place, crew, now):
    send(crew, passage(place, 1, done_at=now, note="Chien attaché"), now=now)

    Passage.objects.all().delete()

    assert not PassageNote.objects.exists()


@pytest.mark.parametrize("size", [1, 50])
def test_a_batch_takes_the_same_number_of_queries_whatever_its_size(
    place, crew, now, size, django_assert_max_num_queries
):
    entries = [passage(place, n, done_at=now - n * A_MINUTE, home=n % 3) for n in range(1, size + 1)]

    with on_behalf_of(crew), django_assert_max_num_queries(20):
        take_in(batch(*entries, sent_at=now), sender_of(crew), now=now)
