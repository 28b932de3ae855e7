"""What the review takes: to publish five years, to read a page; and what an attacker finds in what was published.

    python -m benchmarks.review

Prints Markdown. Wants a town with five years of counts in the database of DATABASE_URL (load_demo_town); publishes
in three turns, a year ago, three months ago and today, within a transaction that is undone. The attacker has every
publication of a measure and a solver of whole numbers (tests/maps/disclosure/whole_attack.py): every atom and
every figure left out for being small must be able to be 0, and 11 or, of a quantity, twice what it is.
"""

import argparse
import datetime as dt
import os
import statistics
import time
from collections.abc import Callable

import django

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "numpy", "scipy")
RUNS = 5
TURNS_AGO = (dt.timedelta(days=365), dt.timedelta(days=92), dt.timedelta(0))


class Undo(Exception):
    """Ends the transaction without a trace."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    work_as(Login.OWNER, job="command:benchmark")
    django.setup()
    from django.db import transaction

    print(describe_machine(PACKAGES))
    print_reading()
    try:
        with transaction.atomic():
            print_publishing()
            raise Undo
    except Undo:
        pass


def print_reading() -> None:
    from geo.models import Commune
    from maps.charts import SCREEN
    from maps.review import cut_of_day, published_periods, read_figures, read_ground
    from maps.review.drawing import map_measure
    from maps.review.grounds import tell_coverage

    commune = Commune.objects.of_site()
    period = published_periods(commune)[-1]
    print("\n| read | process, ms | clock, ms |\n|---|---:|---:|")
    _time("the periods there are", lambda: published_periods(commune))
    _time("the figures of a period, compared twice", lambda: read_figures(commune, period))
    table = read_figures(commune, period).table("absences")
    _time("the map of a measure", lambda: map_measure(commune, period, table).draw(SCREEN, key="m"))
    _time("where the addresses are", lambda: read_ground(commune))
    ground = read_ground(commune)
    _time("the cut of a day", lambda: cut_of_day(ground, period.last_day))
    cut = cut_of_day(ground, period.last_day)
    _time("its coverage and gaps", lambda: tell_coverage(ground, cut))


def print_publishing() -> None:
    from geo.models import Commune
    from maps.disclosure import read_ledger
    from maps.review import publish_closed_periods
    from maps.review.measures import MEASURES
    from sectors.models import ReviewFigure, ReviewLedger
    from tests.maps.disclosure.whole_attack import attack_measure

    commune, today = Commune.objects.of_site(), dt.date.today()  # noqa: DTZ011 (a day of the town, wherever it is)
    ReviewFigure.objects.all().delete()
    ReviewLedger.objects.all().delete()
    print("\n| published | periods | process, s | clock, s |\n|---|---:|---:|---:|")
    for ago in TURNS_AGO:
        clock, process = time.perf_counter(), time.process_time()
        periods = publish_closed_periods(commune, today - ago)
        spent = f"{time.process_time() - process:.1f} | {time.perf_counter() - clock:.1f}"
        print(f"| on {today - ago} | {periods} | {spent} |", flush=True)
    ledger = read_ledger(ReviewLedger.objects.get().text)
    print("\n| attacked | publications | figures told | hidden | searches | given away | process, s |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for measure in (one.key for one in MEASURES.values() if ledger.of(one.key)):
        process = time.process_time()
        attack = attack_measure(ledger, measure, MEASURES[measure].unit)
        spent_s = time.process_time() - process
        line = (measure, len(ledger.of(measure)), attack.told, attack.hidden, attack.searches)
        print(f"| {' | '.join(map(str, line))} | {len(attack.given_away)} | {spent_s:.1f} |", flush=True)


def _time(what: str, work: Callable[[], object]) -> None:
    spent = []
    for _ in range(RUNS):
        clock, process = time.perf_counter(), time.process_time()
        work()
        spent.append((1000 * (time.process_time() - process), 1000 * (time.perf_counter() - clock)))
    process_ms, clock_ms = (statistics.median(each) for each in zip(*spent, strict=True))
    print(f"| {what} | {process_ms:.0f} | {clock_ms:.0f} |", flush=True)


if __name__ == "__main__":
    main()
