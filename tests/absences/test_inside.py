import datetime as dt

import pytest

from absences.services.inside import count_vacant_inside
from accounts.person import NOBODY
from accounts.roles import POLICE, Role
from tests.access.people import OTHER_INSEE, build_place
from tests.builders import DAY, EAST, MIDDLE, NORTH, SOUTH, WEST, rectangle

pytestmark = pytest.mark.django_db

# Two of the four homes are in the west.
IN_THE_WEST = rectangle(WEST, SOUTH, MIDDLE, NORTH)


@pytest.fixture
def place(settings):
    settings.COMMUNE_INSEE = "26999"
    build_place(OTHER_INSEE, "Ailleurs", east_by=1.0)
    return build_place()


@pytest.mark.parametrize("role", sorted(POLICE))
def test_police_know_how_many_homes_are_vacant_inside(place, role):
    assert count_vacant_inside(IN_THE_WEST, DAY, by=place.person(role)) == 2
    assert count_vacant_inside(rectangle(WEST, SOUTH, EAST, NORTH), DAY, by=place.person(role)) == 4
    assert count_vacant_inside(IN_THE_WEST, DAY + dt.timedelta(days=60), by=place.person(role)) == 0


@pytest.mark.parametrize("role", sorted(set(Role) - POLICE))
def test_nobody_else_is_told_a_number(place, role):
    assert count_vacant_inside(IN_THE_WEST, DAY, by=place.person(role)) is None


def test_a_visitor_is_told_none(place):
    assert count_vacant_inside(IN_THE_WEST, DAY, by=NOBODY) is None
