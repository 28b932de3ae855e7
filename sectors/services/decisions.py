"""What was decided of proposals, told to who made them until they have read it."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Account
from sectors.models import DecisionReading, Proposal, ProposalStep

Step = ProposalStep.Kind
DECISIONS = (Step.APPROVED, Step.REFUSED, Step.WITHDRAWN, Step.CANCELLED)


def unread_by(account_id: int | None) -> QuerySet[ProposalStep]:
    """Return the last step of each proposal that somebody made and others ended, until they have read it."""
    steps = ProposalStep.objects.filter(proposal=OuterRef("proposal"))
    made = steps.filter(taken_by=account_id, kind__in=[Step.BEGUN, Step.PROPOSED])
    later = steps.filter(pk__gt=OuterRef("pk"))
    read = DecisionReading.objects.filter(step=OuterRef("pk"), account=account_id)
    decided = ProposalStep.objects.filter(kind__in=DECISIONS).exclude(taken_by=account_id)
    return decided.filter(Exists(made), ~Exists(later), ~Exists(read)).select_related("proposal")


def note_reading(proposal: Proposal, account: Account, *, now: dt.datetime) -> None:
    """Note that somebody has opened a proposal of theirs that others ended. Safe to repeat."""
    new = [
        DecisionReading(step=step, account=account, read_at=now)
        for step in unread_by(account.pk).filter(proposal=proposal)
    ]
    DecisionReading.objects.bulk_create(new, ignore_conflicts=True)
