"""Our planner against PyVRP, VROOM and OR-Tools: equal wall time, one thread each, one run.

    python -m benchmarks.planner --toptw DIR [--osm FILE] [--seconds 10] [--only r107,day400] [--crews 1,2,3,4]

Prints Markdown. Every answer is walked again by `benchmarks.peer_answer`; ours also passes the planner's own
independent checker, with the separations that no peer models.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.days import make_day, sample_homes
from benchmarks.machine import describe_machine
from benchmarks.peer_answer import Judgement, Solver, judge
from benchmarks.peer_ortools import ortools_routes
from benchmarks.peer_pyvrp import pyvrp_routes
from benchmarks.peer_ronde import ronde
from benchmarks.peer_vroom import vroom_routes
from benchmarks.toptw import read_toptw
from geo.routing import Mode, build, open_engine
from patrols.planner import MaxIterations, MaxRuntime, Problem, check, solve
from patrols.planner.compile import compile_search
from patrols.planner.solve import SEARCHES

SOLVERS: dict[str, Solver] = {
    "Ronde": ronde,
    "PyVRP": pyvrp_routes,
    "VROOM": vroom_routes,
    "OR-Tools": ortools_routes,
}
PEERS = ("PyVRP", "VROOM", "OR-Tools")
PACKAGES = ("numba", "numpy", "pyvrp", "pyvroom", "ortools")
DAY_SIZES = (50, 200, 400, 2_000)
WHOLE_DAY = 2_000
WHOLE_DAY_SECONDS = 30.0
SEED = 1
MIB = 1 << 10
"""In KiB, the unit of `ru_maxrss`."""


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toptw", type=Path, help="folder of orienteering instances")
    parser.add_argument("--osm", type=Path, help="extract whose house numbers and streets make the days")
    parser.add_argument("--seconds", type=float, default=10.0, help="wall time of each solver on each problem")
    parser.add_argument("--only", default="", help="names to run, such as r107,day400; all when left out")
    parser.add_argument("--crews", default="1,2,3,4", help="numbers of crews of the instances")
    options = parser.parse_args()
    only = set(filter(None, options.only.split(",")))
    compile_search()
    print(describe_machine(PACKAGES))
    print(
        f"Wall time: {options.seconds:g} s for each solver and problem, one thread each (VROOM stops of itself).\n"
    )
    if options.toptw:
        crews = [int(number) for number in options.crews.split(",")]
        compare_on_instances(instances(options.toptw, crews, only), options.seconds)
    if options.osm:
        compare_on_days(
            options.osm, [size for size in DAY_SIZES if not only or f"day{size}" in only], options.seconds
        )


def instances(folder: Path, crews: Iterable[int], only: set[str]) -> Iterator[tuple[str, Problem]]:
    """Yield the instances asked for, with each number of crews."""
    for path in sorted(folder.glob("*.txt")):
        if not only or path.stem in only:
            for number in crews:
                yield f"{path.stem} m={number}", read_toptw(path, number)


def compare_on_instances(problems: Iterable[tuple[str, Problem]], seconds: float) -> None:
    """Print the prize of every solver on every instance, and the shortfalls from the best of the run."""
    print("| instance | " + " | ".join(SOLVERS) + " | best |")
    print("|---|" + "---:|" * (len(SOLVERS) + 1))
    shortfalls: dict[str, list[float]] = {name: [] for name in SOLVERS}
    below_pyvrp: list[float] = []
    broken = dict.fromkeys(SOLVERS, 0)
    for name, problem in problems:
        answers = {solver: judge(problem, run(problem, seconds, SEED)) for solver, run in SOLVERS.items()}
        best = max(answer.prize for answer in answers.values() if not answer.violations)
        for solver, answer in answers.items():
            broken[solver] += answer.violations > 0
            shortfalls[solver].append(100.0 * (1.0 - valid_prize(answer) / best))
        below_pyvrp.append(100.0 * (1.0 - valid_prize(answers["Ronde"]) / valid_prize(answers["PyVRP"])))
        cells = " | ".join(cell(answer) for answer in answers.values())
        print(f"| {name} | {cells} | {best:g} |", flush=True)
    for label, summary in (("mean shortfall, %", np.mean), ("worst shortfall, %", np.max)):
        print(f"| {label} | " + " | ".join(f"{summary(values):.2f}" for values in shortfalls.values()) + " | |")
    print("| plans that break a rule | " + " | ".join(str(count) for count in broken.values()) + " | |")
    print(f"\nFarthest below PyVRP on one instance: {max(0.0, *below_pyvrp):.2f} %.\n", flush=True)


def valid_prize(answer: Judgement) -> float:
    """Return the prize of an answer, 0 when it breaks a rule."""
    return 0.0 if answer.violations else answer.prize


def cell(answer: Judgement) -> str:
    """Return an answer as a cell of the table."""
    return f"{answer.prize:g}" + (f" ({answer.violations} violations)" if answer.violations else "")


def compare_on_days(osm: Path, sizes: Iterable[int], seconds: float) -> None:
    """Print the prize of every solver on days over real streets, then what one large day costs in all."""
    print("Peers cannot keep two passages of a home apart: they solve the relaxation without separations, an")
    print("advantage to them. Their matrices are those of the routing engine, given ready made.\n")
    print("| homes | visits | " + " | ".join(SOLVERS) + " | Ronde over best peer |")
    print("|---:|---:|" + "---:|" * (len(SOLVERS) + 1))
    with tempfile.TemporaryDirectory() as folder:
        build(osm, Path(folder))
        for size in sizes:
            problem = day_problem(osm, Path(folder), size)
            answers = {solver: judge(problem, run(problem, seconds, SEED)) for solver, run in SOLVERS.items()}
            best = max(valid_prize(answers[peer]) for peer in PEERS)
            over = 100.0 * (valid_prize(answers["Ronde"]) / best - 1.0)
            cells = " | ".join(cell(answer) for answer in answers.values())
            print(f"| {size} | {len(problem.visits)} | {cells} | {over:+.2f} % |", flush=True)
        if WHOLE_DAY in sizes:
            # In a process of its own: this one has held the peers' models.
            measuring = get_context("spawn").Process(target=measure_whole_day, args=(osm, Path(folder)))
            measuring.start()
            measuring.join()


def day_problem(osm: Path, routing_dir: Path, size: int) -> Problem:
    """Return the day of a size, with the travel times of every mode."""
    points = sample_homes(osm, routing_dir, size, seed=size)
    return make_day({mode: open_engine(routing_dir, mode).durations_s(points) for mode in Mode}, seed=size)


def measure_whole_day(osm: Path, routing_dir: Path) -> None:
    """Print time and memory from points to a checked plan, two searches side by side."""
    points = sample_homes(osm, routing_dir, WHOLE_DAY, seed=WHOLE_DAY)
    begun = time.perf_counter()
    problem = make_day({mode: open_engine(routing_dir, mode).durations_s(points) for mode in Mode}, seed=WHOLE_DAY)
    matrix_s = time.perf_counter() - begun
    first = solve(problem, MaxIterations(0), seed=SEED)
    begun = time.perf_counter()
    plan = solve(problem, MaxRuntime(WHOLE_DAY_SECONDS), seed=SEED)
    whole_s = matrix_s + time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"\n{WHOLE_DAY} homes, {len(problem.visits)} visits, {SEARCHES} searches: matrices {matrix_s:.1f} s; "
        f"a first plan with its reasons {first.runtime_s:.2f} s; {WHOLE_DAY_SECONDS:g} s of search, "
        f"{plan.iterations} iterations, {whole_s:.1f} s in all; prize {first.prize:g} then {plan.prize:g}, "
        f"{len(check(problem, plan))} violations; peak {peak / MIB:.0f} MiB.",
        flush=True,
    )


if __name__ == "__main__":
    main()
