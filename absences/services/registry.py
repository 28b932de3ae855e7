"""Declare, correct, extend and end absences. Whoever changes one says which revision they have read."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction
from django.utils import timezone

from absences.errors import AlreadyOver, ChangedMeanwhile, NotNow
from absences.models import Absence, AllowedHours
from absences.services import cautions, households
from absences.services.declared import Amendment, Declaration, Hours, Place
from accounts import audit
from geo import french
from geo.models import Commune

# Beside the key of an address, so that no other part of the house ever waits for this lock.
_LOCK_SPACE = 0x4162 << 48
LONGEST_DAYS = 366


@transaction.atomic
def declare(
    declaration: Declaration, *, commune: Commune, today: dt.date, confirmed: Collection[str] = ()
) -> Absence:
    """Enter an absence with its household.

    Parameters
    ----------
    declaration
        What was declared.
    commune
        The commune of whoever declares.
    today
        The clock; also the day of the declaration.
    confirmed
        Codes of the cautions (`absences.services.cautions.Warned`) that were read and set aside.

    Raises
    ------
    OutsideCommune, AlreadyOver
        When the home is elsewhere, or the days are past.
    ToConfirm
        When something is out of the ordinary and not confirmed.
    accounts.sealing.SealingError
        When nothing can be sealed.
    """
    _check(declaration.place, declaration.first_day, declaration.last_day, commune=commune, today=today)
    warned = cautions.judge(
        commune, declaration.place, declaration.first_day, declaration.last_day, declared_on=today
    )
    cautions.confirm(warned, confirmed)
    absence = Absence.objects.create(
        commune=commune,
        address_id=declaration.place.address_id,
        point=declaration.place.point,
        missing_number=declaration.place.missing_number,
        first_day=declaration.first_day,
        last_day=declaration.last_day,
        declared_on=today,
        **declaration.departure,
    )
    _keep_hours(absence, declaration.hours)
    audit.record("absence.create", subjects=[absence], reason=audit.Reason.PATROL)
    households.keep_household(
        absence,
        declaration.household,
        trusted_has_keys=declaration.trusted_has_keys,
        allowed=declaration.allowed,
    )
    return absence


@transaction.atomic
def amend(
    key: int, amendment: Amendment, *, revision: int, today: dt.date, confirmed: Collection[str] = ()
) -> Absence:
    """Correct an absence; what is out of the ordinary is asked about again where the place or the days change.

    Raises
    ------
    Absence.DoesNotExist
        When whoever asks does not see such an absence.
    ChangedMeanwhile
        When somebody else has changed it since ``revision``.
    NotNow, OutsideCommune, AlreadyOver, ToConfirm
        When it is over, or as `declare`.
    """
    absence = _take(key, revision)
    if absence.cancelled_at is not None or absence.returned_on is not None:
        raise NotNow("Cette absence est terminée : rétablissez-la avant de la modifier.")
    days_or_place = _days_or_place(absence)
    if amendment.place.address_id != absence.address_id or amendment.place.missing_number:
        absence.missing_number = amendment.place.missing_number
    absence.address_id, absence.point = amendment.place.address_id, amendment.place.point
    absence.first_day, absence.last_day = amendment.first_day, amendment.last_day
    if _days_or_place(absence) != days_or_place:
        _check(amendment.place, absence.first_day, absence.last_day, commune=absence.commune, today=today)
        warned = cautions.judge(
            absence.commune,
            amendment.place,
            absence.first_day,
            absence.last_day,
            declared_on=absence.declared_on,
            but=absence.pk,
        )
        cautions.confirm(warned, confirmed)
    for name, value in amendment.departure.items():
        setattr(absence, name, value)
    _save(absence, "address", "point", "missing_number", "first_day", "last_day", *amendment.departure)
    _keep_hours(absence, amendment.hours)
    households.amend_household(absence, amendment.household, trusted_has_keys=amendment.trusted_has_keys)
    households.withdraw_allowed(absence, amendment.withdrawn)
    households.add_allowed(absence, amendment.allowed)
    households.follow_end(absence)
    return absence


@transaction.atomic
def extend(
    key: int, last_day: dt.date, *, revision: int, today: dt.date, confirmed: Collection[str] = ()
) -> Absence:
    """Let an absence last longer; what is sealed is kept for as long.

    Raises
    ------
    Absence.DoesNotExist, ChangedMeanwhile, ToConfirm
        As `amend`.
    NotNow
        When it was ended, or the new last day is not after the one it has, or is past.
    """
    absence = _take(key, revision)
    _refuse_ended(absence)
    if last_day <= absence.last_day:
        raise NotNow(f"L'absence va déjà jusqu'au {french.day(absence.last_day)} : donnez un jour plus lointain.")
    place = Place(address_id=absence.address_id, point=absence.point)
    _check(place, absence.first_day, last_day, commune=absence.commune, today=today)
    warned = cautions.judge(
        absence.commune,
        place,
        absence.first_day,
        last_day,
        declared_on=absence.declared_on,
        but=absence.pk,
    )
    about_the_end = {cautions.Caution.LONG, cautions.Caution.DUPLICATE}
    cautions.confirm([each for each in warned if each.caution in about_the_end], confirmed)
    absence.last_day = last_day
    _save(absence, "last_day")
    households.follow_end(absence)
    return absence


@transaction.atomic
def return_early(key: int, day: dt.date, *, revision: int, today: dt.date) -> Absence:
    """Say that a home is lived in again from ``day``: it is vacant no more, and on no round computed afterwards.

    ``Absence.objects.lived_in_again_on`` then names it to whoever looks after the rounds that are out already.

    Raises
    ------
    Absence.DoesNotExist, ChangedMeanwhile
        As `amend`.
    NotNow
        When it was ended, the day is to come, or the home was not vacant on it.
    """
    absence = _take(key, revision)
    _refuse_ended(absence)
    if day > today:
        raise NotNow("Un retour se signale le jour même ou après ; s'il est à venir, changez le dernier jour.")
    if absence.first_day > day:
        raise NotNow("L'absence n'avait pas commencé ce jour-là : annulez-la si le départ n'a plus lieu.")
    if absence.last_day < day:
        raise NotNow("L'absence se terminait déjà avant ce jour : il n'y a pas de retour à signaler.")
    absence.returned_on = day
    _save(absence, "returned_on")
    households.follow_end(absence)
    return absence


@transaction.atomic
def cancel(key: int, *, revision: int, now: dt.datetime) -> Absence:
    """Withdraw an absence: the home is on no round any more; the record stays until the end of its retention.

    Raises
    ------
    Absence.DoesNotExist, ChangedMeanwhile, NotNow
        As `amend`; NotNow when it was ended.
    """
    absence = _take(key, revision)
    _refuse_ended(absence)
    absence.cancelled_at = now
    _save(absence, "cancelled_at")
    households.follow_end(absence)
    return absence


@transaction.atomic
def undo_end(key: int, *, revision: int) -> Absence:
    """Take back an early return or a cancellation: the absence lasts to the day it had before.

    Raises
    ------
    Absence.DoesNotExist, ChangedMeanwhile
        As `amend`.
    NotNow
        When there is nothing to take back.
    """
    absence = _take(key, revision)
    if absence.returned_on is None and absence.cancelled_at is None:
        raise NotNow("Ni retour ni annulation n'a été enregistré : il n'y a rien à rétablir.")
    absence.returned_on = absence.cancelled_at = None
    _save(absence, "returned_on", "cancelled_at")
    households.follow_end(absence)
    return absence


@transaction.atomic
def erase(key: int, *, revision: int, now: dt.datetime) -> None:
    """Delete an absence: its sealed texts go at once, the rest with the next purge, which counts it first.

    Raises
    ------
    Absence.DoesNotExist, ChangedMeanwhile
        As `amend`.
    """
    absence = _take(key, revision)
    absence.cancelled_at = absence.cancelled_at or now
    absence.erasure_asked_at = now
    households.erase_household(absence)
    Absence.objects.filter(pk=absence.pk).update(
        cancelled_at=absence.cancelled_at, erasure_asked_at=now, revision=revision + 1, changed_at=now
    )
    audit.record("absence.delete", subjects=[absence], reason=audit.Reason.PATROL)


def _take(key: int, revision: int) -> Absence:
    """Lock an absence that was read at a revision."""
    absence = Absence.objects.listed().select_for_update(of=("self",)).select_related("commune").get(pk=key)
    if absence.revision != revision:
        raise ChangedMeanwhile(key)
    return absence


def _save(absence: Absence, *changed: str) -> None:
    absence.revision += 1
    absence.changed_at = timezone.now()
    absence.save(update_fields=[*changed, "revision", "changed_at"])
    audit.record("absence.update", subjects=[absence], reason=audit.Reason.PATROL)


def _check(place: Place, first_day: dt.date, last_day: dt.date, *, commune: Commune, today: dt.date) -> None:
    if last_day < first_day:
        raise NotNow("Le dernier jour vient avant le premier.")
    if (last_day - first_day).days >= LONGEST_DAYS:
        raise NotNow("Une absence ne dépasse pas un an : vérifiez les années.")
    if last_day < today:
        raise AlreadyOver
    cautions.check_place(commune, place)
    # Two who declare one home at once: the second waits here, and is then told of the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_SPACE | place.address_id])


def _days_or_place(absence: Absence) -> tuple[object, ...]:
    return absence.address_id, absence.missing_number, absence.point.coords, absence.first_day, absence.last_day


def _refuse_ended(absence: Absence) -> None:
    if absence.cancelled_at is not None:
        raise NotNow("Cette absence est annulée : rétablissez-la d'abord.")
    if absence.returned_on is not None:
        raise NotNow(
            f"Un retour est enregistré le {french.day(absence.returned_on)} : rétablissez d'abord l'absence."
        )


def _keep_hours(absence: Absence, hours: Hours | None) -> None:
    kept = list(absence.allowed_hours.all())
    wanted = [] if hours is None else [(None, hours.opens, hours.closes)]
    if [(each.weekday, each.opens, each.closes) for each in kept] == wanted:
        return
    absence.allowed_hours.all().delete()
    AllowedHours.objects.bulk_create(
        AllowedHours(absence=absence, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in wanted
    )
