"""Proposals in the town of tests/builders.py, made as the site makes them: under its login and the walls."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.gis.geos import MultiPolygon
from django.db import connection, transaction
from django.utils import timezone

from accounts import scope
from accounts.models import Account
from accounts.person import NOBODY
from accounts.roles import Role
from sectors.models import Proposal, Sector
from sectors.services import proposals
from sectors.services.examination import Drawn
from sectors.services.proposals import Act
from tests.access.people import Place
from tests.builders import MIDDLE, NORTH, SOUTH, WEST, rectangle

# What comes into force does so from today at the earliest, by the clock of the database, which no test can set.
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
TOMORROW, LATER = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=60)
# « Les Lilas » gives up its northern third: 0.005° of its 0.015°.
LOWER = 44.935
# Up and across, and back up and across: the two ways cross at a quarter and at three quarters of the height.
HALF = (SOUTH + NORTH) / 2
LOW, HIGH = (SOUTH + HALF) / 2, (HALF + NORTH) / 2
ACROSS = (WEST, MIDDLE, WEST, MIDDLE, WEST, MIDDLE, WEST)
CROSSED_TWICE = [list(at) for at in zip(ACROSS, (SOUTH, HALF, NORTH, NORTH, HALF, SOUTH, SOUTH), strict=True)]


def to_the_north(north: float = LOWER) -> MultiPolygon:
    return rectangle(WEST, SOUTH, MIDDLE, north)


@contextmanager
def as_site(place: Place, role: Role) -> Iterator[None]:
    """Do what follows under the site's login, for the person of a role."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde_web")
        scope.enter(place.person(role))
        try:
            yield
        finally:
            if not connection.needs_rollback:
                scope.enter(NOBODY)
                cursor.execute("RESET ROLE")


def act(place: Place, role: Role, revision: int = 1, comment: str = "", now: dt.datetime = NOW) -> Act:
    return Act(account=place.accounts[role], role=role, now=now, revision=revision, comment=comment)


def begin(place: Place, *drawn: Drawn, role: Role = Role.REFERENT) -> Proposal:
    """Let somebody begin a proposal; unless something else is drawn, « Les Lilas » gives up its north."""
    shown = drawn or (Drawn(area=to_the_north(), sector=place.sectors[0]),)
    with as_site(place, role):
        return proposals.begin(place.town.commune, shown, act(place, role, 0))


def take(place: Place, role: Role, proposal: Proposal, step: str, **said) -> Proposal:
    given = {key: said.pop(key) for key in ("revision", "comment", "now") if key in said}
    with as_site(place, role):
        return getattr(proposals, step)(proposal, act(place, role, **given), **said)


def checked(place: Place, *drawn: Drawn, role: Role = Role.REFERENT) -> Proposal:
    proposal = begin(place, *drawn, role=role)
    take(place, role, proposal, "propose")
    return take(place, Role.MUNICIPAL_POLICE, proposal, "check")


LESS = to_the_north()


def build_proposal(sector: Sector, account: Account, role: Role, *, area: MultiPolygon | None = LESS) -> Proposal:
    """Write a draft with one saved drawing and its first step, whatever the walls say."""
    proposal = Proposal.objects.create(commune=sector.commune, sector_ids=[sector.pk], revision=1)
    saved = proposal.revisions.create(number=1, saved_at=NOW, saved_by=account, by_role=role)
    saved.areas.create(sector=sector, area=area)
    proposal.steps.create(kind="begun", revision=0, taken_at=NOW, taken_by=account, by_role=role)
    return proposal


def mark_checked(proposal: Proposal, account: Account) -> Proposal:
    """Let a draft have been checked by municipal police, whatever the walls say."""
    role = Role.MUNICIPAL_POLICE
    proposal.steps.create(kind="checked", revision=1, taken_at=NOW, taken_by=account, by_role=role)
    Proposal.objects.filter(pk=proposal.pk).update(state="checked")
    return proposal
