import gzip
import json

import pytest
from django.core.management import CommandError, call_command

from geo.importers import download
from geo.importers.regions import REGIONS, department_of, region_of
from geo.models import Address, Commune, ImportRun, Street
from geo.routing import Mode, open_engine
from tests.geo.importers.broken_server import BrokenServer, body, drop_after, status
from tests.geo.importers.rows import BAN_HEADER, ban_row, node, osm_document, way

INSEE = "26999"
OUTLINE = json.dumps(
    {
        "type": "Feature",
        "properties": {"code": INSEE, "nom": "Valmont-sur-Rhône"},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[4.88, 44.92], [4.9, 44.92], [4.9, 44.94], [4.88, 44.94], [4.88, 44.92]]],
        },
    }
).encode()
ADDRESSES = gzip.compress("\n".join([BAN_HEADER, ban_row(), ban_row(insee="26000")]).encode())
MAP = osm_document(
    node(1, 4.885, 44.93),
    node(2, 4.895, 44.93),
    node(3, 4.89, 44.93, addr_housenumber="1", addr_street="Rue des Lilas"),
    node(4, 4.8901, 44.93, addr_housenumber="3", addr_street="Rue des Lilas"),
    way(10, 1, 2, highway="residential", name="Rue des Lilas"),
).encode()


@pytest.fixture
def server(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "FIRST_PAUSE_S", 0.001)
    with BrokenServer() as running:
        running.serve("/communes/26999", OUTLINE)
        running.serve("/adresses-26.csv.gz", ADDRESSES)
        running.serve("/rhone-alpes.osm", MAP)
        settings.DOWNLOAD_DIR = tmp_path / "downloads"
        settings.TOWN_SOURCES = {
            "outline": running.address + "/communes/{insee}?fields=nom,code",
            "addresses": running.address + "/adresses-{department}.csv.gz",
            "osm": running.address + "/{region}.osm",
        }
        yield running


def test_a_town_arrives_by_its_code_over_a_broken_line(db, server, capsys):
    server.faults = [drop_after(40), drop_after(100), status(503)]
    call_command("fetch_town", INSEE, no_routing=True)
    assert Commune.objects.get().name == "Valmont-sur-Rhône"
    assert set(Address.objects.values_list("house_number", "source")) == {("1", "ban"), ("3", "osm")}
    assert Street.objects.get().name == "Rue des Lilas"
    assert [run.kind for run in ImportRun.objects.order_by("pk")] == ["communes", "ban", "osm"]
    printed = capsys.readouterr().out
    assert printed.index("Contour :") < printed.index("Adresses :") < printed.index("Carte :")


def test_a_second_time_nothing_is_sent_and_nothing_changes(db, server, capsys):
    call_command("fetch_town", INSEE, no_routing=True)
    asked = len(server.requests)
    capsys.readouterr()
    call_command("fetch_town", INSEE, no_routing=True)
    assert [headers["If-None-Match"] for _, headers in server.requests[asked:]] == ['"v1"'] * 3
    assert capsys.readouterr().out.count("Rien n'a changé.") == 3


def test_downloading_only_imports_nothing(db, server, settings):
    call_command("fetch_town", INSEE, download_only=True)
    assert not Commune.objects.exists()
    assert {file.name for file in settings.DOWNLOAD_DIR.iterdir() if file.suffix != ".json"} == {
        "contour-26999.geojson",
        "adresses-26.csv.gz",
        "carte-rhone-alpes.osm",
    }


def test_a_dry_run_downloads_and_shows_the_difference_but_writes_nothing(db, server, settings, capsys, tmp_path):
    settings.ROUTING_DIR = tmp_path / "routing"
    call_command("fetch_town", INSEE, dry_run=True)
    printed = capsys.readouterr().out
    assert "Communes – ajouts : 1," in printed
    # The address of the commune in the file of the department, then the one that only the map knows.
    assert printed.count("Adresses – ajouts : 1,") == 2
    assert "Rues – ajouts : 1," in printed
    assert printed.splitlines()[-1] == "Essai à blanc : la base de données n'a pas été modifiée."
    assert not any(model.objects.exists() for model in (Commune, Address, Street, ImportRun))
    assert not settings.ROUTING_DIR.exists()


def test_a_dry_run_of_a_town_that_is_there_leaves_it_as_it_was(db, server, capsys):
    call_command("fetch_town", INSEE, no_routing=True)
    moved = gzip.compress("\n".join([BAN_HEADER, ban_row(identifier="26999_0010_00009", number="9")]).encode())
    server.serve("/adresses-26.csv.gz", moved, etag='"v2"')
    before = list(Address.objects.order_by("pk").values()), ImportRun.objects.count()
    call_command("fetch_town", INSEE, dry_run=True)
    assert "Adresses – ajouts : 1, modifications : 0, retraits : 1" in capsys.readouterr().out
    assert (list(Address.objects.order_by("pk").values()), ImportRun.objects.count()) == before


def test_a_file_that_is_a_web_page_stops_before_anything_is_imported(db, server):
    page = body(b"<!DOCTYPE html><html>Indisponible</html>")
    server.faults = [page] * 2
    with pytest.raises(CommandError, match=r"contour de la commune.*inutilisable") as refused:
        call_command("fetch_town", INSEE, no_routing=True)
    assert refused.value.returncode == 2
    assert not Commune.objects.exists()


def test_a_commune_of_no_department_is_refused(db, server):
    with pytest.raises(CommandError, match="« 99100 » n'est pas le code INSEE") as refused:
        call_command("fetch_town", "99100")
    assert refused.value.returncode == 2
    assert server.requests == []


def test_a_service_that_answers_with_another_commune_is_refused(db, server):
    server.serve("/communes/26998", OUTLINE)
    with pytest.raises(CommandError, match="la commune 26998 ne s'y trouve pas"):
        call_command("fetch_town", "26998", no_routing=True)


def test_every_department_has_one_region():
    departments = [department for each in REGIONS.values() for department in each]
    # 96 metropolitan departments (95 numbers, with 2A and 2B for 20) and five overseas.
    assert len(departments) == len(set(departments)) == 101


@pytest.mark.parametrize(
    ("insee", "department", "region"),
    [
        ("26362", "26", "rhone-alpes"),
        ("2A004", "2A", "corse"),
        ("97411", "974", "reunion"),
        ("75056", "75", "ile-de-france"),
    ],
)
def test_a_commune_is_in_its_department_and_region(insee, department, region):
    assert (department_of(insee), region_of(insee)) == (department, region)


def test_a_town_fetched_over_a_broken_line_can_be_driven_through(db, server, settings, tmp_path):
    settings.ROUTING_DIR = tmp_path / "routing"
    server.faults = [drop_after(40)]
    call_command("fetch_town", INSEE)
    engine = open_engine(settings.ROUTING_DIR, Mode.FOOT)
    # 0.01° of longitude are 789 m at 44.93° north; OSRM walks at 5 km/h: 568 s.
    assert engine.durations_s([(4.885, 44.93), (4.895, 44.93)])[0, 1] == pytest.approx(568, rel=0.03)
