"""How long ago a vacant home was last passed, against what it is owed: the first thing a crew reads on the map."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

DAYS_A_WEEK = 7
# A round is made once a day: a home is late only when a whole day more than its target interval has gone by.
GRACE = dt.timedelta(days=1)


class Recency(StrEnum):
    """State of a home at a moment; the value is the name of its mark on the map."""

    PASSED = "passed"
    DUE = "due"
    OVERDUE = "overdue"
    NOT_STARTED = "not-started"
    ANOMALY = "anomaly"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Recency.PASSED: "Passage fait ce jour",
    Recency.DUE: "Passage attendu",
    Recency.OVERDUE: "Passage en retard",
    Recency.NOT_STARTED: "Premier passage à faire",
    Recency.ANOMALY: "Anomalie au dernier passage",
}


@dataclass(frozen=True, kw_only=True)
class LastPassage:
    """The newest passage at a home; ``was_anomaly`` tells its result."""

    done_at: dt.datetime
    was_anomaly: bool


def judge_recency(
    *,
    day: dt.date,
    moment: dt.datetime,
    first_day: dt.date,
    passages_per_week: int,
    last_passage: LastPassage | None,
) -> Recency:
    """Say where a vacant home stands.

    Parameters
    ----------
    day
        The day shown, in local time.
    moment
        Aware moment at which the question is asked, in the local time zone.
    first_day
        First day of the absence.
    passages_per_week
        Target, 1 to 14.
    last_passage
        Newest passage of this absence before ``moment``, if there was any; its time in the local time zone.
    """
    if last_passage is None:
        return Recency.NOT_STARTED if first_day >= day - GRACE else Recency.OVERDUE
    if last_passage.was_anomaly:
        return Recency.ANOMALY
    # After midnight the round of the day still goes on.
    if last_passage.done_at.date() >= day:
        return Recency.PASSED
    interval = dt.timedelta(days=DAYS_A_WEEK / passages_per_week)
    return Recency.OVERDUE if moment - last_passage.done_at > interval + GRACE else Recency.DUE
