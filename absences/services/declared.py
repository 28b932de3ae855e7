"""What somebody declares, as the services take it: checked words and days, never a model or a form."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.gis.geos import Point

from absences import choices


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Hours within which a passage may begin, every day; past midnight when ``closes`` is not after ``opens``."""

    opens: dt.time
    closes: dt.time


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Somebody who may be inside; no weekday means every day."""

    name: str
    relation: str = choices.Relation.FAMILY
    weekdays: tuple[int, ...] = ()
    first_day: dt.date | None = None
    last_day: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """The address of a home, and the point where it stands.

    ``missing_number`` (« 10 bis ») was typed and is not in the street; ``other_town`` was typed too.
    """

    address_id: int
    point: Point
    missing_number: str = ""
    other_town: str = ""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A whole absence: the place, its days, the columns of `absences.models.Absence` that tell the departure, and
    the sealed texts by field of `HouseholdAccess` and `HouseholdContacts`.
    """

    place: Place
    first_day: dt.date
    last_day: dt.date
    departure: Mapping[str, object] = field(default_factory=dict)
    household: Mapping[str, str] = field(default_factory=dict)
    trusted_has_keys: bool = False
    allowed: tuple[Allowed, ...] = ()
    hours: Hours | None = None


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """What changes of an absence. Of the sealed texts only those that were typed anew are here: nobody has to open
    them to correct the rest; an empty one is erased.
    """

    place: Place
    first_day: dt.date
    last_day: dt.date
    departure: Mapping[str, object] = field(default_factory=dict)
    household: Mapping[str, str] = field(default_factory=dict)
    trusted_has_keys: bool = False
    allowed: tuple[Allowed, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    hours: Hours | None = None
