"""How long an address takes to be found among many, as people type it.

    python -m benchmarks.address_search [--addresses N] [--searches N]

Prints Markdown. The streets bear names that the invented town's generator gives (kinds, trees, trades, saints,
people), as many as are wanted, with 40 numbers each, some « bis ». Each way of typing is tried on addresses drawn
with a fixed seed; « found » says how often the street meant is among the eight candidates. Uses a scratch database
on the server of DATABASE_URL, dropped at the end.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator

import django
import numpy as np
from django.db import connection, transaction

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "psycopg")
SCRATCH_DATABASE = "ronde_benchmark_search"
ADDRESSES = 500_000
NUMBERS_A_STREET = 40
SEARCHES = 300
WARM_UP = 20
SEED = 20_261_124
MS = 1000.0
INSEE = "26999"
SHORT_WORDS = {
    "Rue": "r",
    "Avenue": "av",
    "Boulevard": "bd",
    "Allée": "all.",
    "Impasse": "imp",
    "Place": "pl",
    "Chemin": "ch",
    "Route": "rte",
    "Square": "sq",
    "Général": "Gal",
    "Docteur": "dr",
    "Saint": "St",
    "Sainte": "Ste",
}
House = tuple[str, str, str]


def main() -> None:
    """Fill a scratch database and time the searches."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=ADDRESSES)
    parser.add_argument("--searches", type=int, default=SEARCHES)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    production = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = SCRATCH_DATABASE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        print(describe_machine(PACKAGES), "\n")
        measure(options.addresses, options.searches)
    finally:
        connection.close_pool()
        connection.creation.destroy_test_db(production, verbosity=0)


def measure(addresses: int, searches: int) -> None:
    """Fill the commune and print one line for each way of typing."""
    from geo.models import StreetName

    rng = random.Random(SEED)  # the same searches in each run
    streets = list(_draw_streets(addresses // NUMBERS_A_STREET))
    began = time.perf_counter()
    commune = _fill(streets, rng)
    print(f"{addresses:,} addresses in {StreetName.objects.count():,} streets, written in ", end="")
    print(f"{time.perf_counter() - began:.1f} s, triggers and indexes included.\n")
    print(f"What the migration does with them when they are there already: {_time_gathering():.1f} s.\n")
    print("| typed | median, ms | p95, ms | slowest, ms | found |\n|---|---:|---:|---:|---:|")
    everything: list[float] = []
    for name, typed in WAYS.items():
        spent_ms, found = _time_searches(commune, streets, typed, searches, rng)
        everything += spent_ms
        print(_line(name, spent_ms, f"{100 * found / searches:.0f} %"))
    print(_line("all of them", everything, ""))


def _draw_streets(count: int) -> Iterator[str]:
    from fixtures.town.drafting import Role
    from fixtures.town.names import VOCABULARY, NameGiver

    giver = NameGiver(np.random.default_rng(SEED))
    quarters, roles = list(VOCABULARY), list(Role)
    for place in range(count):
        yield giver.draw(roles[place % len(roles)], quarters[place % len(quarters)])


def _fill(streets: list[str], rng: random.Random):
    from django.contrib.gis.geos import MultiPolygon, Polygon

    from geo.models import Commune

    outline = MultiPolygon(Polygon.from_bbox((4.8, 44.8, 5.0, 45.0)))
    commune = Commune.objects.create(insee_code=INSEE, name="Valmont-sur-Rhône", outline=outline, source="essai")
    columns = (
        "commune_id, official_id, source, house_number, suffix, street_name, postcode, city, position_kind, point"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(f"COPY geo_address ({columns}) FROM STDIN") as copy:
            for place, (number, suffix, street) in enumerate(_houses(streets)):
                point = f"SRID=4326;POINT({4.8 + rng.random() / 5:.6f} {44.8 + rng.random() / 5:.6f})"
                row = (INSEE, f"essai_{place}", "ban", number, suffix, street, "26000", commune.name, "", point)
                copy.write_row(row)
        cursor.execute("ANALYZE geo_address, geo_streetname")
    return commune


def _houses(streets: list[str]) -> Iterator[House]:
    for street in streets:
        for place in range(NUMBERS_A_STREET):
            yield str(place - place // 10 + 1), ("bis" if place % 10 == 9 else ""), street


def _time_gathering() -> float:
    """Gather the names of the streets anew, as the migration does on a table that is there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM geo_streetname")
        began = time.perf_counter()
        cursor.execute(
            "INSERT INTO geo_streetname (commune_id, name)"
            " SELECT DISTINCT commune_id, street_name FROM geo_address"
        )
        spent = time.perf_counter() - began
        transaction.set_rollback(True)
    return spent


def _time_searches(commune, streets, typed, searches, rng) -> tuple[list[float], int]:  # noqa: ANN001
    from geo.address_search import search_addresses

    spent_ms, found = [], 0
    for turn in range(WARM_UP + searches):
        number = rng.randrange(1, NUMBERS_A_STREET * 9 // 10)
        suffix = "bis" if number % 9 == 0 else ""
        street = rng.choice(streets)
        text = typed((str(number), suffix, street), rng)
        began = time.perf_counter()
        candidates = search_addresses(commune, text)
        spent = (time.perf_counter() - began) * MS
        if turn >= WARM_UP:
            spent_ms.append(spent)
            found += any(street in candidate.label for candidate in candidates)
    return spent_ms, found


def _label(house: House, rng: random.Random) -> str:
    return " ".join(part for part in house if part)


def _shortened(house: House, rng: random.Random) -> str:
    words = _label(house, rng).replace("-", " ").split()
    return " ".join(SHORT_WORDS.get(word, word) for word in words).lower()


def _misspelt(house: House, rng: random.Random) -> str:
    """Drop or double a letter of the longest word."""
    words = _label(house, rng).split()
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    word = words[longest]
    cut = rng.randrange(1, len(word) - 1)
    words[longest] = word[:cut] + (word[cut + 1 :] if rng.random() < 0.5 else word[cut] + word[cut:])
    return " ".join(words)


def _half_typed(house: House, rng: random.Random) -> str:
    text = _shortened(house, rng)
    return text[: max(4, len(text) * 2 // 3)]


def _without_number(house: House, rng: random.Random) -> str:
    return house[2]


def _number_not_there(house: House, rng: random.Random) -> str:
    return f"4{rng.randrange(100, 999)} {house[2]}"


def _with_town(house: House, rng: random.Random) -> str:
    return f"{_label(house, rng)}, 26000 Valmont-sur-Rhône"


def _first_letters(house: House, rng: random.Random) -> str:
    return house[2].split()[-1][: rng.randrange(1, 4)]


WAYS: dict[str, Callable[[House, random.Random], str]] = {
    "the label": _label,
    "with postcode and town": _with_town,
    "abbreviated, lower case": _shortened,
    "a letter missing or doubled": _misspelt,
    "two thirds typed": _half_typed,
    "street alone": _without_number,
    "a number that is not there": _number_not_there,
    "one to three letters": _first_letters,
}


def _line(name: str, spent_ms: list[float], found: str) -> str:
    ordered = sorted(spent_ms)
    p95 = ordered[len(ordered) * 95 // 100]
    return f"| {name} | {statistics.median(ordered):.1f} | {p95:.1f} | {ordered[-1]:.1f} | {found} |"


if __name__ == "__main__":
    main()
