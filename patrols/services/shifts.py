"""Say who works when: the shifts of a day, one by one or as a week ago."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from geo import french
from geo.models import Commune
from patrols.errors import DayIsOver, PatrolError
from patrols.models import Crew, Depot, Shift, ShiftBreak

LONGEST = dt.timedelta(hours=16)
ONE_DAY, ONE_WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


class ShiftRefused(PatrolError):
    """Une vacation ne peut pas être enregistrée telle quelle; ``field`` est ce qui est à corriger."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A break of some minutes that begins between two hours of the shift."""

    earliest: dt.time
    latest: dt.time
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A crew at work: an end at or before the beginning is on the day after."""

    crew: Crew
    day: dt.date
    begins: dt.time
    ends: dt.time
    start_depot: Depot
    end_depot: Depot
    pause: Pause | None = None


def add_shift(hours: Hours) -> Shift:
    """Enter a shift.

    Raises
    ------
    ShiftRefused
        When it has no hours or too many, its break does not fit, or the crew works then already.
    """
    starts_at, ends_at = _moments(hours)
    with transaction.atomic():
        _refuse_overlap(hours, starts_at, ends_at, but=None)
        shift = Shift.objects.create(
            crew=hours.crew,
            day=hours.day,
            starts_at=starts_at,
            ends_at=ends_at,
            start_depot=hours.start_depot,
            end_depot=hours.end_depot,
        )
        _set_pause(shift, hours)
    return shift


def change_shift(shift: Shift, hours: Hours) -> None:
    """Change the hours, the depots or the break of a shift; plans that exist are verified when they are published.

    Raises
    ------
    ShiftRefused
        As for `add_shift`.
    """
    starts_at, ends_at = _moments(hours)
    with transaction.atomic():
        _refuse_overlap(hours, starts_at, ends_at, but=shift)
        shift.starts_at, shift.ends_at = starts_at, ends_at
        shift.start_depot, shift.end_depot = hours.start_depot, hours.end_depot
        shift.save(update_fields=["starts_at", "ends_at", "start_depot", "end_depot"])
        shift.breaks.all().delete()
        _set_pause(shift, hours)


def remove_shift(shift: Shift) -> None:
    """Take a shift away.

    Raises
    ------
    ShiftRefused
        When a plan has a round for it.
    """
    if shift.routes.exists():
        raise ShiftRefused(
            "",
            f"Un plan compte sur la vacation de {shift.crew}. Recalculez le plan en ne choisissant que les autres "
            "équipages, ou avancez la fin de cette vacation.",
        )
    shift.breaks.all().delete()
    # At once: Django would first delete the stops that were said to be missed, of which a shift without a round
    # has none, and which the site may not delete.
    alone = Shift.objects.filter(pk=shift.pk)
    alone._raw_delete(alone.db)


def refuse_over(commune: Commune, day: dt.date, now: dt.datetime) -> None:
    """Refuse a day whose crews have all gone home.

    Raises
    ------
    DayIsOver
    """
    shifts = Shift.objects.of_day(commune, day)
    if shifts.exists() and not shifts.filter(ends_at__gt=now).exists():
        raise DayIsOver(day)


def end_early(shift: Shift, at: dt.datetime) -> None:
    """Let a crew stop before the end of its shift.

    Raises
    ------
    ShiftRefused
        When the hour is not within the shift.
    """
    if not shift.starts_at < at < shift.ends_at:
        raise ShiftRefused(
            "ends",
            f"{french.clock(at)} n'est pas dans la vacation, de {french.clock(shift.starts_at)} à "
            f"{french.clock(shift.ends_at)} : donnez une heure entre les deux.",
        )
    with transaction.atomic():
        shift.ends_at = at
        shift.save(update_fields=["ends_at"])
        # A break that no longer fits is not owed any more: the crew is back.
        for pause in shift.breaks.all():
            if pause.earliest_at + dt.timedelta(seconds=pause.duration_s) > at:
                pause.delete()


def repeat_week(commune: Commune, day: dt.date, services: Collection[str]) -> int:
    """Enter the shifts of a week before for the crews of some services that have none on the day; return how many.

    Raises
    ------
    ShiftRefused
        When nobody worked a week before.
    """
    before = list(
        Shift.objects.of_day(commune, day - ONE_WEEK)
        .filter(crew__service__in=services)
        .select_related("crew", "start_depot", "end_depot")
        .prefetch_related("breaks")
    )
    if not before:
        raise ShiftRefused(
            "",
            f"Il n'y avait aucune vacation le {french.day(day - ONE_WEEK)} : saisissez celles de ce jour.",
        )
    busy = set(Shift.objects.of_day(commune, day).values_list("crew", flat=True))
    with transaction.atomic():
        added = [add_shift(_a_week_later(shift, day)) for shift in before if shift.crew_id not in busy]
    return len(added)


def _a_week_later(shift: Shift, day: dt.date) -> Hours:
    pause = next(iter(shift.breaks.all()), None)
    return Hours(
        crew=shift.crew,
        day=day,
        begins=timezone.localtime(shift.starts_at).time(),
        ends=timezone.localtime(shift.ends_at).time(),
        start_depot=shift.start_depot,
        end_depot=shift.end_depot,
        pause=None
        if pause is None
        else Pause(
            earliest=timezone.localtime(pause.earliest_at).time(),
            latest=timezone.localtime(pause.latest_at).time(),
            minutes=pause.duration_s // 60,
        ),
    )


def _moments(hours: Hours) -> tuple[dt.datetime, dt.datetime]:
    if hours.begins == hours.ends:
        raise ShiftRefused("ends", "La vacation finit à l'heure où elle commence : donnez-lui des heures.")
    starts_at = _moment(hours.day, hours.begins)
    ends_at = _moment(hours.day if hours.ends > hours.begins else hours.day + ONE_DAY, hours.ends)
    if ends_at - starts_at > LONGEST:
        raise ShiftRefused("ends", "Une vacation dure au plus seize heures : vérifiez l'heure de fin.")
    return starts_at, ends_at


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, timezone.get_default_timezone()).astimezone(dt.UTC)


def _refuse_overlap(hours: Hours, starts_at: dt.datetime, ends_at: dt.datetime, *, but: Shift | None) -> None:
    others = Shift.objects.filter(crew=hours.crew, starts_at__lt=ends_at, ends_at__gt=starts_at)
    other = (others.exclude(pk=but.pk) if but else others).first()
    if other is not None:
        raise ShiftRefused(
            "begins",
            f"{hours.crew} travaille déjà de {french.clock(other.starts_at)} à {french.clock(other.ends_at)} : "
            "changez cette vacation-là, ou choisissez d'autres heures.",
        )


def _set_pause(shift: Shift, hours: Hours) -> None:
    if hours.pause is None:
        return
    length = dt.timedelta(minutes=hours.pause.minutes)
    earliest, latest = (_within(shift, time) for time in (hours.pause.earliest, hours.pause.latest))
    if latest < earliest or earliest < shift.starts_at or earliest + length > shift.ends_at:
        raise ShiftRefused(
            "pause_from",
            f"La pause ne tient pas dans la vacation, de {french.clock(shift.starts_at)} à "
            f"{french.clock(shift.ends_at)} : corrigez ses heures ou sa durée.",
        )
    ShiftBreak.objects.create(
        shift=shift, earliest_at=earliest, latest_at=latest, duration_s=round(length.total_seconds())
    )


def _within(shift: Shift, time: dt.time) -> dt.datetime:
    """Return the moment of an hour in a shift that may go past midnight."""
    moment = _moment(shift.day, time)
    return moment if moment >= shift.starts_at else _moment(shift.day + ONE_DAY, time)
