"""Travel-time matrices and paths: ours against the bare engine and scipy, in one run.

    python -m benchmarks.matrices --osm FILE [--algorithms]

Prints Markdown. `--algorithms` also builds and times both of OSRM's algorithms for every mode, which takes
minutes: it is what `geo.routing.dataset.ALGORITHMS` was chosen from.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import numpy as np
import osmium
import osrm

from benchmarks.machine import describe_machine
from benchmarks.street_graph import StreetGraph, durations_s
from geo.routing import MAX_SNAP_M, DatasetVersion, Mode, build, open_engine
from geo.routing.dataset import ALGORITHMS
from geo.routing.engine import UNLIMITED

ROUNDS = 15
HOMES = 300
MANY_HOMES = 2_000
STOPS = 60
SEED = 20_260_812
MIB = 1 << 20
PACKAGES = ("osrm-bindings", "numpy", "scipy", "osmium")


def main() -> None:
    """Run the benchmark on the extract given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--osm", type=Path, required=True, help="an OpenStreetMap extract with house numbers")
    parser.add_argument("--algorithms", action="store_true", help="compare CH and MLD for every mode (minutes)")
    options = parser.parse_args()
    print(describe_machine(PACKAGES))
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        begun = time.perf_counter()
        dataset = build(options.osm, directory)
        build_s = time.perf_counter() - begun
        print(f"Extract: {options.osm.name}, {dataset.highway_count} highways, built in {build_s:.1f} s.\n")
        homes = house_numbers(options.osm)
        near = homes[open_engine(directory, Mode.CAR).snap_distances_m(homes) <= MAX_SNAP_M]
        rng = np.random.default_rng(SEED)
        compare_matrices(options.osm, directory, dataset, rng.choice(near, HOMES, replace=False))
        measure_modes(directory, rng.choice(near, HOMES, replace=False))
        measure_many(directory, rng.choice(near, MANY_HOMES, replace=len(near) < MANY_HOMES))
        if options.algorithms:
            compare_algorithms(options.osm, rng.choice(near, HOMES, replace=False))


def compare_matrices(osm_file: Path, directory: Path, dataset: DatasetVersion, homes: np.ndarray) -> None:
    """Print a car matrix by the bare engine, by ours and by scipy, each round timing the three in turn."""
    engine = open_engine(directory, Mode.CAR)
    bare_engine = osrm.OSRM(
        storage_config=str(dataset.base(Mode.CAR)),
        algorithm=ALGORITHMS[Mode.CAR],
        use_shared_memory=False,
        max_locations_distance_table=UNLIMITED,
    )
    bare_request = osrm.TableParameters(annotations=["duration"], coordinates=homes.tolist(), generate_hints=False)
    streets = StreetGraph(osm_file)
    nodes = streets.nearest(homes)
    junctions = streets.junctions(nodes)
    everywhere = range(len(streets.metres))
    turns, begins, ends = streets.with_turns(junctions, nodes)
    all_turns, all_begins, all_ends = streets.with_turns(everywhere, nodes)
    plain, stops = streets.without_turns(junctions), np.searchsorted(junctions, nodes)
    every_node = streets.without_turns(everywhere)
    contenders: dict[str, Callable[[], object]] = {
        "bare engine call, answer not read": lambda: bare_engine.Table(bare_request),
        "`durations_s` (ours)": lambda: engine.durations_s(homes),
        f"scipy, streets and turns as in the extract ({all_turns.shape[0]:,} nodes)": lambda: durations_s(
            all_turns, all_begins, all_ends
        ),
        f"scipy, streets as in the extract, no turns ({every_node.shape[0]:,})": lambda: durations_s(
            every_node, nodes, nodes
        ),
        f"scipy, streets cut at junctions only, turns ({turns.shape[0]:,})": lambda: durations_s(
            turns, begins, ends
        ),
        f"scipy, streets cut at junctions only, no turns ({plain.shape[0]:,})": lambda: durations_s(
            plain, stops, stops
        ),
    }
    rounds_ms = np.array([[_time_ms(contender) for contender in contenders.values()] for _ in range(ROUNDS)])
    over_ours = np.median(rounds_ms / rounds_ms[:, [1]], axis=0)

    print(f"### Car matrix, {HOMES} × {HOMES} homes: medians of {ROUNDS} rounds, all in turn in each\n")
    print("| what | ms | ours takes |\n|---|---:|---|")
    verdicts = [f"{1 / over_ours[0]:.2f} × as long (to reach: ≤ 1.5)", ""]
    verdicts += [f"1 / {factor:.1f} of it" for factor in over_ours[2:]]
    verdicts[2] += " (to reach: ≤ 1 / 10)"
    for what, spent_ms, verdict in zip(contenders, np.median(rounds_ms, axis=0), verdicts, strict=True):
        print(f"| {what} | {spent_ms:.1f} | {verdict} |")
    ours_s = engine.durations_s(homes)
    _print_ratio("streets and turns", ours_s, durations_s(turns, begins, ends))
    _print_ratio("streets without turns", ours_s, durations_s(plain, stops, stops))
    print()


def _print_ratio(graph: str, ours_s: np.ndarray, scipy_s: np.ndarray) -> None:
    apart = np.isfinite(ours_s) & np.isfinite(scipy_s) & (scipy_s > 0) & (ours_s > 0)
    spread = ", ".join(f"{value:.2f}" for value in np.percentile(ours_s[apart] / scipy_s[apart], [5, 50, 95]))
    print(f"\nOur travel times over scipy's on {graph}: {spread} (5 %, 50 %, 95 % of {apart.sum():,} pairs).")


def measure_modes(directory: Path, homes: np.ndarray) -> None:
    """Print, for each mode, its matrix and a path through ordered stops."""
    print(f"### By mode: {HOMES} × {HOMES} matrix, and a path through {STOPS} stops with names and geometry\n")
    print("| mode | algorithm | matrix, ms | path, ms | a leg, ms |\n|---|---|---:|---:|---:|")
    for mode in Mode:
        engine = open_engine(directory, mode)
        matrix_ms = statistics.median(_time_ms(lambda engine=engine: engine.durations_s(homes)) for _ in range(5))
        path_ms = statistics.median(_time_ms(lambda engine=engine: engine.path(homes[:STOPS])) for _ in range(5))
        print(f"| {mode} | {ALGORITHMS[mode]} | {matrix_ms:.0f} | {path_ms:.1f} | {path_ms / (STOPS - 1):.2f} |")
    print()


def measure_many(directory: Path, homes: np.ndarray) -> None:
    """Print the time and the memory of a large matrix, in a process of its own for each mode."""
    print(f"### {MANY_HOMES:,} × {MANY_HOMES:,} homes, each mode in a fresh process\n")
    print("| mode | s | peak memory, MiB (to reach: ≤ 1,024) |\n|---|---:|---:|")
    for mode in Mode:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
            seconds, peak_mib = process.submit(_fill_large_matrix, directory, mode, homes).result()
        print(f"| {mode} | {seconds:.2f} | {peak_mib:,.0f} |")
    print()


def _fill_large_matrix(directory: Path, mode: Mode, homes: np.ndarray) -> tuple[float, float]:
    engine = open_engine(directory, mode)
    spent_ms = _time_ms(lambda: engine.durations_s(homes))
    return spent_ms / 1_000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / MIB


def compare_algorithms(osm_file: Path, homes: np.ndarray) -> None:
    """Print what each of OSRM's algorithms costs to build and to ask, for every mode."""
    print("### OSRM's two algorithms (one thread to build)\n")
    print("| mode | algorithm | build, s | matrix, ms |\n|---|---|---:|---:|")
    for mode in Mode:
        for algorithm in ("CH", "MLD"):
            with tempfile.TemporaryDirectory() as folder, patch.dict(ALGORITHMS, {mode: algorithm}):
                directory = Path(folder)
                begun = time.perf_counter()
                build(osm_file, directory, [mode])
                build_s = time.perf_counter() - begun
                engine = open_engine(directory, mode)
                matrix_ms = statistics.median(
                    _time_ms(lambda engine=engine: engine.durations_s(homes)) for _ in range(5)
                )
            print(f"| {mode} | {algorithm} | {build_s:.1f} | {matrix_ms:.0f} |", flush=True)
    print()


def house_numbers(osm_file: Path) -> np.ndarray:
    """Return where the extract's house numbers are, on nodes and on buildings, shape (n, 2)."""
    objects = osmium.FileProcessor(str(osm_file), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    homes = []
    for numbered in objects.with_filter(osmium.filter.KeyFilter("addr:housenumber")):
        nodes = [numbered] if numbered.is_node() else [node for node in numbered.nodes if node.location.valid()]
        if nodes:
            homes.append(np.mean([(node.lon, node.lat) for node in nodes], axis=0))
    if not homes:
        sys.exit(f"{osm_file.name}: no house number to measure with")
    return np.array(homes)


def _time_ms(contender: Callable[[], object]) -> float:
    begun = time.perf_counter()
    contender()
    return (time.perf_counter() - begun) * 1_000


if __name__ == "__main__":
    main()
