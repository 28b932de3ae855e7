"""Show the audit chain to those it speaks of, to the DPO, and masked to the administrator."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.audit.wording import OUTCOMES, tell_action, tell_reason, tell_rows
from accounts.models import Account, AuditEntry

ONE_DAY = dt.timedelta(days=1)
# The entries of one answer are written one behind the other, within its transaction.
LONGEST_ANSWER = dt.timedelta(seconds=1)
# One act can be about two thousand homes: a page of fifty such acts would be a hundred thousand links.
REFERENCES_SHOWN = 20
ACCOUNT, JOB, LOGIN, AUTHORS = "account:", "job:", "login:", "authors"


@dataclass(frozen=True, kw_only=True)
class Line:
    """Entries of one answer about the same rows, in words; ``references`` name the first of them, no more."""

    at: dt.datetime
    who: str
    account_id: int | None
    acts: Sequence[str | Promise]
    rows: str
    kind: str
    references: Sequence[str]
    references_left_out: int
    reason: str | Promise
    outcome: str | Promise
    is_refused: bool


@dataclass(frozen=True, kw_only=True)
class MaskedLine:
    """What an administrator reads of an act: initials of the identifier, the half-day, and how often."""

    day: dt.date
    is_morning: bool
    initials: str
    what: str | Promise
    outcome: str | Promise
    is_refused: bool
    times: int


def entries_of(account_id: int) -> QuerySet[AuditEntry]:
    """Return the entries of one account, the latest first."""
    return AuditEntry.objects.filter(stream=f"{ACCOUNT}{account_id}").order_by("-number")


def entries_between(
    first_day: dt.date,
    last_day: dt.date,
    *,
    account_id: int | None = None,
    outcome: str = "",
    kind: str = "",
    row: tuple[str, str] | None = None,
) -> QuerySet[AuditEntry]:
    """Return the entries that the walls show of these days, the latest first.

    Parameters
    ----------
    first_day, last_day
        Both included.
    account_id, outcome
        Narrow to one account, to ``done`` or ``refused``.
    kind
        Narrow to what was done with rows of one kind.
    row
        Narrow to what was done with one row, by kind and key: « who has read this home? ».
    """
    entries = AuditEntry.objects.filter(at__gte=_midnight(first_day), at__lt=_midnight(last_day + ONE_DAY))
    if account_id is not None:
        entries = entries.filter(stream=f"{ACCOUNT}{account_id}")
    if outcome:
        entries = entries.filter(outcome=outcome)
    if kind:
        entries = entries.filter(kind=kind)
    if row is not None:
        entries = entries.filter(kind=row[0], ids__contains=[row[1]])
    return entries.order_by("-at", "stream", "-number")


def tell(entries: Iterable[AuditEntry]) -> list[Line]:
    """Put entries in words, with the identifiers of the accounts that the walls show.

    What one answer showed of the same rows, each by an entry of its own as the policy has it, is one line: the
    page of an account tells its roles and its second factor.
    """
    listed = list(entries)
    keys = {key for entry in listed if (key := _account_of(entry.stream)) is not None}
    logins = dict(Account.objects.filter(pk__in=keys).values_list("pk", "login"))
    return [_tell(together, logins) for together in _by_answer(listed)]


def read_masked(first_day: dt.date, last_day: dt.date) -> list[MaskedLine]:
    """Read what an administrator may know of these days, both included; the database masks it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM walls.audit_masked(%s, %s)", [first_day, last_day])
        rows = cursor.fetchall()
    return [
        MaskedLine(
            day=day,
            is_morning=is_morning,
            initials=_tell_initials(initials),
            what=tell_action(action),
            outcome=OUTCOMES[outcome],
            is_refused=outcome == "refused",
            times=times,
        )
        for day, is_morning, initials, action, outcome, times in rows
    ]


def _by_answer(entries: Iterable[AuditEntry]) -> Iterator[list[AuditEntry]]:
    """Gather entries, the latest first, that one answer made about the same rows."""
    together: list[AuditEntry] = []
    for entry in entries:
        if together and not _is_of_one_answer(together, entry):
            yield together
            together = []
        together.append(entry)
    if together:
        yield together


def _is_of_one_answer(together: Sequence[AuditEntry], entry: AuditEntry) -> bool:
    last = together[-1]
    return (
        bool(entry.ids)
        and (entry.stream, entry.number) == (last.stream, last.number - 1)
        and (entry.kind, entry.ids, entry.reason, entry.outcome)
        == (last.kind, last.ids, last.reason, last.outcome)
        and last.at - entry.at < LONGEST_ANSWER
        # The same act again is another answer.
        and entry.action not in {other.action for other in together}
    )


def _tell(together: Sequence[AuditEntry], logins: Mapping[int, str]) -> Line:
    entry = together[0]
    account = _account_of(entry.stream)
    return Line(
        at=entry.at,
        who=_tell_stream(entry.stream, logins),
        account_id=account,
        # As they were read, where entries come the latest first.
        acts=tuple(tell_action(entry.action) for entry in reversed(together)),
        rows=tell_rows(entry.kind, len(entry.ids)),
        kind=entry.kind,
        references=entry.ids[:REFERENCES_SHOWN],
        references_left_out=max(len(entry.ids) - REFERENCES_SHOWN, 0),
        reason=tell_reason(entry.reason),
        outcome=OUTCOMES[entry.outcome],
        is_refused=entry.outcome == "refused",
    )


def _account_of(stream: str) -> int | None:
    return int(stream.removeprefix(ACCOUNT)) if stream.startswith(ACCOUNT) else None


def _tell_stream(stream: str, logins: Mapping[int, str]) -> str:
    account = _account_of(stream)
    if account is not None:
        return logins.get(account) or _("compte n° %(number)s") % {"number": account}
    if stream.startswith(JOB):
        return _("tâche %(name)s") % {"name": stream.removeprefix(JOB).removeprefix("command:")}
    if stream.startswith(LOGIN):
        return _("base de données, sous le compte %(name)s") % {"name": stream.removeprefix(LOGIN)}
    return _("auteur d'un signalement") if stream == AUTHORS else _("visiteur")


def _tell_initials(initials: str) -> str:
    """A stream without an account is named by its kind, which tells nobody."""
    return {
        "anonymous": _("visiteur"),
        AUTHORS: _("auteur d'un signalement"),
        "job": _("tâche"),
        "login": _("base"),
        "account": "?",
    }.get(initials, initials)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
