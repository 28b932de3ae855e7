"""Keep the numbers of burglaries that municipal police give: whole months, until the review has published them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum

from geo.models import Commune
from sectors.models import BurglaryCount, ReviewFigure, Sector

# Its key among the measures of the review.
MEASURE = "burglaries"
AGGREGATES = "aggregates"


@dataclass(frozen=True, kw_only=True)
class GivenMonth:
    """A month that was given, with the burglaries of the whole commune; once published it changes no more."""

    month: dt.date
    burglaries: int
    watched: int
    is_published: bool


def numbers_of_sectors(commune: Commune) -> list[int]:
    """The numbers of the sectors of the commune."""
    return list(Sector.objects.filter(commune=commune).order_by("number").values_list("number", flat=True))


def last_month_over(today: dt.date) -> dt.date:
    """The first day of the last month that is over."""
    return (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def month_to_give(commune: Commune, today: dt.date) -> dt.date:
    """The first day of the last month that is over, or of the one after it once that is published."""
    last = last_month_over(today)
    return today.replace(day=1) if last in published_months(commune) else last


def read_given(commune: Commune) -> list[GivenMonth]:
    """Return the months that were given, the latest first."""
    published = published_months(commune)
    rows = BurglaryCount.objects.filter(commune=commune).values("month").order_by("-month")
    return [
        GivenMonth(
            month=row["month"],
            burglaries=row["all"],
            watched=row["of_watched"],
            is_published=row["month"] in published,
        )
        for row in rows.annotate(all=Sum("burglaries"), of_watched=Sum("watched"))
    ]


@transaction.atomic
def keep_months(
    commune: Commune, counts: Mapping[tuple[dt.date, int | ReviewFigure.Place], tuple[int, int]]
) -> int:
    """Keep whole months in the place of what was given of them before; return how many.

    Parameters
    ----------
    counts
        Burglaries, and those of watched homes, by month and place: a sector by its number, or one of the others.
    """
    months = {month for month, _ in counts}
    sectors = {sector.number: sector for sector in Sector.objects.filter(commune=commune)}
    BurglaryCount.objects.filter(commune=commune, month__in=months).delete()
    BurglaryCount.objects.bulk_create(
        BurglaryCount(
            commune=commune,
            place=ReviewFigure.Place.SECTOR if isinstance(place, int) else place,
            sector=sectors[place] if isinstance(place, int) else None,
            month=month,
            burglaries=burglaries,
            watched=watched,
        )
        for (month, place), (burglaries, watched) in counts.items()
    )
    return len(months)


def published_months(commune: Commune) -> set[dt.date]:
    """The first days of the months whose burglaries were published: they change no more."""
    told = ReviewFigure.objects.using(AGGREGATES).filter(
        commune=commune.pk, measure=MEASURE, kind=ReviewFigure.Kind.MONTH
    )
    return set(told.values_list("first_day", flat=True))
