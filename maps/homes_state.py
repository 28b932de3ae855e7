"""What the address of the map of vacant homes says: the day, which homes, how to show them; closed values only."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict

from maps.page_state import View, read_choice, read_day, read_number
from maps.recency import Recency
from patrols.models import Crew

OUTSIDE_SECTORS = 0


class Service(StrEnum):
    """Whose crew the day's newest plan sends."""

    MUNICIPAL = "municipale"
    NATIONAL = "nationale"
    NONE = "aucun"

    @property
    def stored(self) -> str:
        return _STORED[self]

    @property
    def label(self) -> str:
        return _LABELS[self]


_STORED = {
    Service.MUNICIPAL: Crew.Service.MUNICIPAL.value,
    Service.NATIONAL: Crew.Service.NATIONAL.value,
    Service.NONE: "none",
}
_LABELS = {
    Service.MUNICIPAL: "Police municipale",
    Service.NATIONAL: "Police nationale",
    Service.NONE: "Dans aucune tournée",
}


class State(StrEnum):
    """The words of the address for the states of a home."""

    PASSED = "fait"
    DUE = "attendu"
    OVERDUE = "retard"
    NOT_STARTED = "premier"
    ANOMALY = "anomalie"

    @property
    def recency(self) -> Recency:
        return Recency[self.name]


class Order(StrEnum):
    """What the table is sorted by."""

    URGENCY = "urgence"
    ADDRESS = "adresse"
    SECTOR = "secteur"
    RETURN = "retour"
    TARGET = "objectif"
    DUE = "a-faire"
    PASSAGE = "passage"


class Yes(StrEnum):
    YES = "oui"


@dataclass(frozen=True, kw_only=True)
class HomeFilter:
    """Which vacant homes: of a sector (0: of none), in a state, still due today, owed two passages a day…"""

    sector: int | None = None
    recency: Recency | None = None
    is_due: bool = False
    is_double: bool = False
    service: Service | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it keeps anything out."""
        return self != HomeFilter()


@dataclass(frozen=True, kw_only=True)
class HomesState:
    """The checked state of the page."""

    day: dt.date
    view: View = View.BOTH
    wanted: HomeFilter = HomeFilter()
    state: State | None = None
    order: Order = Order.URGENCY
    is_reversed: bool = False
    page: int = 1


def read_home_filter(query: QueryDict) -> HomeFilter:
    """Read which homes are wanted from the query of the address.

    Raises
    ------
    WrongAddress
        When a value is not understood.
    """
    state = _read_state(query)
    return HomeFilter(
        sector=read_number(query.get("secteur", ""), "Le secteur"),
        recency=None if state is None else state.recency,
        is_due=read_choice(Yes, query.get("dus", ""), None, "Cette réponse à « À passer ce jour »") is not None,
        is_double=read_choice(Yes, query.get("doubles", ""), None, "Cette réponse à « Deux passages par jour »")
        is not None,
        service=read_choice(Service, query.get("service", ""), None, "Ce service"),
    )


def read_homes_state(query: QueryDict, *, today: dt.date) -> HomesState:
    """Read the state of the page from the query of the address.

    Raises
    ------
    WrongAddress
        When a value is not understood.
    """
    order = query.get("tri", "")
    return HomesState(
        day=read_day(query.get("jour", ""), today),
        view=read_choice(View, query.get("vue", ""), View.BOTH, "Cet affichage"),
        wanted=read_home_filter(query),
        state=_read_state(query),
        order=read_choice(Order, order.removeprefix("-"), Order.URGENCY, "Cet ordre"),
        is_reversed=order.startswith("-"),
        page=read_number(query.get("page", ""), "La page") or 1,
    )


def _read_state(query: QueryDict) -> State | None:
    return read_choice(State, query.get("etat", ""), None, "Cet état")
