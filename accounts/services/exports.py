"""List the files that leave the site, and show the list to those it is for."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit.wording import tell_kind
from accounts.models import Account, Export
from accounts.person import Person
from accounts.presentation.numbers import grouped
from accounts.roles import Role


@dataclass(frozen=True, kw_only=True)
class Line:
    """One export in words."""

    at: dt.datetime
    what: str
    about: str
    who: str
    roles: str
    size: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class MaskedLine:
    """What an administrator reads: the half-day, initials of the identifier, the kind of file, how many."""

    day: dt.date
    is_morning: bool
    initials: str
    what: str
    times: int


def note(kind: Export.Kind, content: bytes, *, about: models.Model, by: Person) -> None:
    """List a file that is handed over to somebody, within the transaction that answers them.

    Parameters
    ----------
    kind
        What the file is.
    content
        Its bytes; their SHA-256 and their number are kept.
    about
        The row that it describes.
    by
        Who takes it, with the roles held today.
    """
    _list(kind, content, about, commune_id=by.commune, made_by_id=by.account_id, roles=sorted(map(str, by.roles)))


def note_by_job(kind: Export.Kind, content: bytes, *, about: models.Model, commune: str) -> None:
    """List a file that a command writes, under the name of the declared job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(walls.job(), '')")
        (job,) = cursor.fetchone()
    _list(kind, content, about, commune_id=commune, job=job)


def listed() -> QuerySet[Export]:
    """Return the exports that the walls show, the latest first."""
    return Export.objects.order_by("-made_at", "-pk")


def of_account(account_id: int | None) -> QuerySet[Export]:
    """Return one's own exports, the latest first."""
    return listed().filter(made_by=account_id)


def tell(exports: list[Export]) -> list[Line]:
    """Put exports in words, with the identifiers of the accounts that the walls show."""
    logins = dict(Account.objects.filter(pk__in={each.made_by_id for each in exports}).values_list("pk", "login"))
    return [
        Line(
            at=each.made_at,
            what=each.get_kind_display(),
            about=f"{tell_kind(each.subject_kind)} n° {each.subject_key}",
            who=_tell_maker(each, logins),
            roles=", ".join(str(Role(role).label) for role in each.roles),
            size=grouped(each.size_bytes),
            sha256=each.content_sha256,
        )
        for each in exports
    ]


def read_masked() -> list[MaskedLine]:
    """Read what an administrator may know of the exports of the commune; the database masks it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, is_morning, initials, kind, exports FROM walls.exports_masked()")
        rows = cursor.fetchall()
    return [
        MaskedLine(
            day=day,
            is_morning=is_morning,
            initials=initials or _("commande du serveur"),
            what=str(Export.Kind(kind).label),
            times=times,
        )
        for day, is_morning, initials, kind, times in rows
    ]


def _list(kind: Export.Kind, content: bytes, about: models.Model, **who: Any) -> None:
    Export.objects.create(
        kind=kind,
        subject_kind=about._meta.label_lower,
        subject_key=str(about.pk),
        content_sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        **who,
    )


def _tell_maker(export: Export, logins: dict[int, str]) -> str:
    if export.job:
        return _("commande %(name)s") % {"name": export.job.removeprefix("command:")}
    return logins.get(export.made_by_id or 0) or _("un compte fermé")
