"""The statement of passages that the holder of an absence is given at return, as PDF/UA-1.

The hours of the next absence must not be guessed from those of this one: passages are told by half-days, in an
order in which their hours have no part, and without the crew.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from absences.models import Absence
from accounts.retention import first_day_kept
from geo import french
from maps.exports.half_days import Half, half_day_of
from maps.exports.road_sheet import print_page
from patrols.models import Passage


@dataclass(frozen=True, kw_only=True, order=True)
class Line:
    """What was found at a home in one half-day; passages that found the same are told by their number."""

    on_day: dt.date
    in_half: Half
    found: str

    @property
    def day(self) -> str:
        return french.day(self.on_day)

    @property
    def half(self) -> str:
        return f"{self.in_half.label}"


def render_statement(absence: Absence, passages: Iterable[Passage]) -> bytes:
    """Render the statement of the passages of one absence, all of them its own.

    Parameters
    ----------
    absence
        The absence, over; its address and its days are written, and nobody's name.
    passages
        Its passages that are still kept; where the absence began before the first day of which they are, the
        statement says so.
    """
    today = timezone.localdate()
    lines = tell_lines(passages)
    first_day = first_day_kept("passage", today)
    context = {
        "absence": absence,
        "first_day": french.day(absence.first_day),
        "last_day": french.day(absence.ended_on),
        "count": french.counted(lines.total(), "passage"),
        "lines": [(line, french.counted(number, "passage")) for line, number in sorted(lines.items())],
        "kept_from": french.day(first_day) if absence.first_day < first_day else "",
        "made_on": french.day(today),
    }
    return print_page(render_to_string("maps/statement.html", context))


def tell_lines(passages: Iterable[Passage]) -> Counter[Line]:
    """Count the passages by what the statement says of each."""
    return Counter(_lines(passages))


def _lines(passages: Iterable[Passage]) -> Iterator[Line]:
    for passage in passages:
        day, half = half_day_of(passage.done_at)
        yield Line(on_day=day, in_half=half, found=_tell_found(passage))


def _tell_found(passage: Passage) -> str:
    if passage.result == Passage.Result.NOTHING_TO_REPORT:
        return _("Rien à signaler")
    kind = passage.get_anomaly_display() if passage.anomaly else ""
    return _("Anomalie : %(kind)s") % {"kind": kind} if kind else _("Anomalie")
