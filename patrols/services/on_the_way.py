"""What a calculation tells while it goes on, and whether somebody has asked it to stop."""

import time
from collections.abc import Callable, Collection, Mapping

from patrols.models import Calculation
from patrols.planner import Progress
from patrols.services.day_terms import DayProblem

TELL_EVERY_S = 0.5
Tell = Callable[[Progress], None]


def tell_best(calculation: Calculation, day: DayProblem) -> Tell:
    """Write how far a search is, and its best plan so far; where recent facts weigh, a second search follows."""
    is_followed = calculation.kind != Calculation.Kind.REST and day.risk is not None and bool(day.risk.factors)

    def tell(progress: Progress) -> None:
        Calculation.objects.filter(pk=calculation.pk).update(
            iterations=progress.iterations,
            prize=progress.prize,
            stops=progress.visits,
            seconds_left=_seconds_left(calculation, progress) + (calculation.seconds if is_followed else 0.0),
            best=_as_json(progress.orders, day),
        )

    return _now_and_then(tell)


def tell_time(calculation: Calculation) -> Tell:
    """Write how far a search is whose plan is for comparison alone."""

    def tell(progress: Progress) -> None:
        Calculation.objects.filter(pk=calculation.pk).update(
            seconds_left=_seconds_left(calculation, progress), best={}
        )

    return _now_and_then(tell)


def is_cancelled(calculation: Calculation) -> bool:
    """Say whether somebody has asked a calculation to stop."""
    return Calculation.objects.filter(pk=calculation.pk, cancel_asked_at__isnull=False).exists()


def _now_and_then(tell: Tell) -> Tell:
    told_s = 0.0

    def tell_if_due(progress: Progress) -> None:
        nonlocal told_s
        if time.monotonic() - told_s >= TELL_EVERY_S:
            told_s = time.monotonic()
            tell(progress)

    return tell_if_due


def _seconds_left(calculation: Calculation, progress: Progress) -> float:
    return max(0.0, calculation.seconds * (1.0 - progress.fraction))


def _as_json(orders: Mapping[str, Collection[str]], day: DayProblem) -> dict[str, list[int]]:
    return {
        str(day.shifts[crew].pk): [day.visits[visit].absence.pk for visit in order]
        for crew, order in orders.items()
    }
