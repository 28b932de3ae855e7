import datetime as dt

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import ProgrammingError
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import AuditEntry
from accounts.roles import Role
from geo.models import WGS84
from sectors.errors import (
    DayHasPassed,
    LaterVersionPlanned,
    NameTaken,
    NotAtThisStep,
    NothingChanged,
    NothingProposed,
    PerimetersRefused,
    ProposalHasChanged,
    ReasonMissing,
    SectorInWork,
)
from sectors.models import Perimeter, Proposal, ProposalStep, ProposedArea, Sector
from sectors.perimeter_geometry.errors import (
    CrossesItself,
    DrawingRefused,
    OutsideCommune,
    SharesGround,
)
from sectors.services import proposals
from sectors.services.examination import Drawn
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, rectangle
from tests.sectors.proposing import (
    LATER,
    LOWER,
    NOW,
    TODAY,
    TOMORROW,
    act,
    as_site,
    begin,
    checked,
    take,
    to_the_north,
)

pytestmark = pytest.mark.django_db

REFERENT, POLICE = Role.REFERENT, Role.MUNICIPAL_POLICE
SINCE = dt.date(2015, 7, 8)
YESTERDAY = TODAY - dt.timedelta(days=1)


def days_of(sector):
    versions = Perimeter.objects.filter(sector=sector).order_by("valid")
    return [(version.valid.lower, version.valid.upper) for version in versions]


def test_a_proposal_comes_into_force_step_by_step(place):
    proposal = begin(place)
    take(place, REFERENT, proposal, "propose", comment="Le nord rejoint le Moulin. ")
    take(place, POLICE, proposal, "check")
    take(place, POLICE, proposal, "approve", from_day=LATER, comment="Accord du maire.")

    former, newer = Perimeter.objects.filter(sector=place.sectors[0]).order_by("valid")
    assert days_of(place.sectors[0]) == [(SINCE, LATER), (LATER, None)]
    assert former.area.equals(rectangle(WEST, SOUTH, MIDDLE, NORTH))
    assert newer.area.equals(to_the_north())
    assert newer.source == f"Proposition n° {proposal.pk}"
    lilas, municipal = place.accounts[REFERENT].pk, place.accounts[POLICE].pk
    assert list(ProposalStep.objects.values_list("kind", "by_role", "taken_by", "comment")) == [
        ("begun", "referent", lilas, ""),
        ("proposed", "referent", lilas, "Le nord rejoint le Moulin."),
        ("checked", "municipal_police", municipal, ""),
        ("approved", "municipal_police", municipal, "Accord du maire."),
    ]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.in_force_from, proposal.ended_at) == ("approved", LATER, NOW)


def test_each_step_is_in_the_log_of_who_took_it(place):
    refused = begin(place)
    take(place, REFERENT, refused, "propose")
    take(place, POLICE, refused, "refuse", comment="La rue des Lilas doit rester entière.")
    withdrawn = begin(place)
    take(place, REFERENT, withdrawn, "withdraw")
    approved = checked(place)
    take(place, POLICE, approved, "approve", from_day=TOMORROW)
    take(place, POLICE, approved, "cancel", comment="Le conseil a changé d'avis.")

    told = {
        (entry.action, entry.stream)
        for entry in AuditEntry.objects.filter(kind="sectors.proposal")
        if entry.ids == [str(approved.pk)]
    }
    everything = set(AuditEntry.objects.filter(kind="sectors.proposal").values_list("action", flat=True))
    mine, theirs = (f"account:{place.accounts[role].pk}" for role in (REFERENT, POLICE))
    assert told == {
        ("proposal.begin", mine),
        ("sector.propose_perimeter", mine),
        ("proposal.check", theirs),
        ("sector.approve_perimeter", theirs),
        ("proposal.cancel", theirs),
    }
    assert everything == set(proposals.ACTIONS.values())


def test_every_saved_drawing_is_kept(place):
    proposal = begin(place)
    for revision, north in ((1, 44.934), (2, 44.933)):
        with as_site(place, REFERENT):
            proposals.save(
                proposal,
                [Drawn(area=to_the_north(north), sector=place.sectors[0])],
                act(place, REFERENT, revision),
            )

    kept = ProposedArea.objects.filter(revision__proposal=proposal).order_by("revision__number")
    assert [area.area.extent[3] for area in kept] == [LOWER, 44.934, 44.933]


def test_of_two_who_save_at_once_the_second_is_told(place):
    proposal = begin(place)
    drawn = [Drawn(area=to_the_north(), sector=place.sectors[0])]
    with as_site(place, POLICE):
        proposals.save(proposal, drawn, act(place, POLICE, 1))

    with pytest.raises(ProposalHasChanged) as refused, as_site(place, REFERENT):
        proposals.save(proposal, drawn, act(place, REFERENT, 1))

    assert refused.value.revision == 2
    assert proposal.revisions.count() == 2


def test_a_drawing_that_crosses_itself_is_saved_and_not_proposed(place):
    bow_tie = MultiPolygon(
        Polygon(((WEST, SOUTH), (MIDDLE, NORTH), (MIDDLE, SOUTH), (WEST, NORTH), (WEST, SOUTH))), srid=WGS84
    )
    proposal = begin(place, Drawn(area=bow_tie, sector=place.sectors[0]))

    with pytest.raises(DrawingRefused) as refused:
        take(place, REFERENT, proposal, "propose")

    (obstacle,) = refused.value.obstacles
    assert isinstance(obstacle.error, CrossesItself)
    # The diagonals cross in the middle of the sector.
    assert obstacle.error.place == pytest.approx(((WEST + MIDDLE) / 2, (SOUTH + NORTH) / 2), abs=1e-5)


def test_what_overlaps_a_neighbour_is_saved_and_not_proposed(place):
    proposal = begin(place, Drawn(area=rectangle(WEST, SOUTH, 4.892, NORTH), sector=place.sectors[0]))

    with pytest.raises(DrawingRefused, match="1 · Les Lilas : Recouvre « 2 · Le Moulin » sur") as refused:
        take(place, REFERENT, proposal, "propose")

    (obstacle,) = refused.value.obstacles
    assert MIDDLE < obstacle.error.place[0] < 4.892


def test_all_that_is_wrong_is_told_at_once_and_what_two_drawn_ones_share_once(place):
    # Two arms of 0.0005° by 0.001° reach into « Le Moulin » in force; a new sector lies over both, and over the
    # edge of the commune.
    arms = [rectangle(MIDDLE, south, MIDDLE + 0.0005, south + 0.001) for south in (44.930, 44.935)]
    lilas = MultiPolygon(rectangle(WEST, SOUTH, MIDDLE, NORTH).union(arms[0]).union(arms[1]), srid=WGS84)
    drawn = (
        Drawn(area=lilas, sector=place.sectors[0]),
        Drawn(area=rectangle(WEST, 44.932, 4.884, 44.933), number=8, name="Les Hauts"),
        Drawn(area=rectangle(WEST - 0.01, SOUTH, WEST, NORTH), number=9, name="Ailleurs"),
    )
    proposal = begin(place, *drawn, role=POLICE)

    with pytest.raises(DrawingRefused) as refused:
        take(place, POLICE, proposal, "propose")

    told = [(each.name, each.order, type(each.error)) for each in refused.value.obstacles]
    assert told == [
        ("1 · Les Lilas", 1, SharesGround),
        ("1 · Les Lilas", 2, SharesGround),
        ("1 · Les Lilas", 3, SharesGround),
        ("9 · Ailleurs", 1, OutsideCommune),
    ]
    # The largest first, as in the workshop: 0.004° × 0.001° of the new one, then the arms.
    assert "Recouvre « 8 · Les Hauts »" in str(refused.value.obstacles[0].error)


def test_what_leaves_the_commune_is_not_proposed_and_a_hair_of_it_is_cut_off(place):
    hair = begin(place, Drawn(area=rectangle(WEST - 1e-7, SOUTH, MIDDLE, LOWER), sector=place.sectors[0]))
    take(place, REFERENT, hair, "propose")
    assert hair.last_saved().areas.get().area.extent[0] == pytest.approx(WEST, abs=1e-9)
    take(place, REFERENT, hair, "withdraw")

    proposal = begin(place, Drawn(area=rectangle(WEST - 0.001, SOUTH, MIDDLE, NORTH), sector=place.sectors[0]))
    with pytest.raises(DrawingRefused, match="hors de la commune"):
        take(place, REFERENT, proposal, "propose")


def test_nothing_is_not_proposed(place):
    with as_site(place, POLICE):
        proposal = proposals.begin(place.town.commune, [], act(place, POLICE, 0))

    with pytest.raises(NothingProposed):
        take(place, POLICE, proposal, "propose")


def test_what_is_in_force_already_is_not_proposed_and_a_corner_less_is(place):
    same = begin(place, Drawn(area=rectangle(WEST, SOUTH, MIDDLE, NORTH), sector=place.sectors[0]))
    with pytest.raises(NothingChanged):
        take(place, REFERENT, same, "propose")
    take(place, REFERENT, same, "withdraw")

    # 0.0001° of latitude are 11 m, along the 1.2 km of the northern side.
    other = begin(place, Drawn(area=to_the_north(NORTH - 0.0001), sector=place.sectors[0]))
    assert take(place, REFERENT, other, "propose").state == "proposed"


def test_a_sector_is_in_one_proposal_at_a_time(place):
    begin(place)

    with pytest.raises(SectorInWork):
        begin(place, role=POLICE)
    other = begin(place, Drawn(area=rectangle(4.895, SOUTH, EAST, NORTH), sector=place.sectors[1]), role=POLICE)
    with pytest.raises(SectorInWork), as_site(place, POLICE):
        proposals.save(other, [Drawn(area=to_the_north(), sector=place.sectors[0])], act(place, POLICE))


def test_a_new_sector_comes_with_its_number_and_its_name(place):
    drawn = (
        Drawn(area=to_the_north(), sector=place.sectors[0]),
        Drawn(area=rectangle(WEST, LOWER, MIDDLE, NORTH), number=4, name="Les Hauts"),
    )
    proposal = checked(place, *drawn)

    take(place, POLICE, proposal, "approve", from_day=TOMORROW)

    born = Sector.objects.get(number=4)
    assert (str(born), born.commune) == ("4 · Les Hauts", place.town.commune)
    assert days_of(born) == [(TOMORROW, None)]


@pytest.mark.parametrize(("number", "name"), [(2, "Les Hauts"), (4, "Le Moulin")])
def test_a_number_or_a_name_that_is_taken_is_refused(place, number, name):
    with pytest.raises(NameTaken, match="2 · Le Moulin"):
        begin(place, Drawn(area=rectangle(WEST, LOWER, MIDDLE, NORTH), number=number, name=name), role=POLICE)


def test_two_sectors_merge_and_the_one_that_ends_keeps_its_past(place):
    drawn = (
        Drawn(area=rectangle(WEST, SOUTH, EAST, NORTH), sector=place.sectors[0]),
        Drawn(area=None, sector=place.sectors[1]),
    )
    proposal = checked(place, *drawn, role=POLICE)

    take(place, POLICE, proposal, "approve", from_day=TOMORROW)

    assert days_of(place.sectors[0]) == [(SINCE, TOMORROW), (TOMORROW, None)]
    assert days_of(place.sectors[1]) == [(SINCE, TOMORROW)]


def test_a_refusal_says_why_and_ends_the_proposal(place):
    proposal = checked(place)

    with pytest.raises(ReasonMissing):
        take(place, POLICE, proposal, "refuse", comment="  ")
    take(place, POLICE, proposal, "refuse", comment="Trop grand pour deux référents.")

    with pytest.raises(NotAtThisStep, match="Refusée"):
        take(place, POLICE, proposal, "approve", from_day=TOMORROW)
    assert days_of(place.sectors[0]) == [(SINCE, None)]
    assert begin(place).state == "draft"


@pytest.mark.parametrize("step", ["check", "refuse"])
def test_a_draft_is_neither_checked_nor_refused(place, step):
    with pytest.raises(NotAtThisStep, match="Brouillon"):
        take(place, POLICE, begin(place), step, comment="Non.")


def test_a_proposal_is_not_approved_before_it_is_checked(place):
    proposal = begin(place)
    take(place, REFERENT, proposal, "propose")

    with pytest.raises(NotAtThisStep, match="À vérifier"):
        take(place, POLICE, proposal, "approve", from_day=TOMORROW)


def test_what_is_proposed_is_saved_no_more(place):
    proposal = begin(place)
    take(place, REFERENT, proposal, "propose")

    with pytest.raises(NotAtThisStep), as_site(place, REFERENT):
        proposals.save(proposal, [], act(place, REFERENT))


def test_what_was_in_force_is_not_changed_afterwards(place):
    proposal = checked(place)

    with pytest.raises(DayHasPassed):
        take(place, POLICE, proposal, "approve", from_day=YESTERDAY)


def test_a_version_that_is_planned_is_not_replaced_unseen(place):
    first = checked(place)
    take(place, POLICE, first, "approve", from_day=LATER)
    second = checked(place, Drawn(area=to_the_north(44.93), sector=place.sectors[0]))

    with pytest.raises(LaterVersionPlanned, match="Les Lilas"):
        take(place, POLICE, second, "approve", from_day=TOMORROW)
    take(place, POLICE, second, "approve", from_day=LATER + dt.timedelta(days=1))

    assert days_of(place.sectors[0])[1:] == [
        (LATER, LATER + dt.timedelta(days=1)),
        (LATER + dt.timedelta(days=1), None),
    ]


def test_ground_that_another_is_to_hold_later_is_refused(place):
    # « Le Moulin » has the east; what is between is free until « La Gare » has it.
    between = rectangle(MIDDLE, SOUTH, 4.895, NORTH)
    Perimeter.objects.filter(sector=place.sectors[1]).update(area=rectangle(4.895, SOUTH, EAST, NORTH))
    Perimeter.objects.create(sector=place.sectors[2], area=between, valid=DateRange(LATER, None))
    proposal = checked(place, Drawn(area=between, number=5, name="Le Quai"), role=POLICE)

    with pytest.raises(PerimetersRefused):
        take(place, POLICE, proposal, "approve", from_day=TOMORROW)

    assert not Sector.objects.filter(number=5).exists()
    assert Proposal.objects.get(pk=proposal.pk).state == "checked"


def test_a_perimeter_with_an_end_is_replaced_up_to_it(place):
    Perimeter.objects.filter(sector=place.sectors[0]).update(valid=DateRange(SINCE, LATER))
    proposal = checked(place)

    take(place, POLICE, proposal, "approve", from_day=TOMORROW)

    assert days_of(place.sectors[0]) == [(SINCE, TOMORROW), (TOMORROW, LATER)]


def test_a_referent_proposes_nothing_for_a_neighbours_sector(place):
    with pytest.raises(ProgrammingError, match="row-level security"):
        begin(place, Drawn(area=rectangle(4.895, SOUTH, EAST, NORTH), sector=place.sectors[1]))


@pytest.mark.parametrize("step", ["check", "refuse"])
def test_a_referent_decides_on_nothing(place, step):
    proposal = begin(place)
    take(place, REFERENT, proposal, "propose")

    with pytest.raises(ProgrammingError, match="row-level security"):
        take(place, REFERENT, proposal, step, comment="Non.")


def test_the_past_is_shown_as_it_was(place):
    take(place, POLICE, checked(place), "approve", from_day=LATER)

    today = Perimeter.objects.in_force_on(TODAY).get(sector=place.sectors[0])
    later = Perimeter.objects.in_force_on(LATER).get(sector=place.sectors[0])

    assert (today.area.extent[3], later.area.extent[3]) == (NORTH, LOWER)
