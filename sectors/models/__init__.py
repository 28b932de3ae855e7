"""The scheme's sectors: perimeters in time and proposals that change them, agreements, messages sent to them."""

from sectors.models.agreements import Agreement, AgreementState, Signatory, SignedCopy
from sectors.models.bulletin_attachments import BulletinAttachment
from sectors.models.bulletin_counts import BulletinCount
from sectors.models.bulletin_notices import BulletinNotice
from sectors.models.bulletin_templates import BulletinTemplate
from sectors.models.bulletins import Bulletin, BulletinReading, BulletinRelay, BulletinSector
from sectors.models.burglaries import BurglaryCount
from sectors.models.meetings import Meeting, Minutes
from sectors.models.perimeters import Perimeter, PerimeterQuerySet, Sector
from sectors.models.proposals import DecisionReading, Proposal, ProposalRevision, ProposalStep, ProposedArea
from sectors.models.reviews import ReviewFigure, ReviewLedger
from sectors.models.trainings import Attendance, Training
from sectors.models.vigilants import Pseudonym, Registration

__all__ = [
    "Agreement",
    "AgreementState",
    "Attendance",
    "Bulletin",
    "BulletinAttachment",
    "BulletinCount",
    "BulletinNotice",
    "BulletinReading",
    "BulletinRelay",
    "BulletinSector",
    "BulletinTemplate",
    "BurglaryCount",
    "DecisionReading",
    "Meeting",
    "Minutes",
    "Perimeter",
    "PerimeterQuerySet",
    "Proposal",
    "ProposalRevision",
    "ProposalStep",
    "ProposedArea",
    "Pseudonym",
    "Registration",
    "ReviewFigure",
    "ReviewLedger",
    "Sector",
    "Signatory",
    "SignedCopy",
    "Training",
]
