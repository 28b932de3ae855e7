"""Correct what was found at a passage: the former finding stays beside the new one, and nobody changes it."""

import datetime as dt

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Account
from patrols.errors import PassageRefused
from patrols.models import Check, Passage, PassageAmendment
from patrols.services.desk.finding import Finding


@transaction.atomic
def amend(
    key: int, finding: Finding, *, why: PassageAmendment.Why, by: Account, read_as_of: dt.datetime | None
) -> None:
    """Let a passage say another finding, and keep the one that it said.

    Parameters
    ----------
    key
        The passage, as the walls show it.
    finding, why
        What it says from now on, and the reason.
    by
        Who signs the correction.
    read_as_of
        The last correction that the form had read, None where it had read of none.

    Raises
    ------
    PassageRefused
        When nothing changes, or somebody corrected it otherwise since the form was read.
    """
    passage = Passage.objects.select_for_update().get(pk=key)
    if passage.amended_at != read_as_of:
        if finding.is_of(passage):
            return
        raise PassageRefused(
            _(
                "Ce passage a été corrigé entre-temps : lisez ce qu'il dit maintenant, et corrigez-le de nouveau "
                "s'il le faut."
            )
        )
    if finding.is_of(passage):
        raise PassageRefused(_("Rien ne change : c'est déjà ce que dit le passage."), field="found")
    PassageAmendment.objects.create(
        passage=passage,
        amended_at=TransactionNow(),
        amended_by=by,
        why=why,
        former_result=passage.result,
        former_anomaly=passage.anomaly,
        former_wrong=passage.wrong,
    )
    checked = {*passage.checked, *finding.wrong}
    Passage.objects.filter(pk=key).update(
        result=finding.result,
        anomaly=finding.anomaly,
        checked=[check for check in Check.values if check in checked],
        wrong=list(finding.wrong),
        amended_at=TransactionNow(),
    )
    audit.record("passage.amend", subjects=[passage], reason=audit.Reason.PATROL)
