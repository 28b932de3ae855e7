"""Where a fact was: an address, a street, by its name alone too, or a spot."""

import re
from operator import itemgetter

import pytest
from django.contrib.gis.geos import LineString, MultiLineString, Point
from django.test import Client
from django.utils import timezone

from geo.models import WGS84, Address, Street
from reports.models import Report
from tests.reports.telling import AN_HOUR

pytestmark = [
    pytest.mark.django_db(databases=["default", "aggregates"]),
    pytest.mark.usefixtures("own_keys"),
]


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


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({"place_kind": "street"}, ("street", "Rue des Lilas", 4.89, 44.93)),
        ({"place_kind": "spot", "lon": 4.8855, "lat": 44.9305}, ("spot", "", 4.8855, 44.9305)),
        (
            {"place_kind": "street", "address": "", "address_shown": "", "address_text": "rue des lilas"},
            ("street", "Rue des Lilas", 4.89, 44.93),
        ),
        # Typed without script: found by the server.
        ({"address": "", "address_shown": ""}, ("address", "11 Rue des Lilas", 4.884, 44.93)),
    ],
    ids=["a street", "a spot", "a street alone", "typed"],
)
def test_a_place_is_an_address_a_street_or_a_spot(vigilant, place, changed, kept):
    address = place.town.addresses[0]
    given = {"address_text": f"{address}", "address_shown": f"{address}", "address": address.pk}
    tell(vigilant, **{**given, "place_kind": "address", **changed})

    report = Report.objects.get()
    at = (round(report.point.x, 6), round(report.point.y, 6))
    assert (report.place_kind, report.place_name, *at) == kept


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


def offered_to(client: Client, typed: str) -> list[tuple[bool, str]]:
    """What the combobox offers for a text: whether each is a street, and its words."""
    rows = client.post("/adresses/lieux", {"texte": typed}).json()["addresses"]
    return [itemgetter("is_street", "label")(row) for row in rows]


def test_a_street_is_offered_before_its_numbers_and_told_by_the_words_offered(vigilant, place):
    lilas = Address.objects.filter(street_name="Rue des Lilas").order_by("pk")
    Address.objects.filter(pk=lilas.last().pk).update(city="Bourg-lès-Valmont")

    streets = [label for is_street, label in offered_to(vigilant, "rue des lilas") if is_street]
    assert offered_to(vigilant, "rue des lilas")[: len(streets)] == [(True, label) for label in streets]
    assert sorted(streets) == [
        "Rue des Lilas, 26000 Bourg-lès-Valmont",
        "Rue des Lilas, 26000 Valmont-sur-Rhône",
    ]
    assert {is_street for is_street, _ in offered_to(vigilant, "11 rue des lilas")} == {False}
    for label in streets:
        tell(vigilant, address_text=label)
    assert Report.objects.filter(place_kind="street", place_name="Rue des Lilas").count() == len(streets)
