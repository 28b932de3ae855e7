import datetime as dt

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon, Point, Polygon
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from geo import french
from geo.models import WGS84, Address, Commune, Street
from sectors.errors import NoAddressToHold, StreetListRefused
from sectors.models import Perimeter, Sector
from sectors.services.examination import Drawn, examine
from sectors.services.street_perimeters import compose_perimeter

DAY = dt.date(2026, 9, 1)
WEST, SOUTH, EAST, NORTH = 4.88, 44.92, 4.90, 44.94
# At 44.93° north 0.0001° of longitude is 7.9 m, 0.0001° of latitude 11.1 m.
HOUSE_EVERY, HALF_STREET = 0.00025, 0.00008


def rectangle(west, south, east, north):
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=WGS84)


def houses(commune, street, lat, numbers, *, from_lon=4.885):
    """A street from west to east: numbers grow with the longitude, odd ones on the south side."""
    for number in numbers:
        side = -HALF_STREET if number % 2 else HALF_STREET
        address(commune, str(number), street, (from_lon + HOUSE_EVERY * ((number - 1) // 2), lat + side))
    Street.objects.create(
        commune=commune,
        osm_way=int(lat * 1e6),
        name=street,
        highway="residential",
        course=MultiLineString(LineString((WEST, lat), (EAST, lat)), srid=WGS84),
    )


def address(commune, number, street, place, suffix=""):
    Address.objects.create(
        commune=commune,
        official_id=f"{commune.pk}_{street}_{number}_{suffix}",
        source=Address.Source.BAN,
        house_number=number,
        suffix=suffix,
        street_name=street,
        point=Point(*place, srid=WGS84) if place else None,
    )


@pytest.fixture
def commune(db):
    commune = Commune.objects.create(
        insee_code="26999", name="Valmont", outline=rectangle(WEST, SOUTH, EAST, NORTH), source="essai"
    )
    houses(commune, "Rue Bouffier", 44.930, range(1, 41))
    houses(commune, "Rue du 8 Mai 1945", 44.935, range(1, 21))
    address(commune, "7", "Rue Bouffier", (4.8858, 44.92985), "bis")
    address(commune, "", "Le Moulin", (4.897, 44.927))
    return commune


def composed(commune, *lines, sector=None):
    return compose_perimeter(commune, "\n".join(lines), day=DAY, sector=sector)


def told(found):
    return [french.plain(remark) for remark in found.remarks]


def inside(found):
    held = Address.objects.filter(point__coveredby=found.area)
    return {str(each) for each in held}


def street(name, numbers):
    return {f"{number} {name}" for number in numbers}


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("rue Bouffier", {*street("Rue Bouffier", range(1, 41)), "7 bis Rue Bouffier"}),
        ("rue Bouffier, du 1 au 15 impairs", {*street("Rue Bouffier", range(1, 16, 2)), "7 bis Rue Bouffier"}),
        ("r. Bouffier pairs", street("Rue Bouffier", range(2, 41, 2))),
        ("Rue Bouffier : 3, 5 et 7 bis", {"3 Rue Bouffier", "5 Rue Bouffier", "7 bis Rue Bouffier"}),
        ("12 rue bouffier", {"12 Rue Bouffier"}),
        ("rue du 8 mai 1945", street("Rue du 8 Mai 1945", range(1, 21))),
        ("rue du 8 mai 1945 jusqu'au 6", street("Rue du 8 Mai 1945", range(1, 7))),
        ("Le Moulin", {"Le Moulin"}),
    ],
)
def test_a_line_holds_its_addresses_and_no_other(commune, line, held):
    found = composed(commune, line)

    assert inside(found) == held
    assert (found.addresses, found.area.valid) == (len(held), True)
    assert commune.outline.contains(found.area)


def test_the_lines_of_a_list_make_one_perimeter(commune):
    found = composed(commune, "- rue Bouffier, du 1 au 6", "", "- rue du 8 mai 1945, à partir du 19")

    assert inside(found) == {*street("Rue Bouffier", range(1, 7)), *street("Rue du 8 Mai 1945", (19, 20))}
    assert found.remarks == (
        "Le périmètre est en 2 morceaux : ajoutez les rues qui les relient, s'il doit être d'un seul.",
    )


def test_two_ends_of_a_street_without_houses_between_hang_together(commune):
    houses(commune, "Chemin Long", 44.938, (1, 41))

    assert len(composed(commune, "chemin long").area) == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "rue Boufier, 1 à 9",
            "aucune adresse de la commune n'est dans « rue Boufier ». Voulez-vous dire « Rue Bouffier »",
        ),
        ("quai zzz", "aucune adresse de la commune n'est dans « quai zzz ». Vérifiez son nom."),
        ("rue Bouffier, du 45 au 1", "« du 45 au 1 » va du plus grand numéro au plus petit. Écrivez du 1 au 45."),
        (
            "rue Bouffier, du 50 au 60",
            "Rue Bouffier n'a pas d'adresse « du 50 au 60 » : ses numéros",
        ),
        ("Le Moulin, pairs", "les adresses de Le Moulin n'ont pas de numéro. Écrivez la rue seule."),
        ("", "la liste est vide. Écrivez une rue par ligne"),
    ],
)
def test_a_line_that_means_no_address_is_refused_with_what_it_may_mean(commune, line, problem):
    with pytest.raises(StreetListRefused) as refused:
        composed(commune, line)

    ((place, told),) = refused.value.problems
    assert (place, told[: len(problem)]) == (1, problem)


def test_all_the_lines_that_are_wrong_are_told_at_once(commune):
    with pytest.raises(StreetListRefused, match=r"Ligne 1 : .* Ligne 3 : ") as refused:
        composed(commune, "quai zzz", "rue Bouffier", "rue Bouffier, 99")

    assert [place for place, _ in refused.value.problems] == [1, 3]


def with_perimeter(commune, number, name, area):
    sector = Sector.objects.create(commune=commune, number=number, name=name)
    Perimeter.objects.create(sector=sector, area=area, valid=DateRange(dt.date(2020, 1, 1), None), source="essai")
    connection.check_constraints()
    return sector


def test_the_ground_of_a_neighbour_stays_the_neighbours(commune):
    neighbour = rectangle(4.8861, SOUTH, EAST, NORTH)
    with_perimeter(commune, 1, "Laprat", neighbour)
    found = composed(commune, "rue Bouffier, du 1 au 12")

    # Numbers 11 and 12 are 0.00125° east of 4.885, beyond 4.8861.
    assert inside(found) == {*street("Rue Bouffier", range(1, 11)), "7 bis Rue Bouffier"}
    assert found.area.intersection(neighbour).area == pytest.approx(0, abs=1e-12)
    (remark,) = told(found)
    assert remark.startswith("2 adresses restent dehors : 11 Rue Bouffier, 12 Rue Bouffier. Ce terrain est à")


def test_what_is_composed_beside_a_neighbour_may_be_proposed(commune):
    with_perimeter(commune, 1, "Laprat", rectangle(4.8861, SOUTH, EAST, NORTH))
    found = composed(commune, "rue Bouffier, du 1 au 12", "rue du 8 mai 1945")

    examine(commune, [Drawn(area=found.area, number=2, name="Bouffier")], DAY)


def test_a_sector_composed_anew_is_not_its_own_neighbour(commune):
    sector = with_perimeter(commune, 1, "Laprat", rectangle(4.8861, SOUTH, EAST, NORTH))

    assert composed(commune, "rue Bouffier, du 1 au 12", sector=sector).addresses == 13


def test_what_a_neighbour_holds_whole_is_refused(commune):
    with_perimeter(commune, 1, "Laprat", rectangle(WEST, SOUTH, EAST, NORTH))

    with pytest.raises(NoAddressToHold):
        composed(commune, "rue Bouffier")


def test_an_address_without_position_is_told(commune):
    address(commune, "43", "Rue Bouffier", None)

    assert told(composed(commune, "rue Bouffier, du 39 au 43")) == [
        "1 adresse n'a pas de position dans le fichier d'adresses : 43 Rue Bouffier."
    ]


def test_an_address_at_the_same_place_is_told(commune):
    address(commune, "2", "Cour Bouffier", (4.885, 44.930 - HALF_STREET))

    assert told(composed(commune, "rue Bouffier, 1")) == [
        "1 adresse que vous n'avez pas demandée est au même point qu'une autre, et dedans : 2 Cour Bouffier."
    ]


def test_an_address_that_the_perimeter_surrounds_is_told(commune):
    address(commune, "3", "Cour Bouffier", (4.8862, 44.930))

    (remark,) = told(composed(commune, "rue Bouffier"))
    assert remark.startswith("1 adresse que vous n'avez pas demandée est entourée de toutes parts et reste dehors")
