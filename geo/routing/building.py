"""Travel data built from an OpenStreetMap extract by OSRM's own programs, beside the data in service."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib.metadata import version as package_version
from pathlib import Path

import osrm

from geo.routing.dataset import (
    ALGORITHMS,
    BUILDING_PREFIX,
    VERSIONS,
    DatasetVersion,
    building_lock,
    dataset_base,
    put_in_service,
    read_version,
    seal,
)
from geo.routing.errors import BuildFailed, InvalidExtract, RoutingDataMissing
from geo.routing.extract import count_highways
from geo.routing.protocol import Mode

OSRM_PACKAGE = Path(osrm.__file__).parent
PROGRAMS = OSRM_PACKAGE / "bin"
PROFILES = OSRM_PACKAGE / "share" / "profiles"
FINGERPRINT_LENGTH = 16
LOG_LINES_SHOWN = 8

# OSRM attaches a point to the main network rather than to an unconnected fragment, when both are near enough.
# It calls main what has 1,000 nodes, which no village has: in the clip of one near Le Mans (204 highways),
# 27 % of the pairs of homes had no way; with a node for ten highways 9 %, those that the clip itself cuts off.
HIGHWAYS_PER_MAIN_NODE = 10
MAX_MAIN_NODES = 1_000

# What follows the extraction. OSRM's own cell sizes suit continents: on the streets of a town they made a
# 300 x 300 matrix five times as slow as these.
MLD_CELL_SIZES = "32,128,512,2048,8192"
PREPARATION = {
    "CH": (("osrm-contract",),),
    "MLD": (("osrm-partition", "--max-cell-sizes", MLD_CELL_SIZES), ("osrm-customize",)),
}

Progress = Callable[[str, int, int], None]


def build(
    osm_file: Path,
    directory: Path,
    modes: Sequence[Mode] = tuple(Mode),
    *,
    on_progress: Progress | None = None,
) -> DatasetVersion:
    """Build travel data from an extract and put them in service: `prepare`, then `activate`.

    Parameters, answer and refusals are those of `prepare`.
    """
    version = prepare(osm_file, directory, modes, on_progress=on_progress)
    activate(version, directory)
    return version


def activate(version: DatasetVersion, directory: Path) -> None:
    """Put a prepared version in service in one step, and remove all others.

    Raises
    ------
    RoutingDataMissing
        Another version was put in service meanwhile, which removed this one.
    """
    with building_lock(directory, on_wait=lambda: None):
        if read_version(version.path) is None:
            raise RoutingDataMissing(directory, ", ".join(mode.label for mode in version.modes))
        put_in_service(directory, version.path)


def prepare(
    osm_file: Path,
    directory: Path,
    modes: Sequence[Mode] = tuple(Mode),
    *,
    on_progress: Progress | None = None,
) -> DatasetVersion:
    """Build travel data from an extract beside those in service, which do not change.

    Parameters
    ----------
    osm_file
        .osm, .osm.gz, .osm.bz2 or .osm.pbf.
    directory
        Made if needed. What it holds in service stays so until the new data are complete.
    modes
        The new version answers for these and for no other; at least one.
    on_progress
        Called in this thread with what was just done (in French), the steps done and their number.

    Returns
    -------
    The version made; the one already there when it comes from the same extract, modes and engine.

    Raises
    ------
    InvalidExtract
        The file is refused; nothing was written.
    BuildFailed
        An OSRM program failed; its last lines are in the message.
    """
    modes = tuple(mode for mode in Mode if mode in modes)
    if not modes:
        raise ValueError("no mode of travel to build for")
    report = on_progress or _silent
    steps = 1 + len(modes)
    highway_count = count_highways(osm_file)
    name = _fingerprint(osm_file, modes)
    report("extrait vérifié", 1, steps)

    versions = directory / VERSIONS
    versions.mkdir(parents=True, exist_ok=True)
    path = versions / name
    with building_lock(directory, on_wait=lambda: report("attente d'une autre construction", 1, steps)):
        if read_version(path) is None:
            shutil.rmtree(path, ignore_errors=True)
            draft = Path(tempfile.mkdtemp(prefix=BUILDING_PREFIX, dir=versions))
            try:
                _build_modes(osm_file.resolve(), draft, modes, highway_count, report)
                seal(draft, {"modes": list(modes), "highway_count": highway_count})
                draft.chmod(0o755)
                draft.rename(path)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    return DatasetVersion(name=name, path=path, modes=modes, highway_count=highway_count)


def _build_modes(osm_file: Path, draft: Path, modes: Sequence[Mode], highway_count: int, report: Progress) -> None:
    """Build several modes at a time, each on one thread.

    OSRM's programs number streets differently at each run when they use two threads; one thread always gives
    the same network.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = {pool.submit(_build_mode, osm_file, draft, mode, highway_count): mode for mode in modes}
        for done, future in enumerate(as_completed(running), start=2):
            future.result()
            report(f"{running[future].label} : réseau prêt", done, 1 + len(modes))


def _build_mode(osm_file: Path, draft: Path, mode: Mode, highway_count: int) -> None:
    base = dataset_base(draft, mode)
    base.parent.mkdir()
    main_nodes = max(1, min(MAX_MAIN_NODES, highway_count // HIGHWAYS_PER_MAIN_NODE))
    options = ["--profile", PROFILES / f"{mode}.lua", "--small-component-size", main_nodes, "--output", base]
    _run("osrm-extract", [*options, osm_file], draft, mode)
    for program, *arguments in PREPARATION[ALGORITHMS[mode]]:
        _run(program, [*arguments, base], draft, mode)


def _run(program: str, arguments: Sequence[object], draft: Path, mode: Mode) -> None:
    log = draft / f"{mode}.log"
    command = [str(PROGRAMS / program), "--threads", "1", *(str(argument) for argument in arguments)]
    with log.open("a") as output:
        outcome = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if outcome.returncode != 0:
        kept = draft.parent.parent / f"echec-{mode}.log"
        shutil.copyfile(log, kept)
        last_lines = log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        raise BuildFailed(program, mode.label, kept, last_lines)


def _fingerprint(osm_file: Path, modes: Sequence[Mode]) -> str:
    recipe = (package_version("osrm-bindings"), modes, ALGORITHMS, PREPARATION, HIGHWAYS_PER_MAIN_NODE)
    digest = hashlib.sha256(repr(recipe).encode())
    try:
        with osm_file.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise InvalidExtract(osm_file, f"il est illisible ({error.strerror})") from error
    return digest.hexdigest()[:FINGERPRINT_LENGTH]


def _silent(step: str, done: int, steps: int) -> None:
    """Report to nobody."""
