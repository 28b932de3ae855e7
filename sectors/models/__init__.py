"""The scheme's sectors: their perimeters in time, the proposals that change them, the messages sent to them."""

from sectors.models.bulletin_counts import BulletinCount
from sectors.models.bulletin_notices import BulletinNotice
from sectors.models.bulletins import Bulletin, BulletinReading, BulletinRelay, BulletinSector
from sectors.models.perimeters import Perimeter, PerimeterQuerySet, Sector
from sectors.models.proposals import Proposal, ProposalRevision, ProposalStep, ProposedArea

__all__ = [
    "Bulletin",
    "BulletinCount",
    "BulletinNotice",
    "BulletinReading",
    "BulletinRelay",
    "BulletinSector",
    "Perimeter",
    "PerimeterQuerySet",
    "Proposal",
    "ProposalRevision",
    "ProposalStep",
    "ProposedArea",
    "Sector",
]
