import pytest

from absences.models import Absence
from patrols.models import Omission, Stop
from patrols.planner import Omission as LeftOut
from patrols.planner import Reason, Remedy, RemedyKind
from patrols.planner.wording import describe_reason
from patrols.services.left_out import tell_left_out
from tests.builders import DAY, build_town
from tests.patrols.services.planning_hand import Hand, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand(routing_dir) -> Hand:
    """A draft that leaves out the third home, by hand."""
    hand = take(build_town(), routing_dir)
    hand.do("exclude", hand.town.absences[2].pk)
    return hand


@pytest.fixture
def stop(hand) -> Stop:
    return Stop.objects.filter(route__plan=hand.plan).order_by("route__shift", "order")[0]


def told(hand: Hand) -> list[Omission]:
    return list(hand.plan.omissions.order_by("pk"))


def lock(hand: Hand, stop: Stop, act: str = "lock") -> None:
    assert hand.do(act, stop.absence_id, number=stop.visit_number).consequences.is_allowed


def test_a_lock_leaves_what_is_told_of_the_passages_left_out(hand, stop):
    before = told(hand)

    lock(hand, stop)

    assert told(hand) == before != []
    assert Stop.objects.get(route__plan=hand.plan, is_locked=True).absence == stop.absence


def test_an_advice_to_give_up_a_stop_that_is_locked_is_told_anew(hand, stop):
    hand.plan.omissions.update(remedy={"kind": "replace", "absence": stop.absence_id})

    lock(hand, stop)

    assert {(omission.absence, *omission.remedy) for omission in told(hand)} == {(hand.town.absences[2],)}


def test_a_stop_that_is_unlocked_may_be_given_up_and_all_is_told_anew(hand, stop):
    lock(hand, stop)
    before = told(hand)

    lock(hand, stop, "unlock")

    assert len(told(hand)) == len(before)
    assert set(told(hand)).isdisjoint(before)


def test_what_is_owed_no_more_since_the_plan_was_saved_is_told_no_more(hand, stop):
    Absence.objects.filter(pk=hand.town.absences[2].pk).update(returned_on=DAY)

    lock(hand, stop)

    assert told(hand) == []


def test_a_change_of_more_than_locks_tells_all_anew(hand, stop):
    before = told(hand)

    hand.do("exclude", stop.absence_id)

    assert set(told(hand)).isdisjoint(before)


def test_no_wider_hours_are_asked_of_a_home_that_may_be_passed_at_any(hand, stop, monkeypatch):
    hand.do("readmit", hand.town.absences[2].pk)
    with_hours, at_any_hour = hand.town.absences[1:3]
    Stop.objects.filter(absence__in=[with_hours, at_any_hour]).delete()
    wider = Remedy(kind=RemedyKind.WIDEN_WINDOW, crew="Alpha", seconds=1200.0)
    monkeypatch.setattr(
        "patrols.services.editing.explain_left_out",
        lambda *_: [
            LeftOut(visit=f"{home.pk}/1", reason=Reason.WINDOW, remedy=wider) for home in (with_hours, at_any_hour)
        ],
    )

    lock(hand, Stop.objects.filter(route__plan=hand.plan)[0])

    sentences = {omission.absence: omission.sentence for omission in told(hand)}
    assert "de 20 min" in sentences[with_hours]
    assert sentences[at_any_hour] == describe_reason(Reason.WINDOW)


def test_the_reason_stays_whole_once_the_crew_of_the_advice_has_gone_home():
    barred = "Aucun équipage n'est libre, 3 h 00 après le passage de 18 h 25."
    omission = Omission(remedy={"shift": 7}, reason=Reason.WINDOW, sentence=f"{barred} Il tiendrait autrement.")

    assert tell_left_out(omission, {7}, homes={}) == barred
