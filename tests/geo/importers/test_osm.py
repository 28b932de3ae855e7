import pytest
from django.contrib.gis.geos import Point

from geo.errors import InvalidFile, TooManyRemovals
from geo.importers import osm_addresses
from geo.importers.addresses import import_addresses
from geo.importers.osm import import_osm
from geo.models import WGS84, Address, Building, Commune, ImportRun, LandFeature, Street
from tests.geo.importers.rows import ban_row, node, osm_document, relation, way

# Hand-counted town: 3 streets (one cut, one outside), 2 buildings (one outside), a park, and 7 numbered objects:
# node 20 (door of n° 1), way 40 (building n° 1: repeats it), node 21 (n° 2), way 41 (building n° 3, outside),
# relation 60 (a site without surface), node 22 (no street: « Rue des Lilas » is 11 m away), node 23 (its street is
# said by a relation).
NODES = [
    node(1, 4.885, 44.930),
    node(2, 4.895, 44.930),
    node(3, 4.905, 44.930),
    node(4, 4.910, 44.930),
    node(5, 4.920, 44.930),
    node(6, 4.890, 44.9310),
    node(7, 4.8902, 44.9310),
    node(8, 4.8902, 44.9312),
    node(9, 4.890, 44.9312),
    node(10, 4.905, 44.931),
    node(11, 4.9052, 44.931),
    node(12, 4.9052, 44.9312),
    node(20, 4.8901, 44.9310, addr_housenumber="1", addr_street="Rue des Lilas", entrance="main"),
    node(21, 4.8905, 44.9310, addr_housenumber="2", addr_street="Rue des Lilas", addr_postcode="26000"),
    node(22, 4.8910, 44.9301, addr_housenumber="4"),
    node(23, 4.8915, 44.9310, addr_housenumber="6"),
]
WAYS = [
    way(30, 1, 2, highway="residential", name="Rue des Lilas"),
    way(31, 2, 3, highway="residential", name="Avenue de la Gare", oneway="yes"),
    way(32, 4, 5, highway="residential", name="Rue d'Ailleurs"),
    way(40, 6, 7, 8, 9, 6, building="yes", addr_housenumber="1", addr_street="Rue des Lilas"),
    way(41, 10, 11, 12, 10, building="yes", addr_housenumber="3", addr_street="Rue d'Ailleurs"),
    way(50, 6, 7, 8, 9, 6, leisure="park", name="Parc"),
]
RELATIONS = [
    relation(60, ("node", 20, ""), type="site", addr_housenumber="9"),
    relation(61, ("node", 23, "house"), type="associatedStreet", name="Impasse du Puits"),
]
TREATED = {
    osm_addresses.ON_NODE: 4,
    osm_addresses.REPEATED: 1,
    osm_addresses.OUTSIDE: 1,
    osm_addresses.NO_POSITION: 1,
}


@pytest.fixture
def town(write):
    return write("town.osm", osm_document(*NODES, *WAYS, *RELATIONS))


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Street, Building, LandFeature, Address)]


def test_a_hand_counted_town_arrives(commune, town):
    report = import_osm(town, commune)
    assert [len(changes.added) for changes in report.changes] == [2, 1, 1, 4]
    assert report.tally.treated == TREATED
    assert set(Street.objects.values_list("name", "is_oneway")) == {
        ("Rue des Lilas", False),
        ("Avenue de la Gare", True),
    }
    assert set(Address.objects.values_list("house_number", "street_name", "postcode")) == {
        ("1", "Rue des Lilas", ""),
        ("2", "Rue des Lilas", "26000"),
        ("4", "Rue des Lilas", ""),
        ("6", "Impasse du Puits", ""),
    }
    assert LandFeature.objects.get().name == "Parc"


def test_a_street_ends_at_the_outline(commune, town):
    import_osm(town, commune)
    assert Street.objects.get(osm_way=31).course.coords == (((4.895, 44.93), (4.90, 44.93)),)


def test_the_same_file_again_changes_nothing(commune, town):
    import_osm(town, commune)
    before = everything()
    report = import_osm(town, commune)
    assert report.is_unchanged
    assert everything() == before


def test_a_dry_run_writes_nothing_and_builds_nothing(commune, town):
    built = []
    report = import_osm(town, commune, is_dry_run=True, before_commit=built.append)
    assert not report.is_unchanged
    assert everything() == [[], [], [], []]
    assert built == []


def test_a_later_extract_changes_removes_and_keeps_primary_keys(commune, town, write):
    import_osm(town, commune)
    kept = Street.objects.get(osm_way=30).pk
    later = [each for each in WAYS if "Gare" not in each]
    later[0] = way(30, 1, 2, highway="living_street", name="Rue des Lilas")
    report = import_osm(write("later.osm", osm_document(*NODES, *later, *RELATIONS)), commune)
    streets = report.changes[0]
    assert (len(streets.added), len(streets.changed), len(streets.removed)) == (0, 1, 1)
    assert Street.objects.get().pk == kept
    assert Street.objects.get().highway == "living_street"


def test_a_failure_after_writing_leaves_the_database_as_it_was(commune, town):
    def fail(extract):
        raise RuntimeError("no travel data")

    with pytest.raises(RuntimeError, match="no travel data"):
        import_osm(town, commune, before_commit=fail)
    assert everything() == [[], [], [], []]
    assert not ImportRun.objects.exists()


def test_the_travel_data_are_built_from_the_file_once_the_rows_are_written(commune, town):
    seen = []
    import_osm(town, commune, before_commit=lambda extract: seen.append((extract, Street.objects.count())))
    assert seen == [(town, 2)]


def test_an_extract_of_another_place_is_refused(commune, write):
    far = osm_document(node(1, 6.1, 46.2), node(2, 6.2, 46.2), way(1, 1, 2, highway="residential"))
    with pytest.raises(InvalidFile, match=r"aucune rue de la commune Valmont-sur-Rhône \(26999\)"):
        import_osm(write("far.osm", far), commune)


def test_an_extract_with_swapped_axes_is_refused(commune, write):
    swapped = osm_document(node(1, 44.93, 4.89), node(2, 44.93, 4.891), way(1, 1, 2, highway="residential"))
    with pytest.raises(InvalidFile, match="aucune rue de la commune"):
        import_osm(write("swapped.osm", swapped), commune)


def test_an_extract_that_would_empty_a_table_is_refused_unless_it_is_meant(commune, town, write):
    many = [
        node(1000 + i, 4.881 + i * 1e-5, 44.925, addr_housenumber=str(i), addr_street="Rue Longue")
        for i in range(1, 101)
    ]
    import_osm(write("many.osm", osm_document(*NODES, *many, *WAYS, *RELATIONS)), commune)
    with pytest.raises(TooManyRemovals, match="disparaître 100 des 104 adresses"):
        import_osm(town, commune)
    assert Address.objects.count() == 104
    import_osm(town, commune, accept_removals=True)
    assert Address.objects.count() == 4


def official(commune: Commune, source: Address.Source = Address.Source.BAN) -> Address:
    return Address.objects.create(
        commune=commune,
        official_id="26999_0010_00002",
        source=source,
        house_number="2",
        street_name="RUE DES LILAS",
        point=Point(4.8905, 44.9310, srid=WGS84),
    )


def test_a_house_that_the_official_file_brought_is_not_doubled(commune, town):
    official(commune)
    report = import_osm(town, commune)
    assert report.tally.treated == TREATED | {osm_addresses.ON_NODE: 3, osm_addresses.OFFICIAL: 1}
    assert Address.objects.filter(house_number="2").count() == 1


def test_map_then_official_file_gives_the_same_houses_as_official_file_then_map(commune, town, write_ban):
    ban = write_ban(
        ban_row(identifier="26999_0010_00001", number="1", lon="4.8901", lat="44.9310"),
        ban_row(identifier="26999_0010_00002", number="2", lon="4.8905", lat="44.9310"),
        ban_row(identifier="26999_0010_00008", number="8", lon="4.8905", lat="44.9310"),
    )

    def houses():
        return set(Address.objects.values_list("official_id", "house_number", "street_name", "source"))

    import_osm(town, commune)
    import_addresses(ban, commune, Address.Source.BAN)
    first = houses()
    Address.objects.all().delete()
    import_addresses(ban, commune, Address.Source.BAN)
    import_osm(town, commune)
    assert houses() == first
    assert len(first) == 5


def test_after_the_official_file_the_map_again_changes_nothing(commune, town, write_ban):
    import_osm(town, commune)
    ban = write_ban(ban_row(lon="4.8901", lat="44.9310"))
    import_addresses(ban, commune, Address.Source.BAN)
    assert import_osm(town, commune).is_unchanged
    assert import_addresses(ban, commune, Address.Source.BAN).is_unchanged


@pytest.mark.real_data
def test_every_house_number_of_the_geneva_suburb_is_accounted_for(db, real_data):
    # The lists of the data say 14,574 highways, 814 street names and 9,202 house numbers.
    commune = Commune.objects.create(
        insee_code="99100",
        name="Genève nord-ouest",
        outline="SRID=4326;MULTIPOLYGON(((6.05 46.15,6.2 46.15,6.2 46.28,6.05 46.28,6.05 46.15)))",
        source="essai",
    )
    file = real_data / "osm" / "geneva_nw.osm.pbf"
    report = import_osm(file, commune)
    assert report.tally.treated.total() == 9_202
    assert Street.objects.count() == 14_574
    assert Street.objects.named().values("name").distinct().count() == 814
    taken = (osm_addresses.ON_NODE, osm_addresses.ON_BUILDING, osm_addresses.ON_OTHER, osm_addresses.REPEATED)
    assert sum(report.tally.treated[reason] for reason in taken) == 9_202
    assert import_osm(file, commune).is_unchanged
