"""Keep what somebody has typed of a declaration, until they send it, throw it away, or some days have passed."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from absences.models import Draft
from accounts import audit
from accounts.models import Account
from accounts.retention import days_kept
from accounts.unsealing import unseal

type Typed = Mapping[str, Sequence[str]]


def draft_of(account: Account) -> Draft | None:
    """Return the draft of an account, unread."""
    return Draft.objects.filter(account=account).first()


@transaction.atomic
def keep_draft(account: Account, typed: Typed, *, now: dt.datetime) -> Draft:
    """Seal what was typed in place of what was kept before.

    Raises
    ------
    accounts.models.sealed_fields.TextTooLong
        When it is longer than any declaration.
    """
    draft = Draft.objects.select_for_update().filter(account=account).first() or Draft(account=account)
    is_new = draft._state.adding
    draft.content = json.dumps({name: list(values) for name, values in typed.items() if any(values)})
    draft.saved_at = now
    draft.keep_until(timezone.localdate(now) + dt.timedelta(days=days_kept("draft")))
    if is_new:
        draft.save()
    else:
        draft.save(update_fields=["content", "saved_at", "dies_in", "wrapped_key"])
    return draft


def open_draft(account: Account) -> Typed:
    """Return what was typed, for its author; nothing when there is no draft."""
    draft = draft_of(account)
    if draft is None:
        return {}
    typed: Typed = json.loads(unseal(draft, "content", reason=audit.Reason.OWN_DATA)["content"])
    return typed


def drop_draft(account: Account) -> None:
    """Forget the draft of an account."""
    Draft.objects.filter(account=account).delete()
