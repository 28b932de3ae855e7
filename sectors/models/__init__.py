"""The scheme's sectors: their perimeters in time, and the proposals that change them."""

from sectors.models.perimeters import Perimeter, PerimeterQuerySet, Sector
from sectors.models.proposals import Proposal, ProposalRevision, ProposalStep, ProposedArea

__all__ = [
    "Perimeter",
    "PerimeterQuerySet",
    "Proposal",
    "ProposalRevision",
    "ProposalStep",
    "ProposedArea",
    "Sector",
]
