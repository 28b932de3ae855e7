import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange

from config.home.council import describe_coverage, describe_sectors
from geo.models import Address
from sectors.models import Perimeter
from tests.builders import MIDDLE

# The council's login has connections of its own, which see what is committed.
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])


def figures(block) -> list[str]:
    return [figure.value.replace("\u00a0", " ") for figure in block.figures]


def add_address(town, *, lon: float, lat: float) -> None:
    Address.objects.create(
        commune=town.commune, official_id=f"26999_0002_{lon}", source=Address.Source.BAN, point=Point(lon, lat)
    )


def test_the_council_sees_how_much_of_the_commune_is_covered(town):
    Perimeter.objects.filter(sector=town.sectors[1]).delete()

    # Of the four addresses, the two of the west are still in a perimeter.
    assert figures(describe_coverage(town.commune)) == ["2", "1", "2", "50 %"]


def test_an_address_on_the_border_of_two_sectors_is_counted_once(town):
    add_address(town, lon=MIDDLE, lat=44.930)

    assert figures(describe_coverage(town.commune)) == ["2", "2", "5", "100 %"]


def test_an_address_without_a_position_is_not_counted(town):
    Address.objects.create(commune=town.commune, official_id="26999_0003_1", source=Address.Source.BAN, point=None)

    assert figures(describe_coverage(town.commune)) == ["2", "2", "4", "100 %"]


def test_a_perimeter_that_is_over_covers_nothing(town):
    Perimeter.objects.update(valid=DateRange(dt.date(2015, 7, 8), dt.date(2016, 7, 8)))

    assert figures(describe_coverage(town.commune)) == ["2", "0", "0", "0 %"]


def test_a_commune_without_an_address_has_no_share(town):
    Perimeter.objects.all().delete()
    Address.objects.update(point=None)

    assert figures(describe_coverage(town.commune)) == ["2", "0", "0", "–"]


def test_the_council_reads_the_sectors_by_name_and_since_when_each_is_in_force(town):
    Perimeter.objects.filter(sector=town.sectors[1]).delete()

    block = describe_sectors(town.commune)

    assert [(fact.label, fact.value.replace("\u00a0", " ")) for fact in block.facts] == [
        ("1 · Les Lilas", "périmètre en vigueur depuis le mercredi 8 juillet 2015"),
        ("2 · Le Moulin", "aucun périmètre en vigueur"),
    ]
