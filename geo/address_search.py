"""Find an address of a commune from what somebody types: abbreviations, slips, a number that is not there.

Streets are found first, by the likeness of their names (``geo/sql/3_find_streets.sql``), then the numbers in the
best. « 12 b r du Port » may mean 12 B rue du Port or 12, « b r du Port »: each reading is tried, and an address
that has the number read is worth more than one that has not.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from django.db import connection, transaction

from geo.models import Address, Commune

SQL_FOLDER = Path(__file__).parent / "sql"
# Longer texts are cut: the longest label of the national address file has 80 characters or so.
MAX_TYPED_CHARACTERS = 120
# Share of the typed letters' trigrams that a street's name must have; « gale » has 0.40 of « general gaulle ».
LEAST_LIKENESS = "0.35"
STREETS_FOR_A_READING = 20
STREETS_OPENED = 8
# Streets whose score is this near to the best share the places between them; others come after.
NEARLY_AS_GOOD = 0.15
# What a candidate keeps of its street's score when the number read is not there.
OTHER_NUMBER = 0.85
# From here on a street is the one that was typed.
CERTAIN = 0.95
# Only the very label has a score of 1.
LESS_THAN_LABEL = 0.99
# Distance, in numbers, from which a house is another one; it is less than that of the neighbour across the street.
OTHER = 0.2
# What « b », « t », « q » may stand for; a file may have either.
SUFFIX_LETTERS = {"bis": "b", "ter": "t", "quater": "q", "quinquies": "c"}
# « biss » has 0.86 of « bis », « quatre » 0.83 of « quater »; so has « bois », which is read as a street too.
LEAST_SUFFIX_LIKENESS = 0.8

_NUMBER = re.compile(r"^\s*(\d{1,5})(?:\s*(?:-|–|/|à)\s*(\d{1,5})\b)?[\s,]*(.*)$", re.DOTALL)
_SUFFIX = re.compile(
    r"^(bis|ter|quater|quinquies|[a-z]{1,2}\d{0,2}|\d{1,2})\b[\s,.]*(.*)$", re.IGNORECASE | re.DOTALL
)
_POSTCODE_AND_TOWN = re.compile(r"[\s,]+\d{5}\b.*$", re.DOTALL)
_STORED_RANGE = re.compile(r"^(\d+)(?:\s*[-–/à]\s*(\d+))?")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An address that may be the one meant.

    ``score`` goes from 0 to 1, the very label. ``is_exact`` says whether the number typed is this one's, or
    that none was typed. ``missing_number`` is the number typed (« 10 bis ») when no house of the street has it.
    ``lon``, ``lat`` (WGS 84 degrees) are the nearest number's when not ``is_located``.
    """

    pk: int
    number: str
    street: str
    label: str
    lon: float
    lat: float
    score: float
    is_exact: bool
    missing_number: str = ""
    is_located: bool = True

    @property
    def is_in_its_street(self) -> bool:
        """Whether the street is the one that was typed, whatever the number."""
        return self.score >= CERTAIN * (1.0 if self.is_exact else OTHER_NUMBER)

    @property
    def whole_street(self) -> str:
        """The street, with its town where several towns of the commune have one of that name."""
        return self.label.removeprefix(self.number).strip()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read a typed text: house number, suffix, and what is then the street."""

    street: str
    number: int | None = None
    suffix: str = ""

    @property
    def house_number(self) -> str:
        """The number as it is written, « 10 bis »; empty without one."""
        return "" if self.number is None else f"{self.number} {self.suffix}".strip()


@dataclass(frozen=True, kw_only=True)
class _House:
    pk: int
    house_number: str
    suffix: str
    street: str
    town: str
    lon: float | None
    lat: float | None

    @property
    def first_and_last(self) -> tuple[int, int] | None:
        found = _STORED_RANGE.match(self.house_number)
        return (int(found[1]), int(found[2] or found[1])) if found else None

    def distance_to(self, number: int) -> float:
        """How far a number is from this house's, the same side of the street first; far when it has none."""
        if self.first_and_last is None:
            return float("inf")
        first, last = self.first_and_last
        if first <= number <= max(first, last):
            return 0.0
        return min(abs(first - number), abs(last - number)) + (0.5 if (first - number) % 2 else 0.0)

    @property
    def number(self) -> str:
        return f"{self.house_number} {self.suffix}".strip()

    @property
    def order(self) -> tuple[int, int, str]:
        first, last = self.first_and_last or (0, 0)
        return first, last, self.suffix


def search_addresses(commune: Commune, text: str, limit: int = 8) -> list[Candidate]:
    """Find the addresses of a commune that a typed text may mean, the likeliest first.

    Parameters
    ----------
    commune
        The commune in which to look.
    text
        What was typed, in any case, with or without accents, number, postcode and town; cut at 120 characters.
        Nothing is found for a text without letters or digits.
    limit
        How many candidates at most, from 1.

    Returns
    -------
    list
        When the number is not in the street, its nearest numbers; when none is typed, the street's first numbers;
        streets that are nearly as likely share the places.
    """
    typed = " ".join(unicodedata.normalize("NFKC", text[:MAX_TYPED_CHARACTERS]).split())
    readings = read_typed(typed, town=commune.name)
    streets = _find_streets(commune, readings)
    best_first = sorted(streets, key=lambda name: (-max(score for _, score in streets[name]), name))[
        :STREETS_OPENED
    ]
    whole = fold(typed)
    candidates = [
        candidate
        for name, houses in _read_houses(commune, best_first).items()
        for candidate in _rank_street(streets[name], houses, whole, limit)
    ]
    return _share_out(candidates, limit)


def find_example(commune: Commune) -> str:
    """Return an address of the commune to show how one is typed, always the same; nothing without one."""
    numbered = Address.objects.filter(commune=commune, point__isnull=False).exclude(house_number="")
    first = numbered.order_by("street_name", "pk").defer("point").first()
    return str(first or "")


def read_typed(text: str, *, town: str = "") -> list[Reading]:
    """List the ways to read a typed text, each once."""
    readings: dict[Reading, None] = {}
    for address in dict.fromkeys((_without_town(text, town), text)):
        found = _NUMBER.match(address)
        if found:
            number, rest = int(found[1]), found[3]
            for suffix, street in _read_suffix(found[2], rest):
                readings[Reading(street=street, number=number, suffix=suffix)] = None
        readings[Reading(street=address)] = None
    return [reading for reading in readings if reading.street.strip()]


def _read_suffix(after_dash: str | None, rest: str) -> Iterable[tuple[str, str]]:
    found = _SUFFIX.match(rest)
    if found and found[2]:
        yield found[1].lower(), found[2]
    first, _, street = rest.partition(" ")
    for suffix in get_close_matches(first.lower(), SUFFIX_LETTERS, n=1, cutoff=LEAST_SUFFIX_LIKENESS):
        yield suffix, street
    yield after_dash or "", rest


def _without_town(text: str, town: str) -> str:
    """Leave out the postcode and what follows it, or the name of the town at the end."""
    shorter = _POSTCODE_AND_TOWN.sub("", text)
    folded, end = fold(shorter), fold(town)
    if end and folded.endswith(f" {end}"):
        words = len(end.split())
        return " ".join(re.split(r"[\s,'’-]+", shorter)[:-words])
    return shorter


def _find_streets(commune: Commune, readings: Sequence[Reading]) -> dict[str, list[tuple[Reading, float]]]:
    """Find the streets each reading resembles, with how much."""
    found: dict[str, list[tuple[Reading, float]]] = defaultdict(list)
    # Inside a transaction the setting that the function makes is not left to the connection's next user.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, street, score FROM geo_find_streets(%s, %s, %s, %s)",
            [[reading.street for reading in readings], commune.pk, LEAST_LIKENESS, STREETS_FOR_A_READING],
        )
        for place, name, score in cursor.fetchall():
            found[name].append((readings[place - 1], score))
    return found


def _read_houses(commune: Commune, streets: Sequence[str]) -> Mapping[str, list[_House]]:
    with connection.cursor() as cursor:
        cursor.execute(_read_sql("houses_of_streets.sql"), {"commune": commune.pk, "streets": list(streets)})
        houses: dict[str, list[_House]] = {name: [] for name in streets}
        for pk, number, suffix, street, town, lon, lat in cursor.fetchall():
            houses[street].append(
                _House(pk=pk, house_number=number, suffix=suffix, street=street, town=town, lon=lon, lat=lat)
            )
    return houses


def _rank_street(
    readings: Sequence[tuple[Reading, float]], houses: Sequence[_House], whole: str, limit: int
) -> list[tuple[Candidate, str]]:
    """Choose the houses of one street that the readings may mean, at most ``limit``, with their street."""
    has_towns = len({house.town for house in houses}) > 1
    ranked = sorted(
        (_rank(house, readings, _is_label(house, whole, has_towns)) for house in houses),
        key=lambda rank: rank[:-2],
    )
    has_number = any(distance < OTHER for _, distance, *_ in ranked)
    candidates = []
    for lost, distance, _, _, number, house in ranked:
        place = _place(house, houses)
        if place is None:
            break  # no house of the street has a position
        candidate = Candidate(
            pk=house.pk,
            number=house.number,
            street=house.street,
            label=_label(house, has_towns),
            lon=place[0],
            lat=place[1],
            score=-lost,
            is_exact=distance < OTHER,
            missing_number="" if has_number else number,
            is_located=house.lon is not None,
        )
        candidates.append((candidate, house.street))
        if len(candidates) == limit:
            break
    return candidates


def _rank(
    house: _House, readings: Sequence[tuple[Reading, float]], is_label: bool
) -> tuple[float, float, tuple[int, int, str], int, str, _House]:
    """Say how good a house is by its best reading: score (negative), distance of the number, place in street; and
    the number that was read.
    """
    if is_label:
        return -1.0, 0.0, house.order, house.pk, "", house
    distances = [(_distance(reading, house), score, reading.house_number) for reading, score in readings]
    lost, distance, number = min(
        (-min(score, LESS_THAN_LABEL) * (1.0 if distance < OTHER else OTHER_NUMBER), distance, number)
        for distance, score, number in distances
    )
    return lost, distance, house.order, house.pk, number, house


def _is_label(house: _House, whole: str, has_towns: bool) -> bool:
    if not whole.startswith(fold(house.number)):
        return False
    return whole in {fold(_label(house, has_towns)), fold(_label(house, False))}


def _distance(reading: Reading, house: _House) -> float:
    """Say how far a house is from the number and suffix read; below ``OTHER`` it is the one."""
    if reading.number is None:
        return 0.0
    distance = house.distance_to(reading.number)
    suffix, theirs = reading.suffix.casefold(), house.suffix.casefold()
    if distance == 0 and suffix == theirs:
        return 0.0
    if distance == 0 and suffix and SUFFIX_LETTERS.get(suffix, suffix) == SUFFIX_LETTERS.get(theirs, theirs):
        return OTHER / 2
    return distance + OTHER


def _place(house: _House, houses: Sequence[_House]) -> tuple[float, float] | None:
    """Where a house is, else the nearest number of its street that has a position."""
    if house.lon is not None and house.lat is not None:
        return house.lon, house.lat
    number = (house.first_and_last or (0, 0))[0]
    located = [other for other in houses if other.lon is not None]
    nearest = min(located, key=lambda other: (other.distance_to(number), other.pk), default=None)
    if nearest is None or nearest.lon is None or nearest.lat is None:
        return None
    return nearest.lon, nearest.lat


def _share_out(candidates: Sequence[tuple[Candidate, str]], limit: int) -> list[Candidate]:
    """Give the places to the streets that are nearly as good as the best in turn, each street's best first."""
    by_street: dict[str, list[Candidate]] = defaultdict(list)
    for candidate, street in candidates:
        by_street[street].append(candidate)
    best = max((candidate.score for candidate, _ in candidates), default=0.0)
    share = _share(by_street, best, limit)
    turns = [
        (candidate.score < best - NEARLY_AS_GOOD, turn // share, -candidate.score, candidate)
        for houses in by_street.values()
        for turn, candidate in enumerate(houses)
    ]
    return [candidate for *_, candidate in sorted(turns, key=lambda entry: entry[:3])[:limit]]


def _share(by_street: Mapping[str, Sequence[Candidate]], best: float, limit: int) -> int:
    rivals = sum(houses[0].score >= best - NEARLY_AS_GOOD for houses in by_street.values())
    return max(1, limit // max(1, rivals))


def _label(house: _House, has_towns: bool) -> str:
    town = f", {house.town}" if has_towns and house.town else ""
    return f"{house.number} {house.street}{town}".strip()


def fold(text: str) -> str:
    """Return a form in which texts that differ by case, accents, spaces and punctuation are equal."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


@cache
def _read_sql(name: str) -> str:
    return (SQL_FOLDER / name).read_text(encoding="utf-8")
