import pytest

from absences.models import Absence
from benchmarks.home_tiles import build_homes
from patrols.models import Passage


@pytest.mark.django_db(transaction=True)
def test_homes_are_made_with_passages_that_the_database_takes():
    place, cookies = build_homes(3)

    assert Absence.objects.count() == 3 + len(place.town.absences)
    assert Passage.objects.count() == 3 * 4
    assert "=" in cookies
