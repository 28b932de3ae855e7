import datetime as dt

import pytest

from absences.counts import AbsenceCount, LookCount
from maps.review.periods import add_months
from patrols.counts import PassageCount
from reports.models import ReportCount
from tests.builders import Town, build_town

FIRST = dt.date(2025, 1, 1)
MONTHS = 20
TODAY = dt.date(2026, 9, 10)


def begun_in(rank: int, number: int) -> int:
    """Absences of the month of that rank in sector 1 or 2, or outside both (0), which has few."""
    return {1: 14 + rank % 7, 2: 6 + (5 * rank) % 9, 0: rank % 3}[number]


def told_in(rank: int, number: int) -> int:
    """Reports of the month of that rank in sector 1 or 2, which has few."""
    return {1: 5 + rank % 4, 2: rank % 6}[number]


@pytest.fixture
def counted(db) -> Town:
    """The tiny town without its absences, and twenty months of counts from January 2025 to August 2026."""
    return count_months(build_town())


def count_months(town: Town) -> Town:
    for absence in town.absences:
        absence.delete()
    for rank in range(MONTHS):
        month = add_months(FIRST, rank)
        for number, sector in ((1, town.sectors[0]), (2, town.sectors[1]), (0, None)):
            begun = begun_in(rank, number)
            if not begun:
                continue
            AbsenceCount.objects.create(
                commune=town.commune,
                sector=sector,
                month=month,
                begun=begun,
                nights=10 * begun,
                passages_owed=9 * begun,
            )
            if sector:
                watched = {"entrusted": 8 * begun, "looked": 6 * begun}
                LookCount.objects.create(commune=town.commune, sector=sector, month=month, **watched)
            if sector and (told := told_in(rank, number)):
                ReportCount.objects.create(
                    commune=town.commune,
                    sector=sector,
                    month=month,
                    kind="noise",
                    told=told,
                    relayed=0,
                    answered=0,
                    answer_hours=0,
                )
            for hour, result, passages in ((9, "ras", 5 * begun), (22, "ras", 3 * begun), (22, "anomaly", 1)):
                PassageCount.objects.create(
                    commune=town.commune, sector=sector, month=month, hour=hour, result=result, passages=passages
                )
    return town
