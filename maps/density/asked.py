"""What may be asked of a map of density: a surface, a period, a radius, a moment, and what to set it against."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from accounts.retention import days_kept, first_day_kept
from geo import french
from maps.density.facts import DAYS_A_WEEK, MONTHS_A_YEAR, Facts, Surface
from reports.choices import Kind

LONGEST_DAYS = 1_096
FIRST_SHOWN_DAYS = 182
RADII_M = (200, 300, 400, 600)
FIRST_RADIUS_M = 300
HOURS_A_DAY = 24
ANY = -1


class Unit(models.TextChoices):
    """Upon what facts are counted."""

    KM2 = "km2", gettext_lazy("Par km²")
    HOMES = "logements", gettext_lazy("Pour 1 000 logements")


class Against(models.TextChoices):
    """The period that is compared."""

    NOTHING = "", gettext_lazy("Rien")
    BEFORE = "avant", gettext_lazy("La même durée, juste avant")
    YEAR_BEFORE = "an", gettext_lazy("Les mêmes jours, un an avant")


class Slice(StrEnum):
    """The parts of time through which one moves."""

    HOUR = "heure"
    WEEKDAY = "jour"
    MONTH = "mois"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One map: days are both included; ``hour``, ``weekday`` (0 is Monday) and ``month`` are ``ANY`` or one.

    Of the days before ``kept_since``, what the surface shows is erased.
    """

    surface: Surface
    first: dt.date
    last: dt.date
    kept_since: dt.date = dt.date.min
    radius_m: float = FIRST_RADIUS_M
    unit: Unit = Unit.KM2
    against: Against = Against.NOTHING
    kind: str = ""
    hour: int = ANY
    weekday: int = ANY
    month: int = ANY

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def first_shown(self) -> dt.date:
        """The first day of which the map may have something."""
        return max(self.first, self.kept_since)

    @property
    def before(self) -> tuple[dt.date, dt.date]:
        """First and last day of the period that is compared: a year before, else as long and just before."""
        if self.against is Against.YEAR_BEFORE:
            return year_before(self.first), year_before(self.last)
        return self.first - dt.timedelta(days=self.days), self.first - dt.timedelta(days=1)

    @property
    def before_tests(self) -> tuple[dt.date, dt.date]:
        """The period against which the change of hot spots is judged; of one month, the same a year before."""
        return self.before if self.month == ANY else (year_before(self.first), year_before(self.last))

    @property
    def weekday_and_month(self) -> str:
        """« mardi en mars », « jour » where any will do."""
        told = _("jour") if self.weekday == ANY else french.WEEKDAYS[self.weekday]
        return told if self.month == ANY else f"{told} {self._month_told}"

    @property
    def days_meant(self) -> list[dt.date]:
        """The days shown that are of the weekday and of the month that are asked for."""
        return self._of_those_meant(self.first_shown, self.last)

    @property
    def days_meant_before(self) -> list[dt.date]:
        """Those of the period that is compared."""
        return self._of_those_meant(*self.before)

    def _of_those_meant(self, first: dt.date, last: dt.date) -> list[dt.date]:
        days = (first + dt.timedelta(days=count) for count in range((last - first).days + 1))
        return [day for day in days if self.weekday in (ANY, day.weekday()) and self.month in (ANY, day.month)]

    @property
    def is_at_a_moment(self) -> bool:
        """Whether an hour, a weekday or a month is asked for."""
        return not self.hour == self.weekday == self.month == ANY

    def at_its_moment(self, facts: Facts) -> Facts:
        """Keep the facts of the hour, the weekday and the month that are asked for."""
        kept = facts.clock_s == facts.clock_s
        for wanted, told in ((self.hour, facts.hours), (self.weekday, facts.weekdays), (self.month, facts.months)):
            if wanted != ANY:
                kept &= told == wanted
        return facts.where(kept)

    @property
    def period(self) -> str:
        """« du 1er juin 2026 au 29 novembre 2026, le mardi à 22 h », without the days that are erased."""
        days = {"first": french.day(self.first_shown), "last": french.day(self.last)}
        told = (_("le %(first)s") if self.first_shown == self.last else _("du %(first)s au %(last)s")) % days
        if self.month != ANY:
            told += ", " + self._month_told
        if self.weekday != ANY:
            told += ", " + _("le %(day)s") % {"day": french.WEEKDAYS[self.weekday]}
        if self.hour != ANY:
            told += ", " + _("entre %(hour)d h et %(next)d h") % {"hour": self.hour, "next": self.hour + 1}
        return told

    @property
    def _month_told(self) -> str:
        return _("en %(month)s") % {"month": french.MONTHS[self.month - 1]}


class DensityForm(forms.Form):
    """The form of the page, of which every answer is in the address: none tells a place or a person."""

    surface = forms.ChoiceField(label=gettext_lazy("Ce que montre la carte"), choices=Surface.choices)
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"), required=False, choices=[("", gettext_lazy("Toutes")), *Kind.choices]
    )
    du = forms.DateField(label=gettext_lazy("Du"), widget=DayInput())
    au = forms.DateField(label=gettext_lazy("Au"), widget=DayInput())
    rayon = forms.TypedChoiceField(
        label=gettext_lazy("Rayon du noyau"), coerce=int, choices=[(one, f"{one} m") for one in RADII_M]
    )
    unite = forms.ChoiceField(label=gettext_lazy("Rapporté"), choices=Unit.choices)
    contre = forms.ChoiceField(label=gettext_lazy("Comparer à"), required=False, choices=Against.choices)
    heure = forms.IntegerField(min_value=ANY, max_value=HOURS_A_DAY - 1, label=gettext_lazy("Heure"))
    jour = forms.IntegerField(min_value=ANY, max_value=DAYS_A_WEEK - 1, label=gettext_lazy("Jour de la semaine"))
    mois = forms.IntegerField(min_value=0, max_value=MONTHS_A_YEAR, label=gettext_lazy("Mois"))

    def __init__(self, data: Any, *, today: dt.date) -> None:
        first = today - dt.timedelta(days=FIRST_SHOWN_DAYS - 1)
        usual = {
            "surface": Surface.REPORTS.value,
            "du": first.isoformat(),
            "au": today.isoformat(),
            "rayon": FIRST_RADIUS_M,
            "unite": Unit.KM2.value,
            "heure": ANY,
            "jour": ANY,
            "mois": 0,
        }
        self._today = today
        super().__init__(usual | {name: data[name] for name in self.base_fields if data.get(name)})

    def clean(self) -> dict[str, Any] | None:
        first, last = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if first and last and not 0 <= (last - first).days < LONGEST_DAYS:
            self.add_error("au", _("Choisissez un dernier jour entre le premier et trois ans plus tard."))
        elif not self.errors:
            asked = self.asked()
            self._refuse_erased(asked)
            self._refuse_nothing_to_compare(asked)
        return self.cleaned_data

    def _refuse_nothing_to_compare(self, asked: Asked) -> None:
        is_compared = asked.against is not Against.NOTHING and not self.errors
        if is_compared and asked.days_meant and not asked.days_meant_before:
            told = _("La période comparée n'a aucun %(day)s : comparez à un an avant, ou changez ce choix.")
            self.add_error("contre", told % {"day": asked.weekday_and_month})

    def _refuse_erased(self, asked: Asked) -> None:
        told = {"days": days_kept("passage"), "kept": french.day(asked.kept_since)}
        if asked.last < asked.kept_since:
            erased = _(
                "Les passages sont effacés au bout de %(days)d jours : "
                "choisissez un dernier jour depuis le %(kept)s."
            )
            self.add_error("au", erased % told)
        elif asked.against is not Against.NOTHING and asked.before[0] < asked.kept_since:
            erased = _(
                "Les passages sont effacés au bout de %(days)d jours : il n'y a rien à quoi comparer cette carte."
            )
            self.add_error("contre", erased % told)

    def asked(self) -> Asked:
        """Return the map that a valid form asks for."""
        told = self.cleaned_data
        surface = Surface(told["surface"])
        return Asked(
            surface=surface,
            first=told["du"],
            # Days to come would count as days without facts.
            last=min(told["au"], max(told["du"], self._today)),
            kept_since=first_day_kept("passage", self._today) if surface.is_of_crews else dt.date.min,
            radius_m=float(told["rayon"]),
            unit=Unit(told["unite"]),
            against=Against(told["contre"]),
            kind=told["nature"] if surface is Surface.REPORTS else "",
            hour=told["heure"],
            weekday=told["jour"],
            month=told["mois"] or ANY,
        )


def year_before(day: dt.date) -> dt.date:
    """Return the same day of the year before, 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=day.day - 1)
