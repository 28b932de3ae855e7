import datetime as dt
import json

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange

from geo.errors import InvalidFile
from geo.models import WGS84, Commune, ImportRun
from sectors.errors import PerimetersRefused
from sectors.importers.sectors import import_sectors
from sectors.models import Perimeter, Sector
from sectors.perimeter_geometry.errors import OverlappingPerimeters

FIRST, LATER = dt.date(2026, 1, 1), dt.date(2026, 9, 1)
# Two neighbours share the border 4.89; 0.01° of longitude is 789 m there, 0.02° of latitude 2,222 m.
WEST, EAST, WHOLE = (4.88, 4.89), (4.89, 4.90), (4.88, 4.90)


@pytest.fixture
def commune(db):
    outline = MultiPolygon(Polygon.from_bbox((4.88, 44.92, 4.90, 44.94)), srid=WGS84)
    return Commune.objects.create(insee_code="26999", name="Valmont", outline=outline, source="essai")


@pytest.fixture
def sectors_file(tmp_path):
    def write(*sectors):
        features = [
            {
                "type": "Feature",
                "properties": {"numero": number, "nom": name},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [[west, 44.92], [east, 44.92], [east, north], [west, north], [west, 44.92]],
                    ],
                },
            }
            for number, name, (west, east), north in sectors
        ]
        file = tmp_path / "secteurs.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return file

    return write


def laprat(bounds=WEST, north=44.94, number=1, name="Laprat"):
    return number, name, bounds, north


def fontbarlettes(bounds=EAST, north=44.94, number=2, name="Fontbarlettes"):
    return number, name, bounds, north


def periods(number):
    found = Perimeter.objects.filter(sector__number=number).order_by("valid").values_list("valid", flat=True)
    return [(each.lower, each.upper) for each in found]


def test_sectors_arrive_in_force_from_the_day_without_end(commune, sectors_file):
    report = import_sectors(sectors_file(laprat(), fontbarlettes()), commune, from_day=FIRST)
    assert [len(changes.added) for changes in report.changes] == [2, 2]
    assert list(Sector.objects.values_list("number", "name")) == [(1, "Laprat"), (2, "Fontbarlettes")]
    assert periods(1) == periods(2) == [(FIRST, None)]
    assert ImportRun.objects.get().kind == "sectors"


def test_the_same_file_later_changes_nothing(commune, sectors_file):
    file = sectors_file(laprat(), fontbarlettes())
    import_sectors(file, commune, from_day=FIRST)
    assert import_sectors(file, commune, from_day=LATER).is_unchanged
    assert periods(1) == [(FIRST, None)]


def test_a_redrawn_sector_closes_its_perimeter_and_begins_another(commune, sectors_file):
    import_sectors(sectors_file(laprat(), fontbarlettes()), commune, from_day=FIRST)
    report = import_sectors(sectors_file(laprat(north=44.935), fontbarlettes()), commune, from_day=LATER)
    assert (len(report.changes[1].added), report.changes[1].unchanged) == (1, 1)
    assert periods(1) == [(FIRST, LATER), (LATER, None)]
    assert periods(2) == [(FIRST, None)]


def test_a_sector_redrawn_from_its_own_first_day_is_replaced(commune, sectors_file):
    import_sectors(sectors_file(laprat()), commune, from_day=FIRST)
    import_sectors(sectors_file(laprat(north=44.935)), commune, from_day=FIRST)
    assert periods(1) == [(FIRST, None)]
    assert Perimeter.objects.get().area.extent[3] == 44.935


def test_a_perimeter_ends_where_the_next_one_begins(commune, sectors_file):
    import_sectors(sectors_file(laprat(north=44.935)), commune, from_day=LATER)
    import_sectors(sectors_file(laprat()), commune, from_day=FIRST)
    assert periods(1) == [(FIRST, LATER), (LATER, None)]


def test_a_sector_that_the_file_does_not_have_stays(commune, sectors_file):
    import_sectors(sectors_file(laprat(), fontbarlettes()), commune, from_day=FIRST)
    import_sectors(sectors_file(laprat()), commune, from_day=LATER)
    assert periods(2) == [(FIRST, None)]


def test_a_sector_may_be_renamed_without_moving(commune, sectors_file):
    import_sectors(sectors_file(laprat()), commune, from_day=FIRST)
    report = import_sectors(sectors_file(laprat(name="Laprat-Nord")), commune, from_day=LATER)
    assert (len(report.changes[0].changed), report.changes[1].is_empty) == (1, True)
    assert Sector.objects.get().name == "Laprat-Nord"


def test_a_dry_run_writes_nothing(commune, sectors_file):
    report = import_sectors(sectors_file(laprat()), commune, from_day=FIRST, is_dry_run=True)
    assert not report.is_unchanged
    assert not Sector.objects.exists()


def test_overlapping_sectors_of_one_file_are_refused_by_name_and_size(commune, sectors_file):
    # They share the band 4.89 to 4.891: 78.9 m by 2,222 m, about 17.5 ha.
    with pytest.raises(OverlappingPerimeters, match="« 1 · Laprat » et « 2 · Fontbarlettes »") as refused:
        import_sectors(sectors_file(laprat((4.88, 4.891)), fontbarlettes()), commune, from_day=FIRST)
    assert refused.value.area_m2 == pytest.approx(78.9 * 2_222, rel=0.01)
    assert not Sector.objects.exists()


def test_a_sector_that_overlaps_one_already_in_force_is_refused(commune, sectors_file):
    import_sectors(sectors_file(fontbarlettes()), commune, from_day=FIRST)
    with pytest.raises(OverlappingPerimeters):
        import_sectors(sectors_file(laprat(WHOLE)), commune, from_day=LATER)
    assert Sector.objects.count() == 1


def test_a_sector_that_would_overlap_a_later_one_is_refused_by_the_database(commune, sectors_file):
    other = Sector.objects.create(commune=commune, number=2, name="Fontbarlettes")
    area = MultiPolygon(Polygon.from_bbox((4.89, 44.92, 4.90, 44.94)), srid=WGS84)
    Perimeter.objects.create(sector=other, area=area, valid=DateRange(LATER, None))
    with pytest.raises(PerimetersRefused, match="2026-01-01"):
        import_sectors(sectors_file(laprat(WHOLE)), commune, from_day=FIRST)
    assert list(Sector.objects.values_list("number", flat=True)) == [2]


@pytest.mark.parametrize(
    ("sectors", "message"),
    [
        ([laprat(number="")], "entité 1 : il manque le numéro"),
        ([laprat(number="un")], "entité 1 : il manque le numéro"),
        ([laprat(number=40_000)], "entité 1 : il manque le numéro"),
        ([laprat(), fontbarlettes(name="")], "entité 2 : il manque le numéro"),
        ([laprat(), fontbarlettes(number=1)], "le secteur « 1 » y est deux fois"),
        ([laprat(), fontbarlettes(name="Laprat")], "le secteur « Laprat » y est deux fois"),
        ([laprat((5.0, 5.01))], "entité 1 : le secteur 1 sort de la commune"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(commune, sectors_file, sectors, message):
    with pytest.raises(InvalidFile, match=message):
        import_sectors(sectors_file(*sectors), commune, from_day=FIRST)
    assert not Sector.objects.exists()


def test_a_name_held_by_a_sector_outside_the_file_is_refused(commune, sectors_file):
    import_sectors(sectors_file(fontbarlettes()), commune, from_day=FIRST)
    with pytest.raises(InvalidFile, match="« Fontbarlettes », qui est celui du secteur 2"):
        import_sectors(sectors_file(laprat(name="Fontbarlettes")), commune, from_day=FIRST)
