"""Imports against a bare reading of the same file, in one run.

    python -m benchmarks.imports --osm FILE

Prints Markdown. Every row is measured in a fresh process. Those that write use a scratch database on the server of
DATABASE_URL, made at the beginning and dropped at the end; the BAN file is written from the extract's addresses.
Processor time is this process's own, without the database server's.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django
import osmium

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

SCRATCH_DATABASE = "ronde_benchmark_imports"
INSEE = "26998"
KIB_PER_MIB = 1024
TO_REACH_S, TO_REACH_MIB = 60, 1024
PACKAGES = ("django", "psycopg", "osmium", "shapely")
BAN_COLUMNS = (
    *("id", "id_fantoir", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune"),
    *("code_insee_ancienne_commune", "nom_ancienne_commune", "x", "y", "lon", "lat", "type_position", "alias"),
    *("nom_ld", "libelle_acheminement", "nom_afnor", "source_position", "source_nom_voie"),
    *("certification_commune", "cad_parcelles"),
)
PARTS = {
    "bare": "bare pyosmium read, node places and areas included",
    "parse": "`read_osm`: the same read, geometry and tags kept",
    "osm": "`import_osm`, empty database",
    "osm again": "`import_osm`, the same file again",
    "ban": "`import_ban` of the same houses, which take its identifiers",
    "ban again": "`import_ban`, the same file again",
}


def main() -> None:
    """Measure the parts in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--osm", type=Path, required=True, help="an OpenStreetMap extract")
    parser.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--ban", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    _connect_to_scratch_database()
    if options.part:
        print(json.dumps(measure(options.part, options.osm, options.ban)))
        return
    print(describe_machine(PACKAGES))
    print(f"File: {options.osm.name}, {options.osm.stat().st_size / 1e6:.1f} MB.\n")
    _compare(options.osm)


def _compare(osm: Path) -> None:
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    try:
        with tempfile.TemporaryDirectory() as folder:
            print("| what | s | processor, s | in bare reads | peak memory, MiB | rows written |")
            print("|---|---:|---:|---:|---:|---:|")
            bare_s = 0.0
            for part, label in PARTS.items():
                found = _in_fresh_process(part, osm, Path(folder) / "ban.csv")
                bare_s = bare_s or found["cpu_s"]
                times = f"{found['seconds']:.2f} | {found['cpu_s']:.2f} | {found['cpu_s'] / bare_s:.1f}"
                print(f"| {label} | {times} | {found['peak_mib']:.0f} | {found['written']:,} |")
    finally:
        connection.creation.destroy_test_db(_production_name(), verbosity=0)
    print(
        f"\nTo reach for `import_osm`: under {TO_REACH_S} s and {TO_REACH_MIB:,} MiB, and nothing written again."
    )


def _in_fresh_process(part: str, osm: Path, ban: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.imports", "--osm", str(osm), "--part", part, "--ban", str(ban)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(part: str, osm: Path, ban: Path) -> dict[str, float]:
    """Run one part; return its times, the peak memory of this process and the rows written."""
    run = {"bare": _read_bare, "parse": _parse}.get(part) or _ready_to_import(part, ban)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    written = run(osm)
    seconds, cpu_s = time.perf_counter() - begun, time.process_time() - begun_cpu
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    return {"seconds": seconds, "cpu_s": cpu_s, "peak_mib": peak_mib, "written": written}


def _read_bare(osm: Path) -> int:
    for _ in osmium.FileProcessor(str(osm)).with_areas():
        pass
    return 0


def _parse(osm: Path) -> int:
    from geo.importers.osm_reader import read_osm
    from geo.importers.tally import Tally

    read_osm(osm, Tally())
    return 0


def _ready_to_import(part: str, ban: Path) -> Callable[[Path], int]:
    """Make the commune and the BAN file where they are not there yet; return what is to be timed."""
    from django.db import connection

    from geo.importers.addresses import import_addresses
    from geo.importers.osm import import_osm
    from geo.models import Address, Commune

    connection.settings_dict["NAME"] = SCRATCH_DATABASE
    commune, _ = Commune.objects.get_or_create(
        insee_code=INSEE,
        defaults={"name": "Banc d'essai", "outline": _all_of_the_world(), "source": "banc d'essai"},
    )
    if part.startswith("osm"):
        return lambda osm: _rows_written(import_osm(osm, commune))
    if not ban.exists():
        _write_ban(ban, list(Address.objects.filter(commune=commune).order_by("pk")))
    return lambda osm: _rows_written(import_addresses(ban, commune, Address.Source.BAN))


def _all_of_the_world() -> str:
    return "SRID=4326;MULTIPOLYGON(((-10 40,12 40,12 52,-10 52,-10 40)))"


def _rows_written(report) -> int:  # noqa: ANN001
    return sum(len(each.added) + len(each.changed) + len(each.removed) for each in report.changes)


def _write_ban(ban: Path, addresses: list) -> None:
    with ban.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictWriter(stream, BAN_COLUMNS, delimiter=";", restval="")
        rows.writeheader()
        for number, address in enumerate(addresses, start=1):
            rows.writerow(
                {
                    "id": f"{INSEE}_0000_{number:05}",
                    "numero": address.house_number,
                    "rep": address.suffix,
                    "nom_voie": address.street_name or "Lieu-dit",
                    "code_insee": INSEE,
                    "nom_commune": "Banc d'essai",
                    "lon": address.point.x,
                    "lat": address.point.y,
                }
            )


def _connect_to_scratch_database() -> None:
    # It makes a database of its own, and drops it.
    work_as(Login.OWNER, job="benchmark:imports")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = SCRATCH_DATABASE


def _production_name() -> str:
    from django.conf import settings

    return str(settings.DATABASES["default"]["NAME"])


if __name__ == "__main__":
    main()
