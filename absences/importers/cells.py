"""How the cells of a list answer the form of a declaration: a reader for each kind of column."""

import datetime as dt
import re
from collections.abc import Callable, Sequence

from absences import choices
from absences.names import words_of
from accounts.forms.phones import lacks_zero
from geo.french import NO_BREAK, WEEKDAYS

# What a cell sends: the form's fields with what is typed or ticked in each.
type Sent = dict[str, str | list[str]]
# Takes the name of its field and what the cell says; raises `NotRead`.
type Reader = Callable[[str, str], Sent]

YES, NO = {"oui", "o", "x", "1", "vrai", "yes"}, {"non", "n", "", "0", "faux", "no"}
DAY_FORMATS = ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d")
PEOPLE_EXAMPLE = (
    "Rose Exemple, Ménage ou jardin, mercredi samedi / Ali Exemple, Voisin, du 01/08/2026 au 05/08/2026"
)
# The prefix of the forms of people who may be inside, and what they call themselves.
PEOPLE = "personnes"
_HOUR = re.compile(r"(\d{1,2})\s*[h:]\s*(\d{2})?(?::\d{2})?", re.IGNORECASE)
_BETWEEN = {"et", "le", "les"}
# A bar between people; those of « 01/08/2026 » have digits on both sides.
_NEXT_PERSON = re.compile(r"(?<!\d)/|/(?!\d)")
_DATE = r"(\d[\d/.-]*)"
_FROM_TO = re.compile(rf"(?:(?:à partir )?du {_DATE})?(?:(?:^| )(?:jusqu['’ ])?au {_DATE})?", re.IGNORECASE)
_BOUNDS = ("first_day", "last_day")
_ON = re.compile(rf"le {_DATE}", re.IGNORECASE)


class NotRead(Exception):
    """What a cell says is not for its column: the text is what is wrong and what to write, for the person."""


def as_written(field: str, said: str) -> Sent:
    """Send what the cell says."""
    return {field: said}


def as_day(field: str, said: str) -> Sent:
    """Send a day, « 01/08/2026 » or ISO."""
    return {field: _iso_day(said)}


def as_hour(field: str, said: str) -> Sent:
    """Send an hour, « 18 h 30 » or « 18:30 »."""
    found = _HOUR.fullmatch(said)
    if said and (found is None or int(found[1]) > 23 or int(found[2] or 0) > 59):
        raise NotRead(f"« {said} » n'est pas une heure. Écrivez-la ainsi : 18{NO_BREAK}h{NO_BREAK}30.")
    return {field: f"{int(found[1]):02}:{found[2] or '00'}" if found else ""}


def as_phone(field: str, said: str) -> Sent:
    """Send a number, with the zero that a spreadsheet took from it."""
    return {field: f"0{said}" if lacks_zero(said) else said}


def as_tick(field: str, said: str) -> Sent:
    """Send a box that is ticked, or nothing."""
    word = said.casefold()
    if word not in YES | NO:
        raise NotRead(f"« {said} » n'est ni oui ni non. Écrivez l'un des deux.")
    return {field: "on"} if word in YES else {}


def one_of(words: Sequence[tuple[object, str]]) -> Reader:
    """Return the reader of a closed list: its labels, in any case and without accents, or its values."""

    def read(field: str, said: str) -> Sent:
        value = _value_of(said, words)
        if value is None:
            known = ", ".join(label for _, label in words)
            raise NotRead(f"« {said} » n'est pas un mot de la liste. Écrivez l'un de ceux-ci : {known}.")
        return {field: value}

    return read


def as_people(field: str, said: str) -> Sent:
    """Send people who may be inside: a name, then in what capacity and on which days if that is said."""
    people = [person for person in (part.strip() for part in _NEXT_PERSON.split(said)) if person]
    sent: Sent = {f"{PEOPLE}-TOTAL_FORMS": str(len(people)), f"{PEOPLE}-INITIAL_FORMS": "0"}
    for number, person in enumerate(people):
        name, *rest = (part.strip() for part in person.split(","))
        told: Sent = {"name": name, "relation": choices.Relation.FAMILY, "weekdays": []}
        for part in filter(None, rest):
            told |= _about_a_person(part)
        sent |= {f"{PEOPLE}-{number}-{about}": value for about, value in told.items()}
    return sent


def _about_a_person(said: str) -> Sent:
    relation = _value_of(said, choices.Relation.choices)
    if relation is not None:
        return {"relation": relation}
    if found := _ON.fullmatch(said):
        return dict.fromkeys(_BOUNDS, _iso_day(found[1]))
    if found := _FROM_TO.fullmatch(said):
        return {bound: _iso_day(day) for bound, day in zip(_BOUNDS, found.groups(), strict=True) if day}
    days = [word for word in words_of(said) if word not in _BETWEEN]
    if not set(days) <= set(WEEKDAYS):
        known = ", ".join(choices.Relation.labels)
        raise NotRead(
            f"« {said} » n'est ni à quel titre on vient ({known}), ni des jours. "
            f"Écrivez par exemple : {PEOPLE_EXAMPLE}."
        )
    return {"weekdays": [str(WEEKDAYS.index(day)) for day in days]}


def _iso_day(said: str) -> str:
    for written in DAY_FORMATS:
        try:
            return dt.datetime.strptime(said, written).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    raise NotRead(f"« {said} » n'est pas une date. Écrivez le jour, le mois et l'année : 01/08/2026.")


def _value_of(said: str, words: Sequence[tuple[object, str]]) -> str | None:
    plain = words_of(said)
    values = ((str(value), label) for value, label in words)
    return next((value for value, label in values if said == value or (plain and plain == words_of(label))), None)
