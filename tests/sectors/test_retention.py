import datetime as dt

import pytest

from accounts.roles import Role
from accounts.services.purge import purge
from sectors.models import Perimeter, Proposal, ProposalRevision, ProposalStep, ProposedArea
from sectors.services import proposals
from sectors.services.examination import Drawn
from tests.sectors.proposing import NOW, TODAY, TOMORROW, act, as_site, begin, take, to_the_north

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

REFERENT, POLICE = Role.REFERENT, Role.MUNICIPAL_POLICE
FIVE_YEARS = 5 * 365 + 1  # days


def ended_ago(days: int) -> None:
    Proposal.objects.update(ended_at=NOW - dt.timedelta(days=days))


@pytest.fixture
def saved_twice(place) -> Proposal:
    proposal = begin(place)
    with as_site(place, REFERENT):
        proposals.save(proposal, [Drawn(area=to_the_north(), sector=place.sectors[0])], act(place, REFERENT))
    take(place, REFERENT, proposal, "propose", revision=2)
    return take(place, POLICE, proposal, "check", revision=2)


def test_nothing_is_lost_while_a_proposal_is_in_work(saved_twice):
    ProposalRevision.objects.update(saved_at=NOW - dt.timedelta(days=4000))

    purge(TODAY)

    assert ProposalRevision.objects.count() == 2


def test_drawings_that_were_replaced_leave_30_days_after_the_end_and_the_last_stays(place, saved_twice):
    take(place, POLICE, saved_twice, "approve", from_day=TOMORROW, revision=2)

    ended_ago(30)
    purge(TODAY)
    assert ProposalRevision.objects.count() == 2
    ended_ago(31)
    purge(TODAY)

    assert [revision.number for revision in ProposalRevision.objects.all()] == [2]
    assert ProposedArea.objects.count() == 1
    assert ProposalStep.objects.count() == 4


def test_a_proposal_leaves_five_years_after_its_end_and_what_was_in_force_stays(place, saved_twice):
    take(place, POLICE, saved_twice, "approve", from_day=TOMORROW, revision=2)

    ended_ago(FIVE_YEARS)
    purge(TODAY)
    assert Proposal.objects.count() == 1
    ended_ago(FIVE_YEARS + 1)
    purge(TODAY)

    assert (Proposal.objects.count(), ProposalStep.objects.count(), ProposedArea.objects.count()) == (0, 0, 0)
    assert Perimeter.objects.filter(sector=place.sectors[0]).count() == 2


def test_who_leaves_is_told_no_more_and_the_course_remains(place, saved_twice):
    place.accounts[REFERENT].delete()

    begun = ProposalStep.objects.get(kind="begun")
    assert (begun.by_role, begun.taken_by) == ("referent", None)
