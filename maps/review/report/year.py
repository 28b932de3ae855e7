"""All that the review of one year says, and its fingerprint."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import shapely
from shapely.geometry.base import BaseGeometry

from geo.models import Commune
from maps.errors import NotPublished
from maps.review.course import Course, read_course
from maps.review.periods import Kind, Period, add_months
from maps.review.reading import Review, read_review
from maps.review.trends import YEARS_COMPARED
from sectors.models import Perimeter

AGGREGATES = "aggregates"
# The way in which the document is made of the figures: raised whenever the same figures would be told otherwise.
VERSION = 3
GROUP = 4  # letters of a fingerprint that one reads out at once


@dataclass(frozen=True, kw_only=True)
class SectorGround:
    """A sector and its perimeter on the last day of the year, in WGS 84 degrees."""

    key: str
    number: int
    name: str
    area: BaseGeometry = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class YearTold:
    """The review of a year.

    Attributes
    ----------
    review
        The published tables, and the coverage by the perimeters of the last day.
    course
        The months of this year and of two years before, and the last five years.
    sectors
        Those with a perimeter on the last day, by number.
    """

    commune: Commune
    period: Period
    review: Review
    course: Course
    sectors: tuple[SectorGround, ...]
    outline: BaseGeometry = field(repr=False)

    @property
    def year(self) -> int:
        return self.period.first_day.year

    @property
    def last_day(self) -> dt.date:
        return self.period.last_day

    @property
    def years(self) -> tuple[Period, ...]:
        """The years that are compared, this one last; those without any figure are left out."""
        known = {period for _, _, period in self.course.published}
        return tuple(
            period for back in range(YEARS_COMPARED - 1, -1, -1) if (period := _year(self.year - back)) in known
        )

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of what the document says: its parameters, its figures, the coverage, the version."""
        said = json.dumps(self._said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def fingerprint_told(self) -> str:
        """The fingerprint in groups that can be read out."""
        return " ".join(self.fingerprint[at : at + GROUP] for at in range(0, len(self.fingerprint), GROUP))

    @property
    def _said(self) -> Mapping[str, object]:
        coverage = self.review.coverage
        return {
            "version": VERSION,
            "commune": self.commune.pk,
            "period": self.period.key,
            "published_on": f"{self.review.figures.published_on}",
            "figures": sorted(
                [measure, place, period.kind, period.key, value if value is None else round(value, 6)]
                for (measure, place, period), value in self.course.published.items()
            ),
            "areas": [[area.name, area.addresses] for area in coverage.areas],
            "gaps": [[gap.addresses, *gap.streets] for gap in coverage.gaps],
        }


def read_year(commune: Commune, year: int) -> YearTold:
    """Read the review of a year.

    Raises
    ------
    NotPublished
        If nothing of the year is published.
    """
    review = read_review(commune, _year(year)) if YEARS_COMPARED < year < dt.MAXYEAR else None
    if review is None:
        raise NotPublished(year)
    period = review.figures.period
    months = [month for back in range(3) for month in months_of(year - back)]
    years = [_year(year - back) for back in range(YEARS_COMPARED)]
    perimeters = Perimeter.objects.using(AGGREGATES).in_force_on(period.last_day)
    return YearTold(
        commune=commune,
        period=period,
        review=review,
        course=read_course(commune, [*months, *years]),
        sectors=tuple(
            SectorGround(
                key=str(perimeter.sector_id),
                number=perimeter.sector.number,
                name=perimeter.sector.name,
                area=shapely.from_wkb(bytes(perimeter.area.wkb)),
            )
            for perimeter in perimeters.filter(sector__commune=commune.pk)
            .select_related("sector")
            .order_by("sector__number")
        ),
        outline=shapely.from_wkb(bytes(commune.outline.wkb)),
    )


def months_of(year: int) -> tuple[Period, ...]:
    """The twelve months of a year."""
    january = dt.date(year, 1, 1)
    return tuple(Period(kind=Kind.MONTH, first_day=add_months(january, rank)) for rank in range(12))


def _year(year: int) -> Period:
    return Period(kind=Kind.YEAR, first_day=dt.date(year, 1, 1))
