"""What the review takes: to publish five years, to read a page; and what an attacker finds in what was published.

    python -m benchmarks.review [--attacked N]

Prints Markdown. Wants a town with five years of counts in the database of DATABASE_URL (load_demo_town); publishes
in three turns, a year ago, three months ago and today, within a transaction that is undone. The attacker has every
publication of a measure and a solver of whole numbers (scipy.optimize.milp), and nothing of ours: of each small
count (a sector and month of fewer than eleven homes) it must be left with 0 and with 11.
"""

import argparse
import datetime as dt
import os
import statistics
import time
from collections.abc import Callable, Sequence
from itertools import product

import django
import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "numpy", "scipy")
ATTACKED, SEED, RUNS = 40, 7, 5
UNBOUNDED = 100_000
TURNS_AGO = (dt.timedelta(days=365), dt.timedelta(days=92), dt.timedelta(0))


class Undo(Exception):
    """Ends the transaction without a trace."""


class Attacker:
    """All that was published of a measure, as equations over the counts of places and months."""

    def __init__(self, publications: Sequence, leaves: dict[str, list[str]]) -> None:
        self.atoms = {atom: place for place, atom in enumerate(product(*leaves.values()))}
        rows, self.values = [], []
        for publication in publications:
            for labels, value in publication.values.items():
                groups = [publication.axes[axis][label] for axis, label in zip(leaves, labels, strict=True)]
                rows.append([self.atoms[atom] for atom in product(*groups)])
                self.values.append(value)
        lengths = [len(row) for row in rows]
        places = (np.repeat(np.arange(len(rows)), lengths), np.concatenate(rows))
        self.matrix = sparse.csr_array((np.ones(sum(lengths)), places), shape=(len(rows), len(self.atoms)))

    def range_of(self, atom: tuple[str, ...]) -> tuple[int, int]:
        """Return the least and the most that a count may be."""
        goal = np.zeros(len(self.atoms))
        goal[self.atoms[atom]] = 1
        ends = [
            milp(
                sign * goal,
                integrality=np.ones(len(goal)),
                bounds=Bounds(0, UNBOUNDED),
                constraints=LinearConstraint(self.matrix, self.values, self.values),
            )
            for sign in (1, -1)
        ]
        low, high = (round(float(goal @ end.x)) for end in ends)
        return low, high


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--attacked", type=int, default=ATTACKED, metavar="N", help="small counts attacked a measure"
    )
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    work_as(Login.OWNER, job="command:benchmark")
    django.setup()
    from django.db import transaction

    print(describe_machine(PACKAGES))
    print_reading()
    try:
        with transaction.atomic():
            print_publishing(given.attacked)
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


def print_publishing(attacked: int) -> None:
    from geo.models import Commune
    from maps.disclosure import read_ledger
    from maps.review import publish_closed_periods
    from maps.review.counting import first_month, leaves_of, read_counts
    from maps.review.periods import Kind, closed_periods
    from sectors.models import ReviewFigure, ReviewLedger

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
    since = first_month(commune)
    months = [period for period in closed_periods(since, today) if period.kind is Kind.MONTH]
    counts = read_counts(commune, months[0].first_day, months[-1].last_day)
    leaves = {"ground": list(leaves_of(commune)), "month": [str(month.first_day) for month in months]}
    random = np.random.default_rng(SEED)
    print("\n| attacked | publications | figures told | small counts | attacked | given away |")
    print("|---|---:|---:|---:|---:|---:|")
    for measure in ("absences", "anomalies"):
        publications = ledger.of(measure)
        attacker = Attacker(publications, leaves)
        told = {(leaf, str(month)): count for (leaf, month), count in counts.by_measure[measure].items()}
        small = [atom for atom in product(*leaves.values()) if told.get(atom, 0) < 11]
        chosen = [small[place] for place in random.choice(len(small), min(attacked, len(small)), replace=False)]
        ranges = [attacker.range_of(atom) for atom in chosen]
        given_away = sum(low > 0 or high < 11 for low, high in ranges)
        line = (measure, len(publications), len(attacker.values), len(small), len(chosen), given_away)
        print(f"| {' | '.join(map(str, line))} |", flush=True)


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
