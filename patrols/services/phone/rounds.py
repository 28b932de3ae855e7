"""What crews may still report on: homes and stops of their recent rounds, with the hours of the shift."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from patrols.services.phone.clock import Hours

# Past the walls: after the shift the round itself is no longer shown (patrols/sql/crew_reports.sql).
TO_REPORT = "SELECT stop_id, absence_id, crew_id, starts_at, ends_at FROM walls.crew_stops_to_report()"


@dataclass(frozen=True, kw_only=True)
class RecentRounds:
    """The homes of whoever asks: the shifts of a crew at a home, and the home of each stop."""

    shifts: Mapping[tuple[int, int], Sequence[Hours]]
    homes: Mapping[int, int]

    def shifts_at(self, crew: int, home: int) -> Sequence[Hours]:
        """The shifts in which a crew was to pass at a home; none where it was not."""
        return self.shifts.get((crew, home), ())

    def last_ended(self, now: dt.datetime) -> tuple[int, Hours] | None:
        """The crew and the hours of the shift that ended last; none where none ended."""
        ended = [
            (crew, hours) for (crew, _), each in self.shifts.items() for hours in each if hours.ends_at <= now
        ]
        return max(ended, key=lambda shift: shift[1].ends_at, default=None)

    def is_stop_at(self, stop: int | None, home: int) -> bool:
        """Whether there is such a stop, and at that home."""
        return stop is not None and self.homes.get(stop) == home


def read_recent_rounds() -> RecentRounds:
    """Read what the crews of whoever asks may report on."""
    with connection.cursor() as cursor:
        cursor.execute(TO_REPORT)
        rows = cursor.fetchall()
    shifts: dict[tuple[int, int], list[Hours]] = defaultdict(list)
    for _stop, home, crew, starts_at, ends_at in rows:
        shifts[crew, home].append(Hours(starts_at=starts_at, ends_at=ends_at))
    return RecentRounds(shifts=shifts, homes={stop: home for stop, home, *_ in rows})
