"""Record an agreement after the former one, amend it, denounce it, take that back, and keep the signed copy."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import audit
from geo import french
from sectors.errors import AgreementEndsBefore, AgreementReplaced, AgreementTaken, DenunciationRefused
from sectors.models import Agreement, Sector, Signatory, SignedCopy
from sectors.pdf_files import check_pdf

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs for a party, in which office."""

    party: Agreement.Party
    office: str
    name: str

    def __repr__(self) -> str:
        return f"Signature({self.party})"


def record_agreement(
    sector: Sector,
    *,
    signed_on: dt.date,
    first_day: dt.date,
    signatures: Sequence[Signature],
    copy: bytes | None = None,
) -> Agreement:
    """Record a signed agreement; the one that is in force on its first day ends the day before.

    Parameters
    ----------
    sector
        A sector of the commune.
    signed_on, first_day
        The day of the signature, and the first on which it is in force: that day or a later one.
    signatures
        One for each party.
    copy
        The signed document; None when it comes later.

    Raises
    ------
    AgreementTaken
        When the sector has an agreement that begins on that day or later.
    NotAPdf
        When the copy is not one.
    """
    with transaction.atomic():
        later = Agreement.objects.filter(sector=sector, valid__startswith__gte=first_day).order_by("valid").first()
        if later is not None:
            raise AgreementTaken(sector, french.day(later.first_day))
        for former in Agreement.objects.filter(sector=sector).in_force_on(first_day):
            former.valid = DateRange(former.first_day, first_day)
            former.save(update_fields=["valid"])
        agreement = _create(sector, signed_on, DateRange(first_day, None), signatures)
        audit.record("agreement.record", subjects=[agreement])
        if copy is not None:
            keep_copy(agreement, copy)
    return agreement


def amend_agreement(
    wrong: Agreement,
    *,
    signed_on: dt.date,
    first_day: dt.date,
    signatures: Sequence[Signature],
    copy: bytes | None = None,
    now: dt.datetime,
) -> Agreement:
    """Replace an agreement that was recorded wrongly by another row; the wrong one stays in the history.

    The new one has the last day and the denunciation of the wrong one, and its signed copy unless another is sent.
    The agreement before ends on the day before the new one begins.

    Parameters
    ----------
    signed_on, first_day, signatures, copy
        As for `record_agreement`.

    Raises
    ------
    AgreementReplaced
        When somebody has replaced it already.
    AgreementTaken
        When another agreement of the sector is in force on one of the days.
    AgreementEndsBefore
        When it ended, or was denounced, before the days that are given.
    NotAPdf
        When the copy is not one.
    """
    with transaction.atomic():
        locked = Agreement.objects.select_for_update().filter(pk=wrong.pk).first()
        if locked is None:
            raise AgreementReplaced
        last_day, denounced_on = locked.last_day, locked.denounced_on
        if (last_day is not None and first_day > last_day) or (
            denounced_on is not None and signed_on > denounced_on
        ):
            raise AgreementEndsBefore
        Agreement.objects.filter(pk=locked.pk).update(replaced_at=now)
        before = Agreement.objects.filter(sector=locked.sector, valid__endswith=locked.first_day).first()
        if before is not None:
            if first_day <= before.first_day:
                raise AgreementTaken(locked.sector, french.day(before.first_day))
            Agreement.objects.filter(pk=before.pk).update(valid=DateRange(before.first_day, first_day))
        days = DateRange(first_day, locked.valid.upper)
        agreement = _create(locked.sector, signed_on, days, signatures, denounced_on, locked.denounced_by)
        audit.record("agreement.amend", subjects=[locked, agreement])
        kept = SignedCopy.objects.filter(agreement=locked).first()
        content = copy or (bytes(kept.content) if kept else None)
        if content is not None:
            keep_copy(agreement, content)
    return agreement


def denounce(agreement: Agreement, *, on: dt.date, by: Agreement.Party, last_day: dt.date) -> None:
    """Let an agreement end because a party denounced it.

    Parameters
    ----------
    on
        The day on which the party said so.
    last_day
        The last day on which the agreement is in force, from ``on`` on.

    Raises
    ------
    DenunciationRefused
        When it has ended or is denounced already, or the days do not follow one another.
    """
    with transaction.atomic():
        locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
        if locked.last_day is not None:
            raise DenunciationRefused("Cette convention a déjà un dernier jour : rechargez la page.")
        if on < locked.signed_on:
            raise DenunciationRefused(f"Elle a été signée le {french.day(locked.signed_on)} : dénoncez-la après.")
        if last_day < max(on, locked.first_day):
            raise DenunciationRefused("Le dernier jour vient avant la dénonciation, ou avant l'entrée en vigueur.")
        Agreement.objects.filter(pk=locked.pk).update(
            denounced_on=on, denounced_by=by, valid=DateRange(locked.first_day, last_day + ONE_DAY)
        )
        audit.record("agreement.denounce", subjects=[locked])


def take_back_denunciation(agreement: Agreement, *, today: dt.date) -> None:
    """Let a denounced agreement renew itself again, while it is still in force and none follows it.

    Raises
    ------
    DenunciationRefused
        When it is not denounced, has ended, or another follows it.
    """
    with transaction.atomic():
        locked = Agreement.objects.select_for_update().get(pk=agreement.pk)
        if locked.denounced_on is None or (locked.last_day is not None and locked.last_day < today):
            raise DenunciationRefused("Il n'y a plus de dénonciation à annuler : rechargez la page.")
        if Agreement.objects.filter(sector=locked.sector_id, valid__startswith__gt=locked.first_day).exists():
            raise DenunciationRefused("Une autre convention suit celle-ci : elle ne peut plus durer.")
        Agreement.objects.filter(pk=locked.pk).update(
            denounced_on=None, denounced_by="", valid=DateRange(locked.first_day, None)
        )
        audit.record("agreement.resume", subjects=[locked])


def keep_copy(agreement: Agreement, content: bytes) -> SignedCopy:
    """Keep the signed document, in place of the former one if there is one.

    Raises
    ------
    NotAPdf
        When it is not a PDF that may be kept; nothing is changed.
    """
    check_pdf(content)
    with transaction.atomic():
        SignedCopy.objects.filter(agreement=agreement).delete()
        copy = SignedCopy.objects.create(
            agreement=agreement,
            content=content,
            content_sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
        )
        audit.record("agreement.keep_copy", subjects=[agreement])
    return copy


def _create(
    sector: Sector,
    signed_on: dt.date,
    valid: DateRange,
    signatures: Sequence[Signature],
    denounced_on: dt.date | None = None,
    denounced_by: str = "",
) -> Agreement:
    said = {"denounced_on": denounced_on, "denounced_by": denounced_by}
    try:
        with transaction.atomic():
            agreement: Agreement = Agreement.objects.create(
                sector=sector, signed_on=signed_on, valid=valid, **said
            )
    except IntegrityError as error:
        # Somebody else has just recorded one, or another is in force on one of the days.
        raise AgreementTaken(sector, french.day(valid.lower)) from error
    Signatory.objects.bulk_create(
        Signatory(agreement=agreement, party=each.party, office=each.office, name=each.name) for each in signatures
    )
    return agreement
