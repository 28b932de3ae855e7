"""How long a map of reports takes, from the database to the picture, beside other ways to come by it.

    python -m benchmarks.density [--database]

Prints Markdown. Reports are drawn evenly and around 40 places, with a fixed seed, on a round commune of 37 km² in
cells of 50 m; the radius is 300 m. With --database, ten thousand and a million points are read from a temporary
table in the database of DATABASE_URL, by the clock and in processor time (this process and, on the same machine,
the server's), which a machine at work on other things changes less. KDEpy and scikit-learn are measured where they
are installed; no lock file names them.
"""

import argparse
import math
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from scipy import stats
from shapely import Point

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as
from geo.statistics.compile import compile_statistics
from geo.statistics.density import RADIUS_PER_DEVIATION, density
from geo.statistics.ground import Ground, Points
from geo.statistics.hot_spots import Windows, count_by_cell, hot_spots
from geo.statistics.near_repeats import knox

SEED, REPEATS = 2026, 7
NEAR_REPEATS_OF = (1_000, 10_000)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
FROM_DATABASE = (10_000, 1_000_000)
# A million times 15,000 places would take an hour.
PEERS_UP_TO = 10_000
CELL_M, RADIUS_M, COMMUNE_RADIUS_M = 50.0, 300.0, 3_430.0
MIDDLE_M = (850_000.0, 6_425_000.0)
LAMBERT_93 = 2154
MS = 1_000.0
KIB, MIB = 1 << 10, 1 << 20


def draw(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw half of the places evenly and half around 40 of them, in metres."""
    random = np.random.default_rng(SEED)
    angle, far = random.uniform(0, 2 * math.pi, count), COMMUNE_RADIUS_M * np.sqrt(random.uniform(0, 1, count))
    places = np.column_stack([far * np.cos(angle), far * np.sin(angle)])
    centres = places[random.integers(0, min(40, count), count // 2)]
    places[: count // 2] = 0.95 * centres + random.normal(0, 60, centres.shape)
    return places[:, 0] + MIDDLE_M[0], places[:, 1] + MIDDLE_M[1]


def time_ms(act: Callable[[], object], repeats: int = REPEATS) -> float:
    """Time a piece of work by the clock, the median of a few runs."""
    times_ms = []
    for _ in range(repeats):
        started = time.perf_counter()
        act()
        times_ms.append(MS * (time.perf_counter() - started))
    return statistics.median(times_ms)


def row(*cells: object) -> None:
    """Print a line of the table."""
    print(
        "|",
        " | ".join(f"{cell:,.1f}" if isinstance(cell, float) else str(cell) for cell in cells),
        "|",
        flush=True,
    )


def measure_arrays(ground: Ground) -> None:
    """Print what a map takes from arrays in memory."""
    homes = count_by_cell(Points(**dict(zip(("x_m", "y_m"), draw(30_000), strict=True))), ground)
    windows = Windows.within(ground, 100.0)
    print("\n| reports | kernel | points, ms | density, ms | hot spots, ms |\n|---:|---|---:|---:|---:|")
    for size in SIZES:
        x_m, y_m = draw(size)
        points = Points(x_m=x_m, y_m=y_m)
        row(
            f"{size:,}",
            density(points, ground, radius_m=RADIUS_M).kernel.value,
            time_ms(lambda: Points(x_m=x_m, y_m=y_m)),  # noqa: B023 (called at once)
            time_ms(lambda: density(points, ground, radius_m=RADIUS_M)),  # noqa: B023
            time_ms(lambda: hot_spots(count_by_cell(points, ground), homes, windows)),  # noqa: B023
        )


def measure_near_repeats() -> None:
    """Print what Knox's table takes, with 999 permutations."""
    print("\n| facts in a year | near repeats, ms |\n|---:|---:|")
    for size in NEAR_REPEATS_OF:
        x_m, y_m = draw(size)
        days = np.random.default_rng(SEED).integers(0, 365, size).astype(float)
        facts = Points(x_m=x_m, y_m=y_m)
        row(
            f"{size:,}",
            time_ms(lambda: knox(facts, days, up_to_m=(100, 200, 400), up_to_days=(7, 14, 28), seed=SEED), 1),  # noqa: B023
        )


def measure_peers(ground: Ground) -> None:
    """Print what others take for the Gaussian at the same places, uncorrected at the border."""
    x_m, y_m = draw(PEERS_UP_TO)
    east_m, north_m = ground.middles_m()
    deviation_m = RADIUS_M / RADIUS_PER_DEVIATION
    data, places = np.column_stack([x_m, y_m]), np.column_stack([east_m, north_m])
    points = Points(x_m=x_m, y_m=y_m)
    print(f"\n| {PEERS_UP_TO:,} reports at {len(places):,} places | ms |\n|---|---:|")
    row("Ronde, exact quartic, corrected", time_ms(lambda: density(points, ground, radius_m=RADIUS_M)))

    def by_scipy() -> None:
        found = stats.gaussian_kde(data.T, bw_method=1.0)
        found.set_bandwidth(deviation_m / math.sqrt(found._data_covariance[0, 0]))
        found(places.T)

    row("scipy, `gaussian_kde`", time_ms(by_scipy, repeats=1))
    if find_spec("sklearn"):
        from sklearn.neighbors import KernelDensity

        row(
            "scikit-learn, `KernelDensity` (tree, relative tolerance 1e-3)",
            time_ms(lambda: KernelDensity(bandwidth=deviation_m, rtol=1e-3).fit(data).score_samples(places), 1),
        )
    if find_spec("KDEpy"):
        from KDEpy import FFTKDE

        # A million, too: it bins as Ronde does, on a grid of as many cells.
        many = np.column_stack(draw(SIZES[-1]))
        for name, set_of in (("10,000", data), ("1,000,000", many)):
            row(
                f"KDEpy, `FFTKDE`, {name} reports",
                time_ms(lambda: FFTKDE(bw=deviation_m).fit(set_of).evaluate(ground.grid.shape), 3),  # noqa: B023
            )


@dataclass(frozen=True, kw_only=True)
class Busy:
    """The processes that a measure counts: this one, and the database's where it is on the same machine."""

    backend: Path

    def processor_ms(self) -> float:
        """Processor time that both have taken."""
        return MS * time.process_time() + self._server_ms()

    def peak_mib(self) -> tuple[float, float | None]:
        """The most memory that each has held since `forget_peak`; the server's since it began."""
        server = self.backend / "status"
        return _peak_mib(Path("/proc/self/status")), _peak_mib(server) if server.exists() else None

    def forget_peak(self) -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")

    def _server_ms(self) -> float:
        stat = self.backend / "stat"
        if not stat.exists():
            return 0.0
        fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
        return MS * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mib(status: Path) -> float:
    (line,) = (line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * KIB / MIB


def measure_database(ground: Ground) -> None:
    """Print what reports take from the table to the picture, beside other ways to read them."""
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.contrib.gis.db import models
    from django.db import connection

    from geo.point_arrays import read_points
    from geo.projections import to_wgs84
    from maps.density.picture import canvas_of, paint
    from maps.density.scale import Scale
    from maps.density.surface_map import MORE

    class Drawn(models.Model):
        point = models.PointField()

        class Meta:
            app_label, managed, db_table = "benchmarks", False, "benchmark_points"

    canvas, tints = canvas_of(ground.grid, LAMBERT_93), dict(enumerate(MORE, start=1))

    def read() -> Points:
        return read_points(Drawn.objects.all(), "point", srid=LAMBERT_93)

    def draw_picture(points: Points) -> bytes:
        values = density(points, ground, radius_m=RADIUS_M).per_km2
        return paint(canvas, Scale.of(values).place(values), tints)

    with connection.cursor() as cursor:
        busy = Busy(backend=Path("/proc") / str(cursor.execute("SELECT pg_backend_pid()").fetchone()[0]))
        for count in FROM_DATABASE:
            cursor.execute("DROP TABLE IF EXISTS benchmark_points")
            cursor.execute("CREATE TEMPORARY TABLE benchmark_points (id bigint, point geometry(Point, 4326))")
            with cursor.copy("COPY benchmark_points (id, point) FROM STDIN") as copy:
                for number, (lon, lat) in enumerate(zip(*to_wgs84(*draw(count), LAMBERT_93), strict=True)):
                    copy.write_row((number, f"SRID=4326;POINT({lon} {lat})"))
            cursor.execute("ANALYZE benchmark_points")

            def ask(sql: str) -> Callable[[], object]:
                return lambda: cursor.execute(sql).fetchall()

            def tell(what: str, act: Callable[[], object], repeats: int) -> float:
                act()
                before_ms = busy.processor_ms()
                clock_ms = time_ms(act, repeats)
                processor_ms = (busy.processor_ms() - before_ms) / repeats
                row(what, clock_ms, processor_ms)
                return processor_ms

            times = REPEATS * SIZES[-1] // count // 10 + REPEATS
            print(f"\n| {count:,} reports in a table | by the clock, ms | processor, ms |\n|---|---:|---:|")
            bare_ms = tell(
                "bare scan: `sum(ST_X)`, `sum(ST_Y)`",
                ask("SELECT sum(ST_X(point)), sum(ST_Y(point)) FROM benchmark_points"),
                times,
            )
            pairs = "SELECT string_agg(substr(ST_AsBinary(point, 'NDR'), 6), '') FROM benchmark_points"
            pairs_ms = tell("pairs of coordinates, as bytes", ask(pairs), times)
            axes = "string_agg(float8send(ST_X(point)), ''), string_agg(float8send(ST_Y(point)), '')"
            tell("one text of bytes by axis", ask(f"SELECT {axes} FROM benchmark_points"), times)  # noqa: S608
            tell(
                "one row for each: `ST_X`, `ST_Y`",
                ask("SELECT ST_X(point), ST_Y(point) FROM benchmark_points"),
                3,
            )
            cells = (
                "SELECT ST_SnapToGrid(ST_Transform(point, 2154), 50), count(*) FROM benchmark_points GROUP BY 1"
            )
            tell("SQL: counts by cell of 50 m, no density", ask(cells), 1)
            tell("`read_points`: pairs, checked, in metres", read, times)
            busy.forget_peak()
            tell("**database to picture**", lambda: draw_picture(read()), times)
            own_mib, server_mib = busy.peak_mib()
            told = f"{own_mib:,.0f} MiB" + (f", and {server_mib:,.0f} MiB of the server's" if server_mib else "")
            points = read()
            tell("of which density and picture", lambda: draw_picture(points), times)  # noqa: B023
            print(f"\nPairs: {pairs_ms / bare_ms:.1f} × the bare scan in processor time. Most memory: {told}.")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="store_true")
    options = parser.parse_args()
    compile_statistics()
    print(describe_machine(["numpy", "scipy", "numba"]))
    ground = Ground.of(Point(*MIDDLE_M).buffer(COMMUNE_RADIUS_M, quad_segs=32), CELL_M)
    measure_arrays(ground)
    measure_near_repeats()
    measure_peers(ground)
    if options.database:
        measure_database(ground)


if __name__ == "__main__":
    main()
