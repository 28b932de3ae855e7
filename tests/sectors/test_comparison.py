import pytest

from accounts.roles import Role
from sectors.services.comparison import StreetChange, compare, compare_proposal
from sectors.services.examination import Drawn
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, rectangle
from tests.sectors.proposing import LATER, LOWER, NOW, TODAY, begin, checked, take, to_the_north
from tests.sectors.test_drawing import bow_tie

pytestmark = pytest.mark.django_db

POLICE = Role.MUNICIPAL_POLICE


def told(change):
    return (change.name, change.before.addresses, change.after.addresses, change.gained, change.lost)


def test_a_change_is_told_by_the_streets_that_come_and_go(place, settings):
    settings.RESIDENTS_PER_ADDRESS = 2.2
    proposal = begin(place)

    (change,) = compare_proposal(proposal, now=NOW)

    # The north third goes, and the one address there, of « Rue du Moulin ».
    assert told(change) == ("1 · Les Lilas", 2, 1, 0, 1)
    assert change.streets == (StreetChange(street="Rue du Moulin", gained=0, lost=1),)
    assert change.after.area_m2 == pytest.approx(change.before.area_m2 * 2 / 3, rel=0.001)
    assert change.before.share_of_commune == pytest.approx(0.5, abs=0.001)
    assert (change.before.residents, change.after.residents) == (4, 2)
    assert change.before.area.equals(rectangle(WEST, SOUTH, MIDDLE, NORTH))


def test_every_sector_of_a_proposal_is_compared(place):
    drawn = (
        Drawn(area=to_the_north(), sector=place.sectors[0]),
        Drawn(area=rectangle(WEST, LOWER, MIDDLE, NORTH), number=4, name="Les Hauts"),
        Drawn(area=None, sector=place.sectors[1]),
    )

    changes = compare(place.town.commune, drawn, TODAY)

    assert [told(change) for change in changes] == [
        ("1 · Les Lilas", 2, 1, 0, 1),
        ("4 · Les Hauts", 0, 1, 1, 0),
        ("2 · Le Moulin", 2, 0, 0, 2),
    ]
    assert changes[1].before.area is None
    assert (changes[2].after.area_m2, changes[2].after.share_of_commune) == (0, 0)


def test_what_is_approved_is_compared_with_what_was_in_force_before(place):
    proposal = take(place, POLICE, checked(place), "approve", from_day=LATER)

    (change,) = compare_proposal(proposal, now=NOW)

    assert told(change) == ("1 · Les Lilas", 2, 1, 0, 1)


def test_the_streets_that_change_most_come_first(place):
    # All that « Le Moulin » has, and half of what « Les Lilas » has: two streets of the east, one of the west.
    whole = Drawn(area=rectangle(4.885, SOUTH, EAST, NORTH), sector=place.sectors[0])

    (change,) = compare(place.town.commune, [whole], TODAY)

    assert [(each.street, each.gained, each.lost) for each in change.streets] == [
        ("Rue des Lilas", 1, 1),
        ("Rue du Moulin", 1, 0),
    ]


def test_a_drawing_that_is_not_finished_is_compared_too(place):
    (change,) = compare(place.town.commune, [Drawn(area=bow_tie(), sector=place.sectors[0])], TODAY)

    assert change.before.addresses == 2
