"""What the address of the day's page says: which day, which version, which crew, and how to show it.

Never an address, a name or a point: what is looked at stays out of histories and logs.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict

from maps.errors import MapsError

VISIT = re.compile(r"[0-9]{1,9}-[0-9]", re.ASCII)
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


class View(StrEnum):
    MAP = "carte"
    TABLE = "tableau"
    BOTH = "deux"


class Colour(StrEnum):
    """What the colour of a home on the map tells."""

    CREW = "equipage"
    RECENCY = "passage"


class WrongAddress(MapsError):
    """L'adresse de la page demande quelque chose qui n'existe pas; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class PageState:
    """The checked state of the page; ``version`` and ``crew`` are None for the newest plan and all crews.

    ``edited`` is the passage whose form is open, by the numbers of its absence and of the passage in the day;
    ``withdraws``, whether publishing was refused because of stops that are gone.
    """

    day: dt.date
    version: int | None = None
    crew: int | None = None
    view: View = View.BOTH
    colour: Colour = Colour.CREW
    edited: str = ""
    withdraws: bool = False


def read_page_state(query: QueryDict, *, today: dt.date) -> PageState:
    """Read the state from the query of the address.

    Raises
    ------
    WrongAddress
        When a value is not understood.
    """
    return PageState(
        day=read_day(query.get("jour", ""), today),
        version=read_number(query.get("version", ""), "La version du plan"),
        crew=read_number(query.get("equipage", ""), "L'équipage"),
        view=read_choice(View, query.get("vue", ""), View.BOTH, "Cet affichage"),
        colour=read_choice(Colour, query.get("couleur", ""), Colour.CREW, "Cette couleur"),
        edited=_read_visit(query.get("modifier", "")),
        withdraws=query.get("retirer", "") == "1",
    )


def _read_visit(text: str) -> str:
    if text and not VISIT.fullmatch(text):
        raise WrongAddress("Le passage à modifier se désigne par deux numéros. Choisissez-le dans la page.")
    return text


def read_day(text: str, today: dt.date) -> dt.date:
    """Read a day within the calendar; today when there is none."""
    if not text:
        return today
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise WrongAddress(
            "Le jour demandé n'est pas une date. Écrivez-le année-mois-jour, par exemple 2026-08-12, "
            "ou choisissez-le dans le calendrier."
        ) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise WrongAddress(
            f"Le jour demandé est hors du calendrier : il va de {FIRST_DAY.year} à {LAST_DAY.year}."
        )
    return day


def read_number(text: str, what: str) -> int | None:
    """Read a number of nine digits at most, named ``what`` in a refusal; None when there is none."""
    if not text:
        return None
    # ASCII digits only, and few: int() also takes « ١٢ », and PostgreSQL refuses a number too large.
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise WrongAddress(f"{what} se désigne par un numéro. Revenez en arrière et choisissez dans la page.")
    return int(text)


def read_choice[Choice: StrEnum, Default](
    choices: type[Choice], text: str, default: Default, what: str
) -> Choice | Default:
    """Read one of the words of a closed list, named ``what`` in a refusal; ``default`` when there is none."""
    if not text:
        return default
    try:
        return choices(text)
    except ValueError as error:
        raise WrongAddress(f"{what} n'existe pas. Réponses possibles : {', '.join(choices)}.") from error
