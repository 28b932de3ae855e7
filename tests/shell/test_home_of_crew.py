"""The home page of a crew on its phone, behind the walls that show it a shift from two hours before."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client

from accounts.roles import Role
from geo import french
from patrols.models import Shift
from patrols.services.phone.clock import REPORTS_AFTER_SHIFT
from tests.access.people import Place, build_place, let_in, move_shift

AN_HOUR = dt.timedelta(hours=1)
NEXT = "La prochaine vacation s'affiche ici deux heures avant son début"


@pytest.fixture
def place(db, settings) -> Place:
    settings.COMMUNE_INSEE = "26999"
    return build_place()


@pytest.fixture
def phone(place) -> Client:
    return let_in(Client(), place.accounts[Role.CREW], device_of=place.insee)


def told(phone: Client) -> str:
    content = phone.get("/accueil/").content.decode()
    block = content[content.index("<h2") : content.index("<footer")]
    return french.plain(unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", block))))


def test_while_its_round_is_open_a_crew_is_led_to_it(phone, place):
    move_shift(place.town.shifts[0], starts_in=2 * AN_HOUR - dt.timedelta(minutes=1))

    words = told(phone)

    assert "Équipage Alpha : 3 arrêts, de" in words
    assert "Ouvrir la tournée" in words
    assert NEXT not in words


def test_before_its_round_opens_a_crew_is_told_when_it_will(phone, place):
    move_shift(place.town.shifts[0], starts_in=3 * AN_HOUR)

    words = told(phone)

    assert NEXT in words
    assert "a fini" not in words


def test_after_its_shift_a_crew_is_told_when_it_ended_and_until_when_it_may_send(phone, place):
    move_shift(place.town.shifts[0], starts_in=-5 * AN_HOUR)
    ended_at = Shift.objects.get(pk=place.town.shifts[0].pk).ends_at

    words = told(phone)

    assert f"La vacation de l'équipage Alpha a fini {french.plain(french.day_and_hour(ended_at))}." in words
    until = french.plain(french.day_and_hour(ended_at + REPORTS_AFTER_SHIFT))
    assert f"ils sont reçus jusqu'au {until}" in words
    assert "Voir ce qui attend" in words
    assert NEXT in words


def test_once_nothing_may_be_sent_any_more_the_former_shift_is_not_told(phone, place):
    move_shift(place.town.shifts[0], starts_in=-5 * AN_HOUR - REPORTS_AFTER_SHIFT)

    words = told(phone)

    assert "a fini" not in words
    assert NEXT in words
