"""Find an address of a commune from what somebody types: abbreviations, slips, a number that is not there.

Streets are found first, by the likeness of their names (``geo/sql/find_streets.sql``), then the numbers in the
best. « 12 b r du Port » may mean 12 B rue du Port or 12, « b r du Port »: each reading is tried, and an address
that has the number read is worth more than one that has not.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection, transaction

from geo.models import Commune

SQL_FOLDER = Path(__file__).parent / "sql"
# Longer texts are cut: the longest label of the national address file has 80 characters or so.
MAX_TYPED_CHARACTERS = 120
# Share of the typed letters' trigrams that a street's name must have; « gale » for « gaulle » has 0.43.
LIKENESS_THRESHOLD = 0.4
STREETS_FOR_A_READING = 20
STREETS_OPENED = 8
# Streets whose score is this near to the best share the places between them; others come after.
NEARLY_AS_GOOD = 0.15
# What a candidate keeps of its street's score when the number read is not there.
OTHER_NUMBER = 0.85
# What « b », « t », « q » may stand for; a file may have either.
SUFFIX_LETTERS = {"bis": "b", "ter": "t", "quater": "q", "quinquies": "c"}

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
    that none was typed. ``lon``, ``lat`` (WGS 84 degrees) are the nearest number's when not ``is_located``.
    """

    pk: int
    label: str
    lon: float
    lat: float
    score: float
    is_exact: bool
    is_located: bool = True


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read a typed text: house number, suffix, and what is then the street."""

    street: str
    number: int | None = None
    suffix: str = ""


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
    if not streets:
        return []
    best_first = sorted(streets, key=lambda name: (-max(score for _, score in streets[name]), name))[
        :STREETS_OPENED
    ]
    whole = _fold(typed)
    candidates = [
        (candidate, house)
        for name, houses in _read_houses(commune, best_first).items()
        for candidate, house in _rank_street(streets[name], houses, whole, limit)
    ]
    return _share_out(candidates, limit)


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
    yield after_dash or "", rest


def _without_town(text: str, town: str) -> str:
    """Leave out the postcode and what follows it, or the name of the town at the end."""
    shorter = _POSTCODE_AND_TOWN.sub("", text)
    folded, end = _fold(shorter), _fold(town)
    if end and folded.endswith(f" {end}"):
        words = len(end.split())
        return " ".join(re.split(r"[\s,'’-]+", shorter)[:-words])
    return shorter


def _find_streets(commune: Commune, readings: Sequence[Reading]) -> dict[str, list[tuple[Reading, float]]]:
    """Find the streets each reading resembles, with how much; only those that begin so when nothing resembles."""
    if not readings:
        return {}
    parameters: dict[str, str | int | list[str]] = {
        "texts": [reading.street for reading in readings],
        "commune": commune.pk,
        "streets": STREETS_FOR_A_READING,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS_THRESHOLD)]
        )
        cursor.execute(_read_sql("find_streets.sql"), parameters)
        rows = cursor.fetchall()
        if not rows:
            cursor.execute(_read_sql("begin_of_streets.sql"), parameters)
            rows = cursor.fetchall()
    found: dict[str, list[tuple[Reading, float]]] = defaultdict(list)
    for place, name, score in rows:
        found[name].append((readings[place - 1], float(score)))
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
) -> list[tuple[Candidate, _House]]:
    """Choose the houses of one street that the readings may mean, at most ``limit``, with their scores."""
    has_towns = len({house.town for house in houses}) > 1
    ranked: dict[int, tuple[tuple[object, ...], Candidate, _House]] = {}
    for house in houses:
        label = _label(house, has_towns)
        place = _place(house, houses)
        if place is None:
            continue
        is_label = _fold(label) == whole or _fold(_label(house, False)) == whole
        for reading, street_score in readings:
            is_exact, distance = _compare(reading, house)
            score = 1.0 if is_label else min(street_score, 0.99) * (1.0 if is_exact else OTHER_NUMBER)
            candidate = Candidate(
                pk=house.pk,
                label=label,
                lon=place[0],
                lat=place[1],
                score=score,
                is_exact=is_exact or is_label,
                is_located=house.lon is not None,
            )
            rank = (-score, distance, house.order, label, house.pk)
            if house.pk not in ranked or rank < ranked[house.pk][0]:
                ranked[house.pk] = (rank, candidate, house)
    best = sorted(ranked.values(), key=lambda entry: entry[0])[:limit]
    return [(candidate, house) for _, candidate, house in best]


def _compare(reading: Reading, house: _House) -> tuple[bool, float]:
    """Say whether a house has the number and suffix read, and how far it is from them."""
    if reading.number is None:
        return True, 0.0
    distance = house.distance_to(reading.number)
    suffix, theirs = reading.suffix.casefold(), house.suffix.casefold()
    if distance == 0 and suffix == theirs:
        return True, 0.0
    if distance == 0 and suffix and SUFFIX_LETTERS.get(suffix, suffix) == SUFFIX_LETTERS.get(theirs, theirs):
        return True, 0.1
    return False, distance + 0.2


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


def _share_out(candidates: Sequence[tuple[Candidate, _House]], limit: int) -> list[Candidate]:
    """Give the places to the streets that are nearly as good as the best in turn, each street's best first."""
    if not candidates:
        return []
    best = max(candidate.score for candidate, _ in candidates)
    by_street: dict[str, list[Candidate]] = defaultdict(list)
    for candidate, house in candidates:
        by_street[house.street].append(candidate)
    turns = [
        (
            0 if candidate.score >= best - NEARLY_AS_GOOD else 1,
            turn // _share(by_street, best, limit),
            -candidate.score,
            candidate,
        )
        for houses in by_street.values()
        for turn, candidate in enumerate(houses)
    ]
    turns.sort(key=lambda entry: entry[:3])
    return [candidate for *_, candidate in turns[:limit]]


def _share(by_street: Mapping[str, Sequence[Candidate]], best: float, limit: int) -> int:
    rivals = sum(houses[0].score >= best - NEARLY_AS_GOOD for houses in by_street.values())
    return max(1, limit // max(1, rivals))


def _label(house: _House, has_towns: bool) -> str:
    number = f"{house.house_number} {house.suffix}".strip()
    town = f", {house.town}" if has_towns and house.town else ""
    return f"{number} {house.street}{town}".strip()


def _fold(text: str) -> str:
    """Return a form in which texts that differ by case, accents, spaces and punctuation are equal."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


@cache
def _read_sql(name: str) -> str:
    return (SQL_FOLDER / name).read_text(encoding="utf-8")
