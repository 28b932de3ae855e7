"""Tell a report as its author, enter one for somebody without an account, take one's own back."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit, scope
from accounts.models import Account
from accounts.roles import Role
from reports.choices import Act, Kind
from reports.errors import DayToCome, HourToCome, NotThatHour
from reports.models import Report, ReportStep, Telling
from reports.models.reports import NUMBER_DIGITS
from reports.services.placing import Place
from reports.services.wording import admit
from sectors.models import Sector

MAX_AGE = dt.timedelta(days=30)
# With ten thousand numbers in use out of a hundred million, the fifth draw fails once in 10^20.
DRAWS = 5
MINE = "SELECT unnest(authors.mine())"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told: closed lists first, then a text that the guard has still to read."""

    kind: Kind
    happened_at: dt.datetime
    place: Place
    text: str

    def __repr__(self) -> str:
        return f"Told({self.kind}, …)"


@transaction.atomic
def tell(told: Told, *, sector: Sector, now: dt.datetime) -> Report:
    """Keep a report of whoever asks, a vigilant of the sector, and seal who it was.

    Raises
    ------
    reports.errors.TextRefused
        When the guard refuses the text; nothing is kept.
    NotThatHour
        When the fact is to come, or older than 30 days.
    django.db.ProgrammingError
        When one is no vigilant there: the walls refuse it.
    """
    with scope.as_author():
        report = _keep(told, sector=sector, now=now, is_spoken=False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT authors.keep(%s)", [report.pk])
        _keep_text(report, told.text)
        audit.record("report.create", subjects=[report])
    return report


@transaction.atomic
def enter(told: Told, *, sector: Sector, by: Account, now: dt.datetime) -> Report:
    """Keep a report that a resident without an account told a référent; its number is said to the resident.

    Raises
    ------
    reports.errors.TextRefused, NotThatHour
        As in `tell`.
    """
    report = _keep(told, sector=sector, now=now, is_spoken=True)
    _keep_text(report, told.text)
    ReportStep.objects.create(report=report, act=Act.ENTERED, taken_at=now, by_role=Role.REFERENT, taken_by=by)
    audit.record("report.create", subjects=[report])
    return report


@transaction.atomic
def withdraw(report: Report) -> None:
    """Take back a report of one's own: all of it, or, once it was relayed, one's words and the seal.

    What the référent wrote for the police stays: it is theirs, and leads nowhere.
    """
    with scope.as_author(), connection.cursor() as cursor:
        audit.record("report.delete", subjects=[report])
        if report.relayed_at is None:
            report.delete()
        else:
            Telling.objects.filter(report=report).delete()
            cursor.execute("SELECT authors.forget(%s)", [report.pk])


def list_mine() -> list[Report]:
    """Return the reports that whoever asks has told, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(MINE)
        keys = [key for (key,) in cursor.fetchall()]
    return list(
        Report.objects.filter(pk__in=keys)
        .select_related("sector")
        .order_by("-told_at", "-happened_at", "street_name", "pk")
    )


def hour_of(moment: dt.datetime) -> dt.datetime:
    """Return the beginning of the hour of a moment."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _keep(told: Told, *, sector: Sector, now: dt.datetime, is_spoken: bool) -> Report:
    happened_at, told_at = hour_of(told.happened_at), hour_of(now)
    if timezone.localdate(happened_at) > timezone.localdate(told_at):
        raise DayToCome
    if happened_at > told_at:
        raise HourToCome
    if happened_at < told_at - MAX_AGE:
        raise NotThatHour
    admit(told.text)
    report = Report(
        commune_id=sector.commune_id,
        sector=sector,
        kind=told.kind,
        happened_at=happened_at,
        told_at=told_at,
        is_spoken=is_spoken,
        place_kind=told.place.kind,
        place_name=told.place.name,
        point=told.place.point,
        street_name=told.place.street_name,
        street_point=told.place.street_point,
    )
    return _number(report)


def _number(report: Report) -> Report:
    """Save a report under a number that is drawn, and drawn again where another has it."""
    for draw in range(DRAWS):
        report.number = f"{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}"
        try:
            with transaction.atomic():
                report.save(force_insert=True)
        except IntegrityError:
            if draw == DRAWS - 1:
                raise
        else:
            break
    return report


def _keep_text(report: Report, text: str) -> None:
    telling = Telling(report=report, text=admit(text))
    telling.keep_until(report.kept_until)
    telling.save(force_insert=True)
