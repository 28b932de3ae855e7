import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command

from geo import routing
from geo.importers import osm as import_osm
from geo.models import Address, Building, Commune, ImportRun, LandFeature, Street
from geo.routing import BuildFailed, Mode
from tests.geo.importers.rows import bal_row, ban_row, node, osm_document, way

TOWN = osm_document(
    node(1, 4.885, 44.93),
    node(2, 4.895, 44.93),
    node(3, 4.89, 44.93, addr_housenumber="1", addr_street="Rue des Lilas"),
    way(10, 1, 2, highway="residential", name="Rue des Lilas"),
)
OUTLINE = {
    "type": "Feature",
    "properties": {"code": "26998", "nom": "Voisine"},
    "geometry": {"type": "Polygon", "coordinates": [[[4.9, 44.92], [4.92, 44.92], [4.92, 44.94], [4.9, 44.92]]]},
}
SECTOR = OUTLINE | {
    "properties": {"numero": 1, "nom": "Laprat"},
    "geometry": {"type": "Polygon", "coordinates": [[[4.88, 44.92], [4.9, 44.92], [4.9, 44.94], [4.88, 44.92]]]},
}


def run(command, *arguments, **options) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def rows():
    models = (Commune, Street, Building, LandFeature, Address, ImportRun)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_import_ban_prints_the_difference_then_that_nothing_changed(commune, write_ban):
    file = write_ban(
        ban_row(),
        ban_row(identifier="26999_0010_00002", number="2"),
        ban_row(identifier="26999_0010_00003", number="3", lon="NaN"),
        ban_row(insee="26000"),
    )
    assert run("import_ban", file).splitlines() == [
        "Adresses – ajouts : 2, modifications : 0, retraits : 0, sans changement : 0",
        "Laissés de côté : 1",
        "          1  adresse d'une autre commune",
        "Refusés : 1",
        "          1  coordonnée qui n'est pas un nombre (ligne 4)",
    ]
    assert run("import_ban", file).splitlines()[-1] == "Rien n'a changé."


def test_a_dry_run_says_so_and_writes_nothing(commune, write_ban, write):
    before = rows()
    printed = run("import_ban", write_ban(ban_row()), dry_run=True)
    printed += run("import_osm", write("town.osm", TOWN), dry_run=True)
    assert printed.count("Essai à blanc : la base de données n'a pas été modifiée.") == 2
    assert rows() == before


@pytest.mark.parametrize(("command", "row"), [("import_ban", ban_row), ("import_bal", bal_row)])
def test_a_file_without_most_addresses_is_taken_only_if_that_is_accepted(
    commune, write_ban, write_bal, command, row
):
    write_rows = {"import_ban": write_ban, "import_bal": write_bal}[command]
    rows = [row(f"26999_0010_{number:05d}", number=str(number)) for number in range(1, 61)]
    run(command, write_rows(*rows))
    short = write_rows(*rows[:3])
    with pytest.raises(CommandError, match=r"ferait disparaître 57 des 60 .* --accept-removals") as refused:
        run(command, short)
    assert refused.value.returncode == 2
    assert Address.objects.count() == 60
    run(command, "--accept-removals", short)
    assert Address.objects.count() == 3


def test_import_bal_takes_the_other_layout(commune, write_bal):
    run("import_bal", write_bal(bal_row()), commune="26999")
    assert Address.objects.get().source == Address.Source.BAL


def test_import_osm_prints_how_every_number_was_treated(commune, write):
    printed = run("import_osm", write("town.osm", TOWN), no_routing=True)
    assert "Numéros de rue du fichier : 1\n          1  adresse prise, sur un nœud\n" in printed
    assert "Noms de voie différents dans la commune : 1\n" in printed


def test_import_osm_builds_the_travel_data_in_the_directory_of_the_settings(commune, write, settings, tmp_path):
    settings.ROUTING_DIR = tmp_path / "routing"
    run("import_osm", write("town.osm", TOWN))
    engine = routing.open_engine(settings.ROUTING_DIR, Mode.CAR)
    durations = engine.durations_s([(4.885, 44.93), (4.895, 44.93)])
    # 0.01° of longitude are 789 m; a residential street is taken at 20 to 30 km/h: 95 to 142 s.
    assert 80 < durations[0, 1] < 160


def test_import_osm_without_routing_builds_nothing(commune, write, settings, tmp_path):
    settings.ROUTING_DIR = tmp_path / "routing"
    run("import_osm", write("town.osm", TOWN), no_routing=True)
    assert not settings.ROUTING_DIR.exists()


def test_a_failed_build_of_travel_data_leaves_the_database_as_it_was(commune, write, monkeypatch, tmp_path):
    def fail(file, directory, **options):
        raise BuildFailed("osrm-extract", "voiture", tmp_path / "car.log", ["out of memory"])

    monkeypatch.setattr(routing, "prepare", fail)
    before = rows()
    with pytest.raises(CommandError, match=r"out of memory La base de données n'a pas changé") as refused:
        run("import_osm", write("town.osm", TOWN))
    assert refused.value.returncode == 2
    assert rows() == before


def test_import_boundaries_takes_communes_then_sectors(commune, write):
    run("import_boundaries", write("voisine.geojson", json.dumps(OUTLINE)), communes=True)
    assert set(Commune.objects.values_list("pk", flat=True)) == {"26998", "26999"}
    printed = run(
        "import_boundaries",
        write("secteurs.geojson", json.dumps(SECTOR)),
        sectors=True,
        commune="26999",
        from_day=dt.date(2026, 1, 1),
    )
    assert printed.splitlines() == [
        "Secteurs – ajouts : 1, modifications : 0, retraits : 0, sans changement : 0",
        "Périmètres – ajouts : 1, modifications : 0, retraits : 0, sans changement : 0",
    ]


def test_overlapping_sectors_are_refused_with_exit_code_two(commune, write):
    twice = [SECTOR, SECTOR | {"properties": {"numero": 2, "nom": "Fontbarlettes"}}]
    file = write("secteurs.geojson", json.dumps({"type": "FeatureCollection", "features": twice}))
    with pytest.raises(CommandError, match=r"se recouvrent sur .* La base de données n'a pas changé") as refused:
        run("import_boundaries", file, sectors=True)
    assert refused.value.returncode == 2


def test_a_day_that_is_none_is_refused(commune, write):
    with pytest.raises(CommandError, match="« 31/12/2026 » n'est pas une date"):
        run("import_boundaries", write("s.geojson", json.dumps(SECTOR)), "--from", "31/12/2026", sectors=True)


COMMANDS = [
    ("import_ban", {}),
    ("import_bal", {}),
    ("import_osm", {}),
    ("import_boundaries", {"communes": True}),
    ("import_boundaries", {"sectors": True}),
]
CONTENTS = {
    "empty": b"",
    "latin-1": "id;numero;rep;nom_voie\n1;Châteauneuf\n".encode("latin-1"),
    "nul": b"\0" * 1000,
    "html": b"<!DOCTYPE html><html><body>Erreur 404</body></html>",
    "vrt": b"<OGRVRTDataset><OGRVRTLayer><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataset>",
    "truncated json": b'{"type": "FeatureCollection", "features": [{"type"',
    "truncated gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "a million columns": b";" * 1_000_000,
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize(("command", "options"), COMMANDS, ids=["ban", "bal", "osm", "communes", "sectors"])
def test_no_command_takes_a_hostile_file_or_changes_anything_for_it(commune, write, command, options, content):
    file = write("fichier", content)
    before = rows()
    with pytest.raises(CommandError, match=r"« fichier ».* La base de données n'a pas changé") as refused:
        run(command, file, **options)
    assert refused.value.returncode == 2
    assert rows() == before


@pytest.mark.parametrize(("command", "options"), COMMANDS[:4], ids=["ban", "bal", "osm", "communes"])
def test_a_file_that_does_not_exist_is_refused_with_exit_code_two(commune, tmp_path, command, options):
    with pytest.raises(CommandError, match="« rien » : le fichier n'existe pas") as refused:
        run(command, tmp_path / "rien", **options)
    assert refused.value.returncode == 2


def test_a_commune_that_is_not_there_is_refused_with_exit_code_two(commune, write_ban):
    with pytest.raises(CommandError, match="La commune 75056 n'est pas dans la base") as refused:
        run("import_ban", write_ban(ban_row()), commune="75056")
    assert refused.value.returncode == 2


def test_travel_data_change_once_the_rows_are_saved(commune, write, monkeypatch):
    order = []
    monkeypatch.setattr(routing, "prepare", lambda *args, **options: order.append("prepared") or "version")
    monkeypatch.setattr(routing, "activate", lambda version, folder: order.append(f"activated {version}"))
    saved = import_osm.record_run
    monkeypatch.setattr(import_osm, "record_run", lambda *args: order.append("written") or saved(*args))
    run("import_osm", write("town.osm", TOWN))
    assert order == ["written", "prepared", "activated version"]
