"""A record in words: what a page shows of an absence without opening anything that is sealed."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from absences.hours import write_all_hours
from absences.models import Absence, AllowedPerson
from absences.services.cautions import find_sector
from accounts.services.keeping import tables_about, told_together
from geo import french


class State(StrEnum):
    """Where an absence stands on a day."""

    TO_COME = "a-venir"
    VACANT = "en-cours"
    OVER = "terminee"
    RETURNED = "retour"
    CANCELLED = "annulee"


# An end that leaves nothing to watch over: who comes back may be told what was done.
LIVED_IN_AGAIN = frozenset({State.OVER, State.RETURNED})
STATES = {
    State.TO_COME: gettext_lazy("À venir"),
    State.VACANT: gettext_lazy("Vacant"),
    State.OVER: gettext_lazy("Terminée"),
    State.RETURNED: gettext_lazy("Retour signalé"),
    State.CANCELLED: gettext_lazy("Annulée"),
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that is told, and how."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What is kept of a home: until when, and what remains afterwards."""

    what: str
    until: str
    remains: str


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody who may be inside, unnamed: in what capacity, on which days, and whether today."""

    key: str
    relation: str
    days: str
    is_today: bool


def state_of(absence: Absence, today: dt.date) -> State:
    """Say where an absence stands."""
    if absence.cancelled_at is not None:
        return State.CANCELLED
    if absence.returned_on is not None and absence.returned_on <= today:
        return State.RETURNED
    if today < absence.first_day:
        return State.TO_COME
    return State.VACANT if today <= absence.last_day else State.OVER


def label_of(state: State) -> str | Promise:
    """The state in a word."""
    return STATES[state]


def tell_days(absence: Absence) -> Iterator[Fact]:
    """Tell the days of an absence, and how it ended."""
    yield Fact(label=_("Premier jour"), value=french.day(absence.first_day))
    yield Fact(label=_("Dernier jour"), value=french.day(absence.last_day))
    yield Fact(label=_("Durée"), value=french.counted((absence.last_day - absence.first_day).days + 1, "jour"))
    if absence.returned_on is not None:
        yield Fact(label=_("Retour"), value=french.day(absence.returned_on))
    if absence.cancelled_at is not None:
        yield Fact(label=_("Annulée le"), value=french.day(absence.ended_on))
    yield Fact(label=_("Déclarée le"), value=french.day(absence.declared_on))


def tell_home(absence: Absence, today: dt.date) -> Iterator[Fact]:
    """Tell where the home is and what it is."""
    day = min(max(today, absence.first_day), absence.last_day)
    perimeter = find_sector(absence.commune, absence.point, day)
    yield Fact(label=_("Secteur"), value=str(perimeter.sector) if perimeter else _("hors secteur"))
    if absence.missing_number:
        given = _("%(number)s, absent de la base d'adresses") % {"number": absence.missing_number}
        yield Fact(label=_("Numéro donné"), value=given)
    yield Fact(label=_("Logement"), value=absence.get_dwelling_display())
    yield Fact(label=pgettext("logement", "Usage"), value=absence.get_residence_display())
    seen = absence.get_seen_by_display()
    yield Fact(
        label=_("Identité et domicile"),
        value=_("vérifiés le %(day)s, %(by)s") % {"day": french.day(absence.seen_on), "by": seen}
        if absence.seen_on
        else _("pas encore vérifiés"),
    )


def tell_departure(absence: Absence) -> Iterator[Fact]:
    """Tell the state in which the home was left."""
    yield Fact(label=_("Volets"), value=absence.get_shutters_display())
    yield Fact(label=_("Fenêtres"), value=absence.get_windows_display())
    yield Fact(label=_("Alarme"), value=absence.get_alarm_display())
    yield Fact(label=_("Lampes sur minuterie"), value=_yes_or_no(absence.has_lights_on_timers))
    yield Fact(label=_("Animaux"), value=absence.get_animals_display())
    vehicles = french.counted(absence.vehicles_left, "véhicule")
    place = absence.get_vehicles_place_display().lower()
    yield Fact(label=_("Véhicules laissés"), value=f"{vehicles}, {place}" if absence.vehicles_left else _("aucun"))
    yield Fact(
        label=_("Jardin"),
        value=_("l'équipage peut y entrer") if absence.may_enter_garden else _("l'équipage n'y entre pas"),
    )


def tell_passages(absence: Absence) -> Iterator[Fact]:
    """Tell which passages the home is owed."""
    yield Fact(
        label=_("Objectif"),
        value=_("%(count)s par semaine") % {"count": french.counted(absence.passages_per_week, "passage")},
    )
    yield Fact(label=_("Moment préféré"), value=absence.get_preferred_time_display())
    yield Fact(label=_("Heures permises"), value=write_all_hours(absence.allowed_hours.all()))
    yield Fact(
        label=_("Veille des voisins"),
        value=_("acceptée par le déclarant") if absence.may_be_watched else _("pas demandée"),
    )


def tell_keeping(absence: Absence) -> list[Keeping]:
    """Tell until when all that leads to a home is kept: no longer than its absence, which takes it along."""
    last_day = {"day": french.day(absence.kept_until)}
    return [
        Keeping(
            what=", ".join(kept.titles),
            until=_("%(rule)s : jusqu'au %(day)s") % {"rule": capfirst(kept.kept), **last_day}
            if kept.head == Absence._meta.label
            else _("%(rule)s : le %(day)s") % {"rule": capfirst(kept.kept), **last_day},
            remains=capfirst(kept.remains),
        )
        for kept in told_together(tables_about(Absence))
    ]


def tell_guests(people: Sequence[AllowedPerson], today: dt.date) -> list[Guest]:
    """Tell who may be inside without naming anybody."""
    return [
        Guest(
            key=str(person.pk),
            relation=person.get_relation_display(),
            days=_tell_days_of(person),
            is_today=_is_expected(person, today),
        )
        for person in people
    ]


def _tell_days_of(person: AllowedPerson) -> str:
    weekdays = ", ".join(french.WEEKDAYS[number] for number in person.weekdays) or _("tous les jours")
    first = _(" à partir du %(day)s") % {"day": french.day(person.first_day)} if person.first_day else ""
    last = _(" jusqu'au %(day)s") % {"day": french.day(person.last_day)} if person.last_day else ""
    return f"{weekdays}{first}{last}"


def _is_expected(person: AllowedPerson, day: dt.date) -> bool:
    return (
        (not person.weekdays or day.weekday() in person.weekdays)
        and (person.first_day is None or person.first_day <= day)
        and (person.last_day is None or day <= person.last_day)
    )


def _yes_or_no(is_so: bool) -> str:
    return _("oui") if is_so else _("non")
