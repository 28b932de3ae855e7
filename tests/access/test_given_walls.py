"""What a crew reads of its passages at stops that a later version gave to another: asked in plain SQL."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.person import Holding, Person
from accounts.roles import Role
from patrols.models import JoinedPassage, Passage, Plan
from tests.access.in_sql import site
from tests.access.people import Place, build_plan_again, move_shift
from tests.builders import build_passage

pytestmark = pytest.mark.django_db

AN_HOUR = dt.timedelta(hours=1)
GIVEN = "SELECT absence_id, result FROM walls.crew_passages_given()"


@pytest.fixture
def out(place) -> Place:
    """Alpha is one hour into its shift, and has in the latest version the fourth home alone."""
    build_plan_again(place)
    move_shift(place.town.shifts[0], starts_in=-AN_HOUR)
    return place


def passed(place: Place, *, home: int = 0, crew: int = 0, hours_ago: float = 0.5) -> Passage:
    done_at = timezone.now() - hours_ago * AN_HOUR
    return build_passage(absence=place.town.absences[home], crew=place.town.crews[crew], done_at=done_at)


def given(place: Place, person: Person | None = None) -> list[tuple[int, str]]:
    with site(person or place.person(Role.CREW)) as cursor:
        return cursor.execute(GIVEN).fetchall()


def test_a_crew_reads_what_it_did_where_it_is_to_pass_no_more(out):
    passed(out)

    assert given(out) == [(out.town.absences[0].pk, "ras")]


def test_what_it_did_on_the_round_that_it_has_is_told_with_that(out):
    passed(out, home=3)

    assert given(out) == []


def test_what_another_crew_did_is_not_its_own(out):
    passed(out, crew=1)

    assert given(out) == []


def test_what_it_did_before_its_round_opened_is_not_of_tonight(out):
    passed(out, hours_ago=3.1)

    assert given(out) == []


def test_a_home_that_was_never_on_its_round_is_not_shown(out):
    bravo = out.plan.routes.get(shift=out.town.shifts[1])
    out.route.stops.filter(absence=out.town.absences[0]).update(route=bravo)
    passed(out)

    assert given(out) == []


def test_a_draft_gives_nothing_and_takes_nothing(out):
    Plan.objects.filter(number=1).update(version=None, published_at=None)
    passed(out)

    assert given(out) == []


@pytest.mark.parametrize("starts_in", [2.1 * AN_HOUR, -4.1 * AN_HOUR])
def test_it_is_read_while_the_shift_is_open_alone(out, starts_in):
    move_shift(out.town.shifts[0], starts_in=starts_in)
    passed(out, hours_ago=0)

    assert given(out) == []


def test_the_other_crew_does_not_read_it(out):
    passed(out)
    bravo = Holding(role=Role.CREW, crew_id=out.town.crews[1].pk)

    assert given(out, Person(account_id=1, commune=out.insee, holdings=(bravo,), device_id=1)) == []
    assert given(out, out.person(Role.CREW, is_on_device=False)) == []
    assert given(out, out.person(Role.MUNICIPAL_POLICE)) == []


def test_of_two_that_tell_one_visit_the_one_that_counts_is_read(out):
    beneath, counts = passed(out), passed(out)
    pair = JoinedPassage.objects.create(passage=beneath, counts_as=counts)

    assert len(given(out)) == 1
    JoinedPassage.objects.filter(pk=pair.pk).update(is_parted=True, decided_at=timezone.now())
    assert len(given(out)) == 2
