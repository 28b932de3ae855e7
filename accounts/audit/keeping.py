"""What the house does with the chain each day: keep its root outside, and let go what has reached its term."""

import datetime as dt
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from accounts.audit.chain import Head
from accounts.audit.reading import read_heads, read_last_before, sign_cut, steady_chain, written_heads
from accounts.audit.recording import record
from accounts.audit.roots import FILE, Root, append_root
from accounts.audit.signing import signing_key
from accounts.audit.verification import verify_chain
from accounts.audit.wording import Reason
from accounts.errors import AccountsError


class ChainUnsound(AccountsError):
    """Le journal a été modifié : rien n'en est retiré avant que ce soit éclairci."""


def write_root(folder: Path) -> Root:
    """Write the root of the chain as it stands to the file of roots.

    Parameters
    ----------
    folder
        Where the signing key and the file are; both are made on the first day.

    Raises
    ------
    RootsBroken, SigningKeyUnusable
        When the file was changed, or the key cannot serve.
    """
    key = signing_key(folder, create=not (folder / FILE).exists())
    # Durable: a root must not vouch for entries of a transaction that may yet be undone.
    with transaction.atomic(durable=True):
        heads = read_heads()
        record("audit.root", reason=Reason.UPKEEP)
        return append_root(folder / FILE, heads, timezone.now(), key)


def first_day_kept(today: dt.date, months: int) -> dt.date:
    """Return the first day of the oldest month that is kept whole.

    >>> first_day_kept(dt.date(2027, 3, 17), 12)
    datetime.date(2026, 3, 1)
    """
    whole = today.year * 12 + today.month - 1 - months
    return dt.date(whole // 12, whole % 12 + 1, 1)


def cut_before(first_kept: dt.date, folder: Path, *, dry_run: bool = False) -> int:
    """Remove the whole months before a day from the chain, and return how many entries that is.

    A root is written before, so that what goes was vouched for outside the database; the chain is verified; the
    cut is signed, so that a later verification tells it from a theft.

    Raises
    ------
    ChainUnsound
        When the verification finds anything.
    """
    gone = _count_before(_midnight(first_kept))
    if dry_run or not gone:
        return gone
    write_root(folder)
    with steady_chain(to_cut=True):
        heads = read_last_before(_midnight(first_kept))
        verdict = verify_chain(folder)
        if not verdict.is_sound:
            raise ChainUnsound(
                f"Le journal ne se vérifie pas ({verdict.problems[0]}) : rien n'en est retiré. "
                "Lancez `audit verify` et prévenez le DPO."
            )
        gone = _cut(first_kept, heads, sign_cut(first_kept, heads, signing_key(folder)))
        record("audit.cut", reason=Reason.RETENTION)
    return gone


def _cut(before: dt.date, heads: dict[str, Head], signature: bytes) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT walls.cut_audit(%s, %s::jsonb, %s)", [before, written_heads(heads), signature])
        (gone,) = cursor.fetchone()
    return int(gone)


def _count_before(moment: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_auditentry WHERE at < %s", [moment])
        (count,) = cursor.fetchone()
    return int(count)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
