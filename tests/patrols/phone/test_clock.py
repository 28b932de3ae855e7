import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.models import Passage
from patrols.models.crews import LATEST_AFTER_SHIFT, OPENS_BEFORE
from patrols.services.phone.clock import Hours, settle
from tests.builders import at

NO_TIME, MINUTE, HOUR = dt.timedelta(0), dt.timedelta(minutes=1), dt.timedelta(hours=1)
EVENING = Hours(starts_at=at(18), ends_at=at(22))
Clock = Passage.Clock


@pytest.mark.parametrize(
    ("said", "off", "now", "settled", "clock"),
    [
        (at(18, 30), NO_TIME, at(19), at(18, 30), Clock.TRUSTED),
        (at(18, 30), MINUTE, at(19), at(18, 30), Clock.TRUSTED),
        # Three hours slow: what it called 15 h 30 was 18 h 30.
        (at(15, 30), 3 * HOUR, at(19), at(18, 30), Clock.CORRECTED),
        (at(20, 30), -2 * HOUR, at(19), at(18, 30), Clock.CORRECTED),
        # In the future, as its clock was put right before it sent: no later than now.
        (at(21), NO_TIME, at(19), at(19), Clock.IMPLAUSIBLE),
        # Before the round was open: no earlier than then.
        (at(9), NO_TIME, at(19), at(16), Clock.IMPLAUSIBLE),
        # Sent the next morning: no later than three hours after the shift.
        (at(23), 9 * HOUR, at(23) + 10 * HOUR, at(22) + 3 * HOUR, Clock.IMPLAUSIBLE),
        (at(22, 40), NO_TIME, at(23) + 10 * HOUR, at(22, 40), Clock.TRUSTED),
        # A network's delay may put it some seconds after now.
        (at(19) + MINUTE / 2, NO_TIME, at(19), at(19), Clock.TRUSTED),
    ],
)
def test_the_hour_of_a_phone_is_taken_put_right_or_marked(said, off, now, settled, clock):
    time = settle(said, off=off, shifts=[EVENING], now=now)

    assert (time.at, time.clock, time.off_s) == (settled, clock, off.total_seconds())


def test_of_two_shifts_at_a_home_the_nearest_counts():
    morning = Hours(starts_at=at(6), ends_at=at(10))

    assert settle(at(9), off=NO_TIME, shifts=[EVENING, morning], now=at(19)).clock == Clock.TRUSTED
    assert settle(at(14), off=NO_TIME, shifts=[morning, EVENING], now=at(19)).at == at(13)


SECONDS = st.integers(-(10**6), 10**6).map(lambda s: dt.timedelta(seconds=s))


@given(said=SECONDS, off=SECONDS, sent=st.integers(0, 10**5).map(lambda s: dt.timedelta(seconds=s)))
def test_whatever_a_phone_says_a_passage_was_done_in_its_shift_and_not_after_now(said, off, sent):
    now = at(16) + sent

    time = settle(at(18) + said, off=off, shifts=[EVENING], now=now)

    assert EVENING.starts_at - OPENS_BEFORE <= time.at <= min(now, EVENING.ends_at + LATEST_AFTER_SHIFT)


@given(off=SECONDS, done=st.integers(0, 4 * 3600).map(lambda s: dt.timedelta(seconds=s)))
def test_a_clock_that_is_wrong_by_the_same_at_both_ends_is_put_right_to_a_minute(off, done):
    done_at = at(18) + done

    time = settle(done_at - off, off=off, shifts=[EVENING], now=at(23))

    assert abs(time.at - done_at) <= MINUTE
    assert (time.clock == Clock.TRUSTED) == (abs(off) <= MINUTE)
