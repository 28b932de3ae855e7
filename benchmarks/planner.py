"""Our planner against PyVRP, VROOM and OR-Tools: equal wall time, one thread each, one run.

    python -m benchmarks.planner --toptw DIR [--osm FILE] [--seconds 10] [--only r107,day400] [--crews 1,2,3,4]

Prints Markdown. Every answer is walked again by `benchmarks.peer_answer`; ours also passes the planner's own
independent checker, with the separations that no peer models.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.days import make_day, sample_homes
from benchmarks.hard_limit import GRACE_S, SPAWN, LimitedSolver, limited
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
WHOLE_DAY_S = 60.0
"""From points to a checked plan of that day, matrices included."""
REASONS_S = 5.0
"""Kept free of the search for the reasons of what is left out and the check: 2 s on a quiet machine."""
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
    crews = [int(number) for number in options.crews.split(",")]
    problems = list(instances(options.toptw, crews, only)) if options.toptw else []
    sizes = [size for size in DAY_SIZES if not only or f"day{size}" in only] if options.osm else []
    compile_search()
    print(describe_machine(PACKAGES))
    print(describe_run(len(problems) + len(sizes), options.seconds) + "\n", flush=True)
    with limited(SOLVERS) as solvers:
        if problems:
            compare_on_instances(problems, solvers, options.seconds)
        if sizes:
            compare_on_days(options.osm, sizes, solvers, options.seconds)


def describe_run(problems: int, seconds: float) -> str:
    """Return what each solver is given, and how long all of it takes."""
    expected_s, longest_s = (problems * len(SOLVERS) * each for each in (seconds, seconds + GRACE_S))
    return (
        f"Wall time: {seconds:g} s for each solver and problem, one thread each (VROOM stops of itself). Whoever\n"
        f"has not answered {GRACE_S:g} s after that is ended. Expected: {problems} problems, "
        f"{len(SOLVERS)} solvers, {seconds:g} s each:\n"
        f"{expected_s / 60:.0f} minutes, and a few for matrices and models; at most {longest_s / 60:.0f}."
    )


def instances(folder: Path, crews: Iterable[int], only: set[str]) -> Iterator[tuple[str, Problem]]:
    """Yield the instances asked for, with each number of crews."""
    for path in sorted(folder.glob("*.txt")):
        if not only or path.stem in only:
            for number in crews:
                yield f"{path.stem} m={number}", read_toptw(path, number)


def compare_on_instances(
    problems: Iterable[tuple[str, Problem]], solvers: dict[str, LimitedSolver], seconds: float
) -> None:
    """Print the prize of every solver on every instance, and the shortfalls from the best of the run."""
    print("| instance | " + " | ".join(SOLVERS) + " | best |")
    print("|---|" + "---:|" * (len(SOLVERS) + 1))
    shortfalls: dict[str, list[float]] = {name: [] for name in SOLVERS}
    below_pyvrp: list[float] = []
    broken = dict.fromkeys(SOLVERS, 0)
    for name, problem in problems:
        answers = ask_all(solvers, problem, seconds)
        best = max(valid_prize(answer) for answer in answers.values())
        for solver, answer in answers.items():
            broken[solver] += answer is not None and answer.violations > 0
            shortfalls[solver].append(100.0 * (1.0 - valid_prize(answer) / best))
        below_pyvrp.append(100.0 * (1.0 - valid_prize(answers["Ronde"]) / (valid_prize(answers["PyVRP"]) or best)))
        print(f"| {name} | {cells(answers, seconds)} | {best:g} |", flush=True)
    for label, summary in (("mean shortfall, %", np.mean), ("worst shortfall, %", np.max)):
        print(f"| {label} | " + " | ".join(f"{summary(values):.2f}" for values in shortfalls.values()) + " | |")
    print("| plans that break a rule | " + " | ".join(str(count) for count in broken.values()) + " | |")
    print(f"\nFarthest below PyVRP on one instance: {max(0.0, *below_pyvrp):.2f} %.\n", flush=True)


def ask_all(solvers: dict[str, LimitedSolver], problem: Problem, seconds: float) -> dict[str, Judgement | None]:
    """Return the judged answer of every solver, None where it gave none; one solver runs at a time."""
    routes = {name: solver.solve(problem, seconds, SEED) for name, solver in solvers.items()}
    return {name: None if found is None else judge(problem, found) for name, found in routes.items()}


def valid_prize(answer: Judgement | None) -> float:
    """Return the prize of an answer, 0 when it breaks a rule or never came."""
    return 0.0 if answer is None or answer.violations else answer.prize


def cells(answers: dict[str, Judgement | None], seconds: float) -> str:
    """Return answers as cells of the table."""
    return " | ".join(_cell(answer, seconds) for answer in answers.values())


def _cell(answer: Judgement | None, seconds: float) -> str:
    if answer is None:
        return f"no answer in {seconds + GRACE_S:g} s"
    return f"{answer.prize:g}" + (f" ({answer.violations} violations)" if answer.violations else "")


def compare_on_days(osm: Path, sizes: Sequence[int], solvers: dict[str, LimitedSolver], seconds: float) -> None:
    """Print the prize of every solver on days over real streets, then what one large day costs in all."""
    print("Peers cannot keep two passages of a home apart: they solve the relaxation without separations, an")
    print("advantage to them. Their matrices are those of the routing engine, given ready made.\n")
    print("| homes | visits | " + " | ".join(SOLVERS) + " | Ronde over best peer |")
    print("|---:|---:|" + "---:|" * (len(SOLVERS) + 1))
    with tempfile.TemporaryDirectory() as folder:
        build(osm, Path(folder))
        for size in sizes:
            problem = day_problem(osm, Path(folder), size)
            answers = ask_all(solvers, problem, seconds)
            best = max(valid_prize(answers[peer]) for peer in PEERS)
            over = f"{100.0 * (valid_prize(answers['Ronde']) / best - 1.0):+.2f} %" if best else "no peer"
            print(f"| {size} | {len(problem.visits)} | {cells(answers, seconds)} | {over} |", flush=True)
        if WHOLE_DAY in sizes:
            # In a process of its own: this one has held other problems.
            measuring = SPAWN.Process(target=measure_whole_day, args=(osm, Path(folder)))
            measuring.start()
            measuring.join()


def day_problem(osm: Path, routing_dir: Path, size: int) -> Problem:
    """Return the day of a size, with the travel times of every mode."""
    points = sample_homes(osm, routing_dir, size, seed=size)
    return make_day({mode: open_engine(routing_dir, mode).durations_s(points) for mode in Mode}, seed=size)


def measure_whole_day(osm: Path, routing_dir: Path) -> None:
    """Print time and memory from points to a checked plan, two searches side by side, as a town would run it."""
    compile_search()
    points = sample_homes(osm, routing_dir, WHOLE_DAY, seed=WHOLE_DAY)
    begun = time.perf_counter()
    problem = make_day({mode: open_engine(routing_dir, mode).durations_s(points) for mode in Mode}, seed=WHOLE_DAY)
    matrix_s = time.perf_counter() - begun
    search_s = max(0.0, WHOLE_DAY_S - REASONS_S - matrix_s)
    plan = solve(problem, MaxRuntime(search_s), seed=SEED)
    violations = check(problem, plan)
    whole_s = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = solve(problem, MaxIterations(0), seed=SEED)
    print(
        f"\n{WHOLE_DAY} homes, {len(problem.visits)} visits, {SEARCHES} searches: matrices {matrix_s:.1f} s, "
        f"{search_s:.1f} s of search ({plan.iterations} iterations), {whole_s:.1f} s in all with reasons and "
        f"check; peak {peak / MIB:.0f} MiB. A first plan with its reasons takes {first.runtime_s:.1f} s; prize "
        f"{first.prize:g} then {plan.prize:g}, {len(violations)} violations.",
        flush=True,
    )


if __name__ == "__main__":
    main()
