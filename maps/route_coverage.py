"""The coverage of the patrols by round: the days that may be asked for, the charts, and the table as a file."""

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from geo import french
from maps.charts import BarChart, Point, Series, SmallMultiples
from maps.exports.table import BYTE_ORDER_MARK, neutralised
from patrols.services.route_coverage import RouteCoverage

# Plans are kept for a month.
LONGEST_DAYS = 31
FIRST_SHOWN_DAYS = 7
NOON, HOURS = 12, 24


class DaysForm(forms.Form):
    """The days whose rounds are told; the last week unless others are asked for."""

    du = forms.DateField(label=gettext_lazy("Du"), widget=DayInput())
    au = forms.DateField(label=gettext_lazy("Au"), widget=DayInput())

    def __init__(self, data: Any, *, today: dt.date) -> None:
        first = today - dt.timedelta(days=FIRST_SHOWN_DAYS - 1)
        asked = {name: data[name] for name in self.base_fields if name in data}
        super().__init__({"du": first.isoformat(), "au": today.isoformat(), **asked})

    def clean(self) -> dict[str, Any] | None:
        du, au = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if du and au and not 0 <= (au - du).days < LONGEST_DAYS:
            self.add_error(
                "au",
                _("Choisissez un dernier jour entre le premier et %(days)d jours plus tard.")
                % {"days": LONGEST_DAYS - 1},
            )
        return self.cleaned_data


@dataclass(frozen=True, kw_only=True)
class Total:
    """All rounds that are told, together."""

    planned: int
    done: int
    missed: int
    untold: int
    added: int
    length_m: float
    duration_s: float

    @classmethod
    def of(cls, told: Sequence[RouteCoverage]) -> "Total":
        """Add rounds up."""
        return cls(
            **{
                name: sum(getattr(each, name) for each in told)
                for name in ("planned", "done", "missed", "untold", "added", "length_m", "duration_s")
            }
        )


def draw_hours(told: Sequence[RouteCoverage]) -> BarChart:
    """The passages by clock hour, from noon to noon so that a night is not cut in two; hours without are left out
    before the first and after the last.
    """
    by_hour = Counter(timezone.localtime(moment).hour for each in told for moment in each.passed_at)
    hours = [(NOON + rank) % HOURS for rank in range(HOURS)]
    passed = [rank for rank, hour in enumerate(hours) if by_hour[hour]]
    shown = hours[passed[0] : passed[-1] + 1]
    return BarChart(
        title=_("Passages par heure"),
        head=(_("Heure"), _("Passages")),
        rows=tuple((f"{hour}{french.NO_BREAK}h", Point(value=by_hour[hour])) for hour in shown),
    )


def draw_crews(told: Sequence[RouteCoverage]) -> SmallMultiples:
    """The visits made by each crew, day by day."""
    days = sorted({each.day for each in told})
    done: dict[str, Counter[dt.date]] = {}
    for each in told:
        done.setdefault(each.crew, Counter())[each.day] += each.done
    return SmallMultiples(
        title=_("Visites faites, par équipage et par jour"),
        columns=tuple(f"{day:%d/%m}" for day in days),
        series=tuple(
            Series(name=crew, points=tuple(Point(value=by_day[day]) if day in by_day else None for day in days))
            for crew, by_day in sorted(done.items())
        ),
    )


def render_csv(told: Sequence[RouteCoverage]) -> bytes:
    """Write the rounds for a spreadsheet (French: semicolons, decimal commas), one line each."""
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            _("Jour"),
            _("Équipage"),
            _("Début de la vacation"),
            _("Fin de la vacation"),
            _("Visites prévues"),
            _("Faites"),
            _("Non faites"),
            _("Sans nouvelle"),
            _("En plus"),
            _("Premier passage"),
            _("Dernier passage"),
            _("Étalement des heures"),
            _("Distance prévue (km)"),
            _("Durée prévue (min)"),
        ]
    )
    writer.writerows(_lines(told))
    return buffer.getvalue().encode()


def _lines(told: Sequence[RouteCoverage]) -> Iterator[list[str]]:
    for each in told:
        yield [
            f"{each.day:%d/%m/%Y}",
            neutralised(each.crew),
            _clock(each.starts_at),
            _clock(each.ends_at),
            *(str(count) for count in (each.planned, each.done, each.missed, each.untold, each.added)),
            *(map(_clock, each.first_and_last) if each.first_and_last else ("", "")),
            "" if each.evenness is None else french.plain(french.decimal(each.evenness, 2)),
            french.plain(french.decimal(each.length_m / 1000, 1)).replace(" ", ""),
            f"{round(each.duration_s / 60)}",
        ]


def _clock(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"
