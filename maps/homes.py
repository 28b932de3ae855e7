"""Vacant homes as the pages show them on a day: where they are, when to pass, how long they have waited."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from absences.models import Absence
from geo.models import Commune
from maps.recency import LastPassage, Recency, judge_recency
from maps.rounds import allowed_hours_on
from patrols.models import Passage
from sectors.models import Perimeter, Sector


@dataclass(frozen=True, kw_only=True)
class Home:
    """A vacant home as the page shows it on a day; ``hours`` are those at which a passage may begin."""

    absence: Absence
    sector: Sector | None
    hours: str
    last_passage: LastPassage | None
    recency: Recency


def read_homes(absences: QuerySet[Absence], *, commune: Commune, day: dt.date) -> dict[int, Home]:
    """Read what the page says of these homes on a day, by absence."""
    moment = _moment_of(day)
    rows = list(
        absences.select_related("address")
        .prefetch_related("allowed_hours")
        .annotate(sector_pk=_sector_on(commune, day))
    )
    sectors = Sector.objects.in_bulk({row.sector_pk for row in rows} - {None})
    last_passages = _read_last_passages([row.pk for row in rows], before=moment)
    return {
        row.pk: _describe(row, sectors.get(row.sector_pk), day, moment, last_passages.get(row.pk)) for row in rows
    }


def _moment_of(day: dt.date) -> dt.datetime:
    """Now, or the end of the day when it is already over."""
    end_of_day = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    return min(timezone.localtime(), end_of_day)


def _sector_on(commune: Commune, day: dt.date) -> Subquery:
    perimeters = Perimeter.objects.in_force_on(day).filter(sector__commune=commune, area__covers=OuterRef("point"))
    return Subquery(perimeters.order_by("sector__number").values("sector")[:1])


def _read_last_passages(absences: Collection[int], *, before: dt.datetime) -> dict[int, LastPassage]:
    passages = (
        Passage.objects.filter(absence__in=absences, done_at__lt=before)
        .order_by("absence_id", "-done_at")
        .distinct("absence_id")
        .values_list("absence_id", "done_at", "result")
    )
    return {
        absence: LastPassage(done_at=timezone.localtime(done_at), was_anomaly=result == Passage.Result.ANOMALY)
        for absence, done_at, result in passages
    }


def _describe(
    absence: Absence, sector: Sector | None, day: dt.date, moment: dt.datetime, last_passage: LastPassage | None
) -> Home:
    return Home(
        absence=absence,
        sector=sector,
        hours=allowed_hours_on(absence, day),
        last_passage=last_passage,
        recency=judge_recency(
            day=day,
            moment=moment,
            first_day=absence.first_day,
            passages_per_week=absence.passages_per_week,
            last_passage=last_passage,
        ),
    )
