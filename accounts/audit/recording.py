"""Append an act to the audit chain, in the transaction that does it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, models

from accounts.audit.wording import ACTIONS, Reason
from accounts.errors import AccountsError

DONE, REFUSED = "done", "refused"
# One text of all keys: 2,000 of them are sent seven times faster than as a list.
APPEND = "SELECT walls.audit(%s, %s, string_to_array(%s, ','), %s, %s)"

Reference = models.Model | int | str | UUID


class UnknownAction(AccountsError):
    """Le journal ne connaît pas cette action : donnez-lui ses mots dans ``accounts/audit/wording.py``."""

    def __init__(self, action: str) -> None:
        super().__init__(
            f"Le journal ne connaît pas l'action « {action} » : nommez-la dans accounts/audit/wording.py."
        )


def record(
    action: str,
    *,
    subjects: Iterable[Reference] | None = None,
    kind: type[models.Model] | None = None,
    reason: Reason | None = None,
    outcome: str = DONE,
) -> None:
    """Append one entry: the database adds who asks, in which commune, and when.

    One answer makes one entry by kind of rows, with all their references: a page of 200 homes is one entry.

    Parameters
    ----------
    action
        A row of the access policy (``absence.address``) or an event (``session.login``), known to
        ``accounts.audit.wording.ACTIONS``.
    subjects
        The rows concerned, all of one model, or their keys with ``kind``. None when the act concerns no row;
        an empty collection means that nothing was read after all, and nothing is written.
    kind
        The model of the rows; read off ``subjects`` when these are rows.
    reason
        Why, from the closed list: the chain holds no free text, so that it holds no value.
    outcome
        ``done`` or ``refused``.

    Raises
    ------
    UnknownAction
        When the action has no wording.
    """
    if action not in ACTIONS:
        raise UnknownAction(action)
    references, label = _references(subjects, kind)
    if subjects is not None and not references:
        return
    with connection.cursor() as cursor:
        cursor.execute(APPEND, [action, label, ",".join(references), reason or "", outcome])


def _references(subjects: Iterable[Reference] | None, kind: type[models.Model] | None) -> tuple[list[str], str]:
    keys: set[str] = set()
    for subject in subjects or ():
        if isinstance(subject, models.Model):
            kind = kind or subject._meta.model  # type() of a request's user is a lazy wrapper
            keys.add(str(subject.pk))
        else:
            keys.add(str(subject))
    return sorted(keys, key=lambda key: (len(key), key)), kind._meta.label_lower if kind else ""
