"""Streets and house numbers as a person lists them, a street a line: « rue Bouffier, du 1 au 45 impairs ».

Pure text: which streets and houses there are is asked elsewhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from sectors.errors import StreetListRefused

MAX_LINES = 500
MAX_LINE_CHARACTERS = 200
# The order of houses at one number: 12, 12 bis, 12 ter; letters stand in their own order.
SUFFIXES = {"bis": "b", "ter": "t", "quater": "tq", "quinquies": "tr"}
LAST_SUFFIX = "zz"


class Side(Enum):
    """Which numbers of a street are meant: houses of one parity stand on one side."""

    BOTH = ""
    EVEN = "pairs"
    ODD = "impairs"

    def has(self, number: int) -> bool:
        return self is Side.BOTH or (number % 2 == 0) == (self is Side.EVEN)


type House = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """A range of house numbers, both ends included, on one side or both.

    A last house without suffix includes those with one: « du 1 au 45 » holds 45 bis.
    """

    first: House = (0, "")
    last: House = (99_999, LAST_SUFFIX)
    side: Side = Side.BOTH

    def hold(self, first: int, last: int, suffix: str) -> bool:
        """Tell whether a house is meant; one address may have several numbers, « 27-29 »."""
        order = SUFFIXES.get(suffix.casefold(), suffix.casefold())
        ends = ((first, order),) if first == last else tuple((number, "") for number in range(first, last + 1))
        return any(self.side.has(end[0]) and self.first <= end <= self.last for end in ends)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read a line: what is then the street, and its numbers; none stand for the whole street."""

    street: str
    numbers: tuple[Numbers, ...] = ()
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line that says something: its place in the text, from 1, and its readings, the likeliest first."""

    place: int
    text: str
    readings: tuple[Reading, ...]


_NUMBER = r"(?:n°\s*|nº\s*|numéros?\s+|le\s+)?(\d{1,5})\s*(bis|ter|quater|quinquies|[a-z](?![a-z]))?"
_SIDE = r"(?:\s*,?\s*(?:côté|coté|cote|numéros?|n°s?|uniquement|seulement)?\s*\(?(im)?pairs?\)?)"
_RANGE = re.compile(
    rf"(?:(?:du|de|des)?\s*{_NUMBER}\s*(?:au|à|a|-|–|jusqu'au|jusqu’au)\s*{_NUMBER}"
    rf"|entre\s+{_NUMBER}\s+et\s+{_NUMBER})({_SIDE})?"
)
_FROM = re.compile(rf"(?:à partir|a partir|depuis)\s+(?:du|de|le)?\s*{_NUMBER}({_SIDE})?")
_UP_TO = re.compile(rf"(?:jusqu'au|jusqu’au|jusqu'à|jusqu’à)\s+{_NUMBER}({_SIDE})?")
_ALL = re.compile(rf"(?:tous\s+les\s+|tout\s+le\s+|les\s+)?({_SIDE})")
_ONE = re.compile(rf"(?:au\s+)?{_NUMBER}")
_ITEMS = re.compile(r"\s*(?:,|;|\bet\b)\s*")
# « côté pair de la rue Bouffier ».
_OF_THE = re.compile(r"^(?:de\s+la|de\s+l['’]|du|de)\s*", re.IGNORECASE)
_STREET_END = re.compile(r"\s*[,:;(]\s*|\s+")


def read_lines(text: str) -> list[Line]:
    """Read a list of streets; lines without letters or digits, and marks of lists, are passed over.

    Raises
    ------
    StreetListRefused
        More than 500 streets, or a line of more than 200 characters.
    """
    lines: list[Line] = []
    for place, raw in enumerate(text.splitlines(), start=1):
        said = " ".join(raw.strip(" \t-–•*;,.").split())
        if not any(sign.isalnum() for sign in said):
            continue
        if len(said) > MAX_LINE_CHARACTERS:
            raise StreetListRefused(
                [(place, f"elle dépasse {MAX_LINE_CHARACTERS} signes. Mettez une rue par ligne.")]
            )
        lines.append(Line(place=place, text=said, readings=tuple(_readings(said))))
        if len(lines) > MAX_LINES:
            raise StreetListRefused([(place, f"il y a plus de {MAX_LINES} rues. Partagez la liste.")])
    return lines


def _readings(said: str) -> Iterator[Reading]:
    """Yield the whole line as a street, then with numbers after it, then before it, the longest street first."""
    yield Reading(street=said)
    ends = [(said[: end.start()], said[end.end() :].rstrip(" )")) for end in _STREET_END.finditer(said)]
    for street, rest in reversed(ends):
        if street and (numbers := read_numbers(rest)):
            yield Reading(street=street, numbers=numbers, said=rest)
    for beginning, street in ends:
        if street and (numbers := read_numbers(beginning)):
            yield Reading(street=street, numbers=numbers, said=beginning)
            yield Reading(street=_OF_THE.sub("", street), numbers=numbers, said=beginning)


def read_numbers(said: str) -> tuple[Numbers, ...]:
    """Read « du 1 au 45 impairs », « 3, 5 et 7 bis », « côté pair », « à partir du 12 »; else nothing."""
    text = said.casefold().strip()
    whole = _read_item(text)
    if whole:
        return (whole,)
    items = [_read_item(item) for item in _ITEMS.split(text)]
    return tuple(item for item in items if item) if items and all(items) else ()


def _read_item(text: str) -> Numbers | None:
    if found := _RANGE.fullmatch(text):
        start = 1 if found[1] else 5
        return Numbers(first=_house(found, start), last=_last(found, start + 2), side=_side(found[9]))
    if found := _FROM.fullmatch(text):
        return Numbers(first=_house(found, 1), side=_side(found[3]))
    if found := _UP_TO.fullmatch(text):
        return Numbers(last=_last(found, 1), side=_side(found[3]))
    if found := _ONE.fullmatch(text):
        return Numbers(first=_house(found, 1), last=_house(found, 1))
    found = _ALL.fullmatch(text)
    return Numbers(side=_side(found[1])) if found else None


def _house(found: re.Match[str], group: int) -> House:
    suffix = found[group + 1] or ""
    return int(found[group]), SUFFIXES.get(suffix, suffix)


def _last(found: re.Match[str], group: int) -> House:
    number, suffix = _house(found, group)
    return number, suffix or LAST_SUFFIX


def _side(said: str | None) -> Side:
    if not said:
        return Side.BOTH
    return Side.ODD if "impair" in said else Side.EVEN


def find_backwards(numbers: Sequence[Numbers]) -> tuple[int, int] | None:
    """Return the ends of a range that is written from the high number to the low one, the low one first."""
    return next(((each.last[0], each.first[0]) for each in numbers if each.first > each.last), None)
