"""The one way to read sealed texts: each reading leaves its entry in the audit chain, in the same transaction."""

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.models.sealed import SealedModel


def unseal(row: SealedModel, *names: str, reason: audit.Reason) -> dict[str, str]:
    """Open the fields called ``names`` of a row.

    Parameters
    ----------
    row
        A saved row.
    names
        Sealed fields, at least one; each is an action of the audit chain (``identity.name``, or the row of the
        access policy that the model names for it).
    reason
        Why they are read.

    Returns
    -------
    dict
        The text of each field.

    Raises
    ------
    accounts.sealing.SealingError
        When the week's key is gone or is another's, or the row was tampered with; no message holds a value.
    """
    return unseal_all([row], *names, reason=reason)[0]


def unseal_all(
    rows: Iterable[SealedModel], *names: str, reason: audit.Reason, told_as: str = ""
) -> list[dict[str, str]]:
    """Open fields of many rows of one table, with one entry a field for all of them; see `unseal`.

    ``told_as`` is the row of the access policy by which they are read, where it is not that of the model.
    """
    listed = list(rows)
    if not listed:
        return []
    with transaction.atomic():
        subjects = [row.audit_subject for row in listed]
        for action in dict.fromkeys(told_as or listed[0].read_action(name) for name in names):
            audit.record(action, subjects=subjects, reason=reason)
        return [row.open_without_trace(names) for row in listed]
