import re

import pytest
from django.test import Client

from geo.models import Commune
from patrols.models import Shift
from tests.builders import build_ground, build_town
from tests.maps.reading import PAGE, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]


def test_a_day_without_plan_lists_the_vacant_homes_and_offers_to_calculate(client: Client):
    build_town()

    page = client.get(PAGE)

    assert "Aucun plan n'est calculé pour ce jour. 4 logements vacants, 2 vacations enregistrées." in words(page)
    assert "Calculer les tournées" in words(page)
    assert "13 Rue du Moulin" in words(page)
    assert "/vacants/2026-08-12/carte.geojson" in page.content.decode()


def test_the_homes_of_a_day_without_plan_are_listed_by_sector_number_then_street(client: Client):
    town = build_town()
    town.sectors[0].number = 10
    town.sectors[0].save()

    listed = re.findall(r'data-vacant="(\d+)"', client.get(PAGE).content.decode())

    # Sector 2 holds homes 3 (Rue du Moulin) and 4 (Rue des Lilas), sector 10 homes 1 (Lilas) and 2 (Moulin).
    assert [int(pk) for pk in listed] == [town.absences[place].pk for place in (3, 2, 0, 1)]


def test_a_day_without_plan_nor_shift_says_that_shifts_come_first(client: Client):
    build_town()
    Shift.objects.all().delete()

    assert "Sans vacation, aucun équipage ne peut passer" in words(client.get(PAGE))


def test_a_day_without_vacant_home_says_so(client: Client):
    build_ground()

    assert "Aucun logement n'est déclaré vacant ce jour-là." in words(client.get(PAGE))


def test_an_empty_database_says_how_to_begin(client: Client):
    page = client.get("/accueil/")

    assert page.status_code == 503
    assert "python manage.py fetch_town 26362" in words(page)


def test_several_communes_ask_which_one_is_served(client: Client):
    build_ground()
    build_ground(insee="26998", name="Voisine")

    page = client.get("/accueil/")

    assert page.status_code == 503
    assert "RONDE_COMMUNE" in words(page)


def test_the_commune_of_the_settings_is_served_among_several(client: Client, planned, settings):
    Commune.objects.create(insee_code="26998", name="Voisine", outline=planned.commune.outline, source="essai")
    settings.COMMUNE_INSEE = "26999"

    assert "Valmont-sur-Rhône" in words(client.get("/jour/"))
