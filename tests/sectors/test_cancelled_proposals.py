import datetime as dt

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import AuditEntry, Grant
from accounts.roles import Role
from sectors.errors import (
    AlreadyInForce,
    CancellationRefused,
    DayTooFar,
    NotAtThisStep,
    ReasonMissing,
    WithdrawnByAuthors,
)
from sectors.models import Perimeter, Proposal, Sector
from sectors.services.examination import Drawn
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, rectangle
from tests.sectors.proposing import LATER, LOWER, TODAY, TOMORROW, begin, checked, take, to_the_north

pytestmark = pytest.mark.django_db

REFERENT, POLICE = Role.REFERENT, Role.MUNICIPAL_POLICE
SINCE = dt.date(2015, 7, 8)
ONE_DAY = dt.timedelta(days=1)
WHY = "L'année était fausse."


def days_of(sector):
    versions = Perimeter.objects.filter(sector=sector).order_by("valid")
    return [(version.valid.lower, version.valid.upper) for version in versions]


def approved(place, *drawn: Drawn, day: dt.date = LATER, role: Role = POLICE) -> Proposal:
    return take(place, POLICE, checked(place, *drawn, role=role), "approve", from_day=day)


def cancel(place, proposal: Proposal) -> Proposal:
    return take(place, POLICE, proposal, "cancel", comment=WHY)


def test_a_mistyped_year_is_refused(place):
    proposal = checked(place)
    last = TODAY + dt.timedelta(days=730)

    for far in (last + ONE_DAY, dt.date(9999, 12, 31)):
        with pytest.raises(DayTooFar):
            take(place, POLICE, proposal, "approve", from_day=far)
    take(place, POLICE, proposal, "approve", from_day=last)

    assert days_of(place.sectors[0]) == [(SINCE, last), (last, None)]


def test_what_has_not_begun_is_taken_back_with_a_reason_and_its_steps_stay(place):
    proposal = approved(place)
    begin(place, role=POLICE)

    with pytest.raises(ReasonMissing):
        take(place, POLICE, proposal, "cancel", comment=" ")
    cancel(place, proposal)

    assert days_of(place.sectors[0]) == [(SINCE, None)]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.in_force_from) == ("cancelled", LATER)
    told = list(proposal.steps.values_list("kind", "comment"))
    assert told[-2:] == [("approved", ""), ("cancelled", WHY)]
    assert AuditEntry.objects.filter(action="proposal.cancel", ids=[str(proposal.pk)]).exists()


def test_what_is_in_force_or_was_never_approved_is_not_taken_back(place):
    with pytest.raises(NotAtThisStep, match="À approuver"):
        cancel(place, proposal := checked(place))
    take(place, POLICE, proposal, "approve", from_day=TODAY)

    with pytest.raises(AlreadyInForce):
        cancel(place, proposal)

    assert days_of(place.sectors[0]) == [(SINCE, TODAY), (TODAY, None)]


def test_a_merge_that_is_taken_back_leaves_both_sectors(place):
    proposal = approved(
        place,
        Drawn(area=rectangle(WEST, SOUTH, EAST, NORTH), sector=place.sectors[0]),
        Drawn(area=None, sector=place.sectors[1]),
    )

    cancel(place, proposal)

    assert days_of(place.sectors[0]) == days_of(place.sectors[1]) == [(SINCE, None)]


def new_sector() -> Drawn:
    return Drawn(area=rectangle(WEST, LOWER, MIDDLE, NORTH), number=4, name="Les Hauts")


def test_a_sector_that_never_began_leaves_unless_somebody_is_appointed_there(place):
    halves = (Drawn(area=to_the_north(), sector=place.sectors[0]), new_sector())
    cancel(place, approved(place, *halves))
    assert not Sector.objects.filter(number=4).exists()

    again = approved(place, *halves)
    born = Sector.objects.get(number=4)
    Grant.objects.filter(account=place.accounts[REFERENT]).update(sector=born)
    cancel(place, again)

    assert days_of(born) == []
    assert days_of(place.sectors[0]) == [(SINCE, None)]


def test_another_change_planned_for_later_keeps_its_day(place):
    first = approved(place, day=TOMORROW)
    approved(place, Drawn(area=to_the_north(44.93), sector=place.sectors[0]))

    cancel(place, first)

    assert days_of(place.sectors[0]) == [(SINCE, LATER), (LATER, None)]


def test_an_end_that_was_planned_before_is_kept(place):
    approved(place, Drawn(area=None, sector=place.sectors[1]))
    sooner = approved(place, Drawn(area=None, sector=place.sectors[1]), day=TOMORROW)
    assert days_of(place.sectors[1]) == [(SINCE, TOMORROW)]

    cancel(place, sooner)

    assert days_of(place.sectors[1]) == [(SINCE, LATER)]


def test_what_another_change_stands_on_is_not_taken_back(place):
    given_up = approved(place)
    valid = DateRange(LATER + ONE_DAY, None)
    Perimeter.objects.create(sector=place.sectors[2], area=rectangle(WEST, LOWER, MIDDLE, NORTH), valid=valid)

    with pytest.raises(CancellationRefused):
        cancel(place, given_up)

    given_up.refresh_from_db()
    assert given_up.state == "approved"
    assert days_of(place.sectors[0]) == [(SINCE, LATER), (LATER, None)]


def test_a_cancellation_without_a_reason_is_kept_out_of_the_database(place):
    with pytest.raises(IntegrityError, match="proposal_refusal_says_why"):
        begin(place).steps.create(
            kind="cancelled", revision=1, taken_at=f"{TODAY}T12:00Z", taken_by=None, by_role=POLICE
        )


def test_police_end_what_a_referent_sent_by_a_refusal_and_a_draft_left_behind_with_a_reason(place):
    proposal = begin(place)

    with pytest.raises(ReasonMissing):
        take(place, POLICE, proposal, "withdraw")
    take(place, REFERENT, proposal, "propose")
    with pytest.raises(WithdrawnByAuthors):
        take(place, POLICE, proposal, "withdraw", comment=WHY)
    take(place, REFERENT, proposal, "withdraw")

    left = begin(place)
    take(place, POLICE, left, "withdraw", comment="Le référent a quitté le quartier.")
    assert left.steps.last().comment == "Le référent a quitté le quartier."
