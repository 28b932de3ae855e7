"""The round of one crew as the page of a day tells it: its stops, with the breaks and stays between them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from maps.crew_marks import CrewMark
from maps.day_rows import StopRow
from maps.rounds import SAME_MOMENT, taken_on_return
from patrols.models import Route, RouteBreak, RouteStay
from patrols.services.free_time import FreeTime, find_free_time
from patrols.services.standing import Standing


@dataclass(frozen=True, kw_only=True)
class RouteSheet:
    """The round of one crew."""

    route: Route
    mark: CrewMark
    stops: tuple[StopRow, ...]
    breaks: tuple[RouteBreak, ...]
    stays: tuple[RouteStay, ...]
    way_back_s: float

    @property
    def homes(self) -> int:
        return len({row.home.absence.pk for row in self.stops})

    @property
    def standings(self) -> Counter[Standing]:
        """How many of its stops stand how."""
        return Counter(row.standing for row in self.stops)

    @property
    def behind(self) -> int:
        """How many of its stops come before the first place that may be given."""
        return sum(row.is_behind or row.is_overtaken for row in self.stops)

    @property
    def slack_s(self) -> float:
        """Seconds between the end of the round, a pause at the depot included, and the end of the shift."""
        return (self.route.shift.ends_at - self.route.ends_at).total_seconds()

    @property
    def made_by_others(self) -> int:
        """How many of its stops other crews made, which had them before."""
        return sum(row.is_made_by_another for row in self.stops)

    @property
    def is_over(self) -> bool:
        """Whether its crew has gone home: nothing more is given to it."""
        return self.route.shift.ends_at <= timezone.now()

    @property
    def overrun_s(self) -> float:
        """Seconds by which the return is past the end of the shift; 0 where it is not, to the second."""
        return -self.slack_s if self.slack_s <= -SAME_MOMENT.total_seconds() else 0.0

    @property
    def before_first_stop(self) -> tuple[RouteBreak | RouteStay, ...]:
        """The breaks and stays before the first stop; all of them, up to the return, where there is none."""
        return self._between(0)

    @property
    def pauses_on_return(self) -> tuple[RouteBreak, ...]:
        """The pauses taken at the depot once the round is driven."""
        last = self._breaks_after(len(self.stops))
        return last[len(last) - taken_on_return(last, self.route.ends_at) :]

    @property
    def returns_at(self) -> dt.datetime:
        """When the crew is back at its depot, where it may still take a pause."""
        return min((pause.starts_at for pause in self.pauses_on_return), default=self.route.ends_at)

    @property
    def free_before_return(self) -> FreeTime | None:
        """The time that the crew has between its last stop and its way back; None without a stop."""
        if not self.stops:
            return None
        return find_free_time(
            self.stops[-1].stop.leaves_at,
            self.returns_at,
            travel_s=self.way_back_s,
            pauses=[pause for pause in self._breaks_after(len(self.stops)) if pause not in self.pauses_on_return],
            stays=self._stays_after(len(self.stops)),
        )

    def steps(self) -> Iterable[tuple[StopRow, tuple[RouteBreak | RouteStay, ...]]]:
        """Each stop with the breaks and stays that follow it, up to the return."""
        for row in self.stops:
            yield row, self._between(row.stop.order)

    def _between(self, order: int) -> tuple[RouteBreak | RouteStay, ...]:
        breaks = [pause for pause in self._breaks_after(order) if pause not in self.pauses_on_return]
        timed: list[tuple[dt.datetime, RouteBreak | RouteStay]] = [
            *((pause.starts_at, pause) for pause in breaks),
            *((stay.arrives_at, stay) for stay in self._stays_after(order)),
        ]
        return tuple(each for _, each in sorted(timed, key=lambda pair: pair[0]))

    def _stays_after(self, order: int) -> tuple[RouteStay, ...]:
        return tuple(stay for stay in self.stays if stay.after_stop == order)

    def _breaks_after(self, order: int) -> tuple[RouteBreak, ...]:
        return tuple(pause for pause in self.breaks if pause.after_stop == order)
