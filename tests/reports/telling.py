"""A report as a test needs it: told, relayed or spoken, with its texts and its author."""

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.models import Account
from geo.models import WGS84
from reports.choices import Audience, Kind, PlaceKind, State
from reports.models import Answer, AuthorSeal, Relay, Report, ReportStep, Telling
from reports.services.telling import hour_of
from sectors.models import Sector

AT, MIDDLE = Point(4.884, 44.9301, srid=WGS84), Point(4.885, 44.930, srid=WGS84)
AN_HOUR = dt.timedelta(hours=1)


def build_report(sector: Sector, *, author: Account | None = None, text: str = "", **said: Any) -> Report:
    """A report told in a sector an hour ago, by an account, or by word of mouth where there is none."""
    now = timezone.now()
    report = Report.objects.create(
        **{
            "number": f"{Report.objects.count():08}",
            "commune_id": sector.commune_id,
            "sector": sector,
            "kind": Kind.DAMAGE,
            "happened_at": hour_of(now - AN_HOUR),
            "told_at": hour_of(now - AN_HOUR),
            "is_spoken": author is None,
            "place_kind": PlaceKind.ADDRESS,
            "place_name": "11 Rue des Lilas",
            "point": AT,
            "street_name": "Rue des Lilas",
            "street_point": MIDDLE,
            **said,
        }
    )
    _seal(Telling(report=report, text=text or "Une vitre est cassée."))
    if author:
        AuthorSeal.objects.create(report=report.pk, account=author.pk)
    return report


def build_relayed(
    sector: Sector,
    *,
    by: Account,
    author: Account | None = None,
    relayed_text: str = "Vitre cassée à vérifier.",
    **said: Any,
) -> Report:
    """A report that the référent relayed, with an answer for its author and one of the police."""
    now = timezone.now()
    report = build_report(sector, author=author, **{"state": State.NEW, "relayed_at": now, **said})
    _seal(Relay(report=report, text=relayed_text))
    for audience in Audience:
        _seal(Answer(report=report, audience=audience, written_at=now, text="Merci."))
    ReportStep.objects.create(report=report, act="relayed", taken_at=now, by_role="referent", taken_by=by)
    return report


def _seal(row: Any) -> None:
    row.keep_until(row.report.kept_until)
    row.save()
