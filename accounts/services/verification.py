"""Verify the audit chain, and keep what was found where its keepers read it: in the chain itself."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from accounts import audit
from accounts.audit.reading import JOBS, Source
from accounts.audit.verification import Verdict, verify_chain
from accounts.models import AuditEntry

SOUND, UNSOUND = "audit.verify_chain", "audit.unsound"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The last verification that was made, from the site or by a command, and whether nothing was wrong."""

    at: dt.datetime
    is_sound: bool


def verify(
    folder: Path, *, expected_roots: Iterable[str] = (), source: Source = JOBS, reason: audit.Reason | None = None
) -> Verdict:
    """Verify the whole chain, and append to it that this was done and whether the chain was sound.

    Parameters
    ----------
    folder, expected_roots, source
        As ``accounts.audit.verification.verify_chain`` takes them.
    reason
        Why, for the entry: upkeep for a command or a job, nothing for a keeper at the site.
    """
    verdict = verify_chain(folder, expected_roots=expected_roots, source=source)
    with transaction.atomic():
        audit.record(SOUND if verdict.is_sound else UNSOUND, reason=reason)
    return verdict


def last_verification() -> Verification | None:
    """Return the last verification that the walls show, None when there was none."""
    entry = AuditEntry.objects.filter(action__in=(SOUND, UNSOUND), outcome="done").order_by("-at").first()
    return Verification(at=entry.at, is_sound=entry.action == SOUND) if entry else None
