"""A street given by its name alone, where a fact has no address."""

import re

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from geo.models import WGS84, Address, Street
from reports.models import Report
from tests.access.people import Place, build_place, let_in
from tests.reports.telling import AN_HOUR

pytestmark = [
    pytest.mark.django_db(databases=["default", "aggregates"]),
    pytest.mark.usefixtures("own_keys"),
]


@pytest.fixture
def place(settings) -> Place:
    settings.COMMUNE_INSEE = "26999"
    return build_place()


@pytest.fixture
def vigilant(place) -> Client:
    return let_in(Client(), place.accounts[Role.VIGILANT])


def tell(vigilant: Client, **chosen: object) -> str:
    an_hour_ago = timezone.localtime() - AN_HOUR
    said = {
        "kind": "damage",
        "day": f"{an_hour_ago:%Y-%m-%d}",
        "hour": an_hour_ago.hour,
        "text": "Une vitre est cassée.",
    }
    alone = {"address_text": "rue des lilas", "place_kind": "street"}
    return vigilant.post("/signalements/signaler/", said | alone | chosen).content.decode()


# Rue des Lilas in three stretches from west to east; its addresses are in the first, the second and the third.
def test_a_street_alone_is_the_stretch_in_its_middle_whatever_other_street_is_nearer(vigilant, place):
    town, lilas = place.town.commune, Street.objects.get(name="Rue des Lilas")
    for rank, (west, east) in enumerate(((4.880, 4.886), (4.886, 4.894), (4.894, 4.900))):
        course = MultiLineString(LineString((west, 44.930), (east, 44.930)), srid=WGS84)
        Street.objects.create(
            commune=town, osm_way=900 + rank, name=lilas.name, highway="residential", course=course
        )
    lilas.delete()
    # In the middle of the street, and nearer to Avenue de la Gare.
    Address.objects.filter(pk=place.town.addresses[1].pk).update(
        street_name="Rue des Lilas", point=Point(4.8901, 44.9302, srid=WGS84)
    )

    tell(vigilant)

    report = Report.objects.get()
    assert (report.street_name, round(report.street_point.x, 6)) == ("Rue des Lilas", 4.89)
    assert report.point == report.street_point


def test_a_street_that_two_towns_have_is_chosen_by_its_town(vigilant, place):
    lilas = Address.objects.filter(street_name="Rue des Lilas").order_by("pk")
    Address.objects.filter(pk=lilas.last().pk).update(city="Bourg-lès-Valmont")

    asked = tell(vigilant)
    offered = dict(re.findall(r'name="address_choice" value="(\d+)"[^>]*>\s*([^<]+?)\s*</label>', asked))
    assert sorted(offered.values()) == [
        "Rue des Lilas, 26000 Bourg-lès-Valmont",
        "Rue des Lilas, 26000 Valmont-sur-Rhône",
    ]
    assert not Report.objects.exists()

    tell(vigilant, address_choice=lilas.last().pk)
    assert (Report.objects.get().place_kind, Report.objects.get().place_name) == ("street", "Rue des Lilas")
