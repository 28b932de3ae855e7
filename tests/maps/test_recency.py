import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.recency import LastPassage, Recency, judge_recency

DAY = dt.date(2026, 8, 12)
EVENING = dt.datetime(2026, 8, 12, 18, tzinfo=dt.UTC)


def judge(last: dt.timedelta | None, *, per_week: int = 7, first_day: dt.date = dt.date(2026, 8, 1)) -> Recency:
    last_passage = None if last is None else LastPassage(done_at=EVENING - last, was_anomaly=False)
    return judge_recency(
        day=DAY, moment=EVENING, first_day=first_day, passages_per_week=per_week, last_passage=last_passage
    )


@pytest.mark.parametrize(
    ("hours", "per_week", "state"),
    [
        # 7 a week: every 24 h, and a day of grace: late after 48 h.
        (2, 7, Recency.PASSED),
        (24, 7, Recency.DUE),
        (48, 7, Recency.DUE),
        (49, 7, Recency.OVERDUE),
        # 14 a week: every 12 h and a day: late after 36 h.
        (36, 14, Recency.DUE),
        (37, 14, Recency.OVERDUE),
        # 1 a week: every 168 h and a day: late after 192 h.
        (192, 1, Recency.DUE),
        (193, 1, Recency.OVERDUE),
    ],
)
def test_a_home_is_late_a_day_after_its_target_interval(hours, per_week, state):
    assert judge(dt.timedelta(hours=hours), per_week=per_week) is state


@pytest.mark.parametrize(
    ("first_day", "state"),
    [
        (DAY, Recency.NOT_STARTED),
        (DAY - dt.timedelta(days=1), Recency.NOT_STARTED),
        (DAY - dt.timedelta(days=2), Recency.OVERDUE),
    ],
)
def test_a_home_never_passed_has_a_day_before_it_is_late(first_day, state):
    assert judge(None, first_day=first_day) is state


def test_an_anomaly_stays_in_sight_until_the_next_passage():
    last_passage = LastPassage(done_at=EVENING - dt.timedelta(days=9), was_anomaly=True)

    state = judge_recency(day=DAY, moment=EVENING, first_day=DAY, passages_per_week=7, last_passage=last_passage)

    assert state is Recency.ANOMALY


@given(hours=st.integers(0, 2000), more=st.integers(0, 2000), per_week=st.integers(1, 14))
def test_waiting_longer_never_makes_a_home_less_late(hours, more, per_week):
    order = [Recency.PASSED, Recency.DUE, Recency.OVERDUE]

    sooner = judge(dt.timedelta(hours=hours), per_week=per_week)
    later = judge(dt.timedelta(hours=hours + more), per_week=per_week)

    assert order.index(later) >= order.index(sooner)
