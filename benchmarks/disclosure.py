"""How long it takes to choose and prove what is published of a table, and what remains of it.

``python -m benchmarks.disclosure`` prints the table of ``docs/benchmarks/disclosure.md``: invented absences of
sixteen sectors over months with their quarters, years and totals (Poisson, sectors of unequal size, a wave over
the year), then the same table again upon its own history, then one quarter more upon the history of sixty months.
``--growth`` prints towns of up to a thousand sectors instead: a year at once, the next month and year upon it.
"""

import argparse
import math
import time

import numpy as np

from benchmarks.machine import describe_machine
from maps.disclosure import Ledger, Publication, Table, Unit, publish

SECTORS, SEED = 16, 2026
GROWTH = (16, 100, 300, 1_000)


def draw_table(months: int, absences: float, *, first: int = 0, count: int = SECTORS) -> Table:
    """Invent a table of so many months after the first, with so many absences a sector and month."""
    size = np.random.default_rng(SEED).gamma(2, 0.5, count)

    def wave(month: int) -> float:
        return absences * (1 + 0.8 * math.sin(month / 6 * math.pi))

    names = [f"{month:03}" for month in range(first, first + months)]
    sectors = [f"S{sector}" for sector in range(count)]
    counts = {
        (sector, name): int(np.random.default_rng((SEED, place, month)).poisson(size[place] * wave(month)))
        for place, sector in enumerate(sectors)
        for month, name in enumerate(names, start=first)
    }
    periods = {name: frozenset({name}) for name in names}
    for length, title in ((3, "T"), (12, "A")):
        for start in range(0, months - length + 1, length):
            periods[f"{title}{first + start}"] = frozenset(names[start : start + length])
    ground = {sector: frozenset({sector}) for sector in sectors} | {"commune": frozenset(sectors)}
    axes = {"ground": ground, "month": periods}
    return Table(measure="absences", unit=Unit.HOMES, axes=axes, counts=counts)


def measure(what: str, table: Table, ledger: Ledger) -> Ledger:
    """Publish a table, print its line, and return the ledger."""
    started, computed = time.perf_counter(), time.process_time()
    publication, after = publish(table, ledger)
    elapsed_s, computing_s = time.perf_counter() - started, time.process_time() - computed
    figures, small = list(publication), _count_small(table)
    gaps = len(figures) - len(publication.values)
    counts = (len(figures), small, gaps - small, len(publication.values))
    print("|", what, *(f"| {count}" for count in counts), f"| {computing_s:.1f} | {elapsed_s:.1f} |", flush=True)
    return after


def _count_small(table: Table) -> int:
    publication = Publication(measure="", unit=table.unit, axes=table.axes, values={})
    totals = (
        sum(
            table.counts[sector, month]
            for sector in table.axes["ground"][area]
            for month in table.axes["month"][period]
        )
        for area, period in publication
    )
    return sum(total < table.unit.threshold for total in totals)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--growth", action="store_true", help="towns of more and more sectors")
    options = parser.parse_args()
    print(describe_machine(["numpy", "scipy"]))
    print("\n| table | figures | small | left out for them | published | computing, s | clock, s |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    if options.growth:
        print_growth()
        return
    for absences in (3, 8, 15):
        for months in (12, 24, 60):
            ledger = measure(f"{SECTORS} × {months}, {absences} a month", draw_table(months, absences), Ledger())
        measure("… again, upon its own history", draw_table(60, absences), ledger)
        measure("… the next quarter", draw_table(3, absences, first=60), ledger)
        ledger = Ledger()
        for month in range(59):
            _, ledger = publish(draw_table(1, absences, first=month), ledger)
        ledger = measure("a month after 59 published one by one", draw_table(1, absences, first=59), ledger)
        measure("… then all 60 with their quarters and years", draw_table(60, absences), ledger)


def print_growth() -> None:
    """Print what a year takes in towns of more and more sectors, and what comes after it."""
    for absences in (3, 15):
        for count in GROWTH:
            ledger = measure(f"{count} × 12, {absences} a month", draw_table(12, absences, count=count), Ledger())
            measure("… the next month", draw_table(1, absences, first=12, count=count), ledger)
            measure("… the next year", draw_table(12, absences, first=12, count=count), ledger)


if __name__ == "__main__":
    main()
