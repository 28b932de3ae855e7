import datetime as dt

import psycopg
import pytest
from django.utils import timezone

from absences.counts import AbsenceCount, LookCount
from accounts.walls.logins import Login
from maps.disclosure import NotProven, read_ledger
from maps.review import publishing
from maps.review.measures import MEASURES
from maps.review.periods import Kind, Period, read_period
from maps.review.publishing import publish_closed_periods
from maps.tasks import publish_all
from reports.models import ReportCount
from sectors.models import Bulletin, BulletinCount, BulletinSector, ReviewFigure, ReviewLedger
from tests.access.in_sql import acting
from tests.builders import build_ground
from tests.maps.disclosure.whole_attack import attack_measure
from tests.maps.review.conftest import MONTHS, TODAY, begun_in, told_in
from tests.reports.telling import build_report

PROTECTED = ("absences", "nights", "looks", "passages", "passages_owed", "anomalies", "reports")
AT_NEW_YEAR = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def figure(measure: str, key: str, place: str = "commune", **of) -> float | None:
    period = read_period(key)
    return ReviewFigure.objects.get(
        measure=measure, kind=period.kind, first_day=period.first_day, place=place, **of
    ).value


def test_closed_periods_are_published_once_and_a_month_later_the_next(counted):
    # Twenty months: 6 quarters and 6 seasons lie whole in them, and the year 2025.
    assert publish_closed_periods(counted.commune, TODAY) == 20 + 6 + 6 + 1
    published = ReviewFigure.objects.count()
    assert publish_closed_periods(counted.commune, TODAY) == 0

    # September closes itself and the third quarter.
    assert publish_closed_periods(counted.commune, dt.date(2026, 10, 4)) == 2
    assert ReviewFigure.objects.count() > published


def test_a_town_without_anything_counted_publishes_nothing(db):
    commune = build_ground()

    assert publish_closed_periods(commune, TODAY) == 0
    assert not ReviewFigure.objects.exists()


def test_totals_are_those_of_what_was_counted(counted):
    publish_closed_periods(counted.commune, TODAY)

    first = sum(begun_in(rank, 1) for rank in range(12))
    everywhere = sum(begun_in(rank, number) for rank in range(12) for number in (0, 1, 2))
    assert figure("absences", "2025", "sector", sector=counted.sectors[0]) == first
    assert figure("absences", "2025") == everywhere
    assert figure("nights", "2025") == 10 * everywhere
    assert figure("passages_owed", "2025") == 9 * everywhere
    # An anomaly is one passage more where there was an absence: outside, in two months of three.
    assert figure("passages", "2025") == 8 * everywhere + 12 + 12 + 8
    assert figure("anomalies", "2025") == 32
    # In the two sectors alone, and not among the passages.
    assert figure("looks", "2025") == 6 * sum(begun_in(rank, number) for rank in range(12) for number in (1, 2))


def test_reports_are_counted_with_those_that_were_erased_and_apart_from_anomalies(counted):
    build_report(counted.sectors[0], told_at=AT_NEW_YEAR, happened_at=AT_NEW_YEAR, number="99999999")
    publish_closed_periods(counted.commune, TODAY)

    assert figure("reports", "2025") == 1 + sum(told_in(rank, number) for rank in range(12) for number in (1, 2))
    assert figure("anomalies", "2025") == 32


def test_nothing_is_told_of_fewer_than_five_reports(counted):
    publish_closed_periods(counted.commune, TODAY)

    months = ReviewFigure.objects.filter(measure="reports", kind=Kind.MONTH, sector=counted.sectors[1])
    told = {row.first_day: row.value for row in months}
    assert len(told) == MONTHS
    assert [value for value in told.values() if value is not None and value < 5] == []


def test_nothing_is_told_of_fewer_than_eleven_homes(counted):
    publish_closed_periods(counted.commune, TODAY)

    told = ReviewFigure.objects.filter(measure="absences", value__isnull=False)
    assert told.count() > 30
    assert min(told.values_list("value", flat=True)) >= 11
    # Outside, from 0 to 2 absences a month.
    assert not told.filter(place="outside", kind="month").exists()
    assert not ReviewFigure.objects.filter(measure__in=PROTECTED, place="outside", kind="month").exclude(
        value=None
    )


def test_what_follows_homes_is_left_out_where_they_are(counted):
    publish_closed_periods(counted.commune, TODAY)

    cells = {
        measure: set(
            ReviewFigure.objects.filter(measure=measure, value__isnull=True).values_list(
                "kind", "first_day", "place", "sector"
            )
        )
        for measure in ("absences", "nights", "passages", "passages_owed", "evenness")
    }
    assert cells["absences"]
    assert all(cells["absences"] <= cells[measure] for measure in ("nights", "passages", "passages_owed"))
    assert cells["evenness"] == cells["passages"]


def test_an_attacker_learns_of_no_small_number_of_any_measure_from_all_that_was_published_in_turn(counted):
    for day in (dt.date(2026, 4, 4), dt.date(2026, 5, 4), dt.date(2026, 6, 4), dt.date(2026, 7, 4), TODAY):
        publish_closed_periods(counted.commune, day)
    ledger = read_ledger(ReviewLedger.objects.get().text)
    # Nine months that five publications cut into months, a quarter, a season and a year.
    assert [len(ledger.of(measure)) for measure in PROTECTED] == [5] * len(PROTECTED)

    attacks = {measure: attack_measure(ledger, measure, MEASURES[measure].unit) for measure in PROTECTED}

    assert {measure: attack.given_away for measure, attack in attacks.items()} == dict.fromkeys(PROTECTED, ())
    assert attacks["absences"].hidden > len(small_atoms()) > 8
    assert min(attack.told for attack in attacks.values()) > 0


def small_atoms() -> list[tuple[int, int]]:
    """Months, by rank, and places with fewer than eleven absences."""
    return [(rank, number) for rank in range(MONTHS) for number in (1, 2, 0) if begun_in(rank, number) < 11]


def test_a_count_that_changes_later_changes_nothing_that_was_published(counted):
    publish_closed_periods(counted.commune, dt.date(2026, 8, 10))
    june, july = figure("absences", "2026-06"), figure("absences", "2026-07")
    AbsenceCount.objects.filter(month=dt.date(2026, 7, 1), sector=counted.sectors[0]).update(begun=1_000)

    publish_closed_periods(counted.commune, TODAY)

    assert figure("absences", "2026-07") == july
    # The summer is made of the counts of June and July as they were.
    assert figure("absences", "2026-ete") == june + july + sum(begun_in(19, number) for number in (0, 1, 2))


def test_what_is_not_proven_is_left_out_whole(counted, monkeypatch):
    def give_up(table, ledger, *, linked=()):
        raise NotProven(table.measure)

    monkeypatch.setattr(publishing, "publish", give_up)
    publish_closed_periods(counted.commune, TODAY)

    assert not ReviewFigure.objects.filter(measure__in=PROTECTED, value__isnull=False).exists()
    assert figure("addresses", "2025") == 4


def test_what_is_about_no_home_is_told_as_it_is(counted):
    publish_closed_periods(counted.commune, TODAY)

    first = counted.sectors[0]
    assert figure("addresses_covered", "2026-08", "sector", sector=first) == 2
    assert figure("addresses_covered", "2026-08") == 4
    # 2.2 residents an address.
    assert figure("residents", "2026-08") == 9
    # Who held a mandate long ago may have been erased since: it is not told.
    august, old = (Period(kind=Kind.MONTH, first_day=dt.date(year, 8, 1)) for year in (2026, 2025))
    told = ReviewFigure.objects.filter(measure="referents", place="commune").values_list("first_day", flat=True)
    assert august.first_day in told
    assert old.first_day not in told


def send(town, day: dt.date, *sectors) -> None:
    sent_at = timezone.make_aware(dt.datetime.combine(day, dt.time(0, 30)))
    bulletin = Bulletin.objects.create(
        commune=town.commune, service="municipal", subject="o", text="t", saved_at=sent_at, sent_at=sent_at
    )
    BulletinSector.objects.bulk_create(BulletinSector(bulletin=bulletin, sector=sector) for sector in sectors)


def told_of_messages(key: str) -> list[float]:
    measures = ("bulletins", "bulletins_reached", "bulletins_sent", "bulletins_read")
    return [figure(measure, key) for measure in measures]


def test_messages_are_counted_as_messages_and_so_are_the_sectors_that_they_went_to(counted):
    first, second = counted.sectors[:2]
    send(counted, dt.date(2026, 5, 1), first, second)
    send(counted, dt.date(2026, 6, 30), first)
    publish_closed_periods(counted.commune, TODAY)

    assert told_of_messages("2026-t2") == [2, 2, 3, 0]
    # Half past midnight in Paris is the day before at Greenwich.
    assert told_of_messages("2026-05") == [1, 2, 2, 0]
    assert told_of_messages("2026-06") == [1, 1, 1, 0]
    assert told_of_messages("2026-08") == [0, 0, 0, 0]


def test_before_the_first_message_there_is_no_figure_of_messages(counted):
    send(counted, dt.date(2026, 5, 1), counted.sectors[0])
    publish_closed_periods(counted.commune, TODAY)

    told = ReviewFigure.objects.filter(measure__startswith="bulletins", kind="month")
    assert set(told.values_list("first_day", flat=True)) == {dt.date(2026, month, 1) for month in (5, 6, 7, 8)}


@pytest.mark.parametrize(("measure", "counts"), [("reports", ReportCount), ("looks", LookCount)])
def test_a_period_in_which_something_was_not_counted_yet_has_no_figure_of_it(counted, measure, counts):
    counts.objects.filter(month__lt=dt.date(2025, 11, 1)).delete()
    publish_closed_periods(counted.commune, TODAY)

    told = ReviewFigure.objects.filter(measure=measure, place="commune").values_list("kind", "first_day")
    first = {kind: min(day for each, day in told if each == kind) for kind, _ in told}
    # Of the year 2025, two months were counted; the winter of 2025-2026 is the first whole season.
    november, december, january = dt.date(2025, 11, 1), dt.date(2025, 12, 1), dt.date(2026, 1, 1)
    assert first == {"month": november, "season": december, "quarter": january}
    assert figure("absences", "2025")


def test_what_was_never_counted_has_no_figure(counted):
    ReportCount.objects.all().delete()
    publish_closed_periods(counted.commune, TODAY)

    assert not ReviewFigure.objects.filter(measure="reports").exists()
    assert figure("absences", "2025")


def test_messages_that_may_have_been_erased_are_counted_by_sector_alone(counted, settings):
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "bulletin": 120}
    send(counted, dt.date(2026, 6, 30), counted.sectors[0])
    BulletinCount.objects.create(
        commune=counted.commune,
        sector=counted.sectors[0],
        month=dt.date(2026, 5, 1),
        sent=3,
        read=0,
        relayed=0,
    )
    publish_closed_periods(counted.commune, TODAY)

    # 120 days before the 10th of September is the 13th of May.
    assert (figure("bulletins_sent", "2026-t2"), figure("bulletins", "2026-06")) == (4, 1)
    assert not ReviewFigure.objects.filter(measure="bulletins", first_day__lt=dt.date(2026, 6, 1)).exists()


def test_hours_are_evenly_spread_from_none_to_all(counted):
    publish_closed_periods(counted.commune, TODAY)

    # 12 months, of 24 hours two, at 5 and 3 passages an absence and 32 more: entropy 0.66 over log 24 = 3.18.
    assert figure("evenness", "2025") == pytest.approx(0.21, abs=0.01)


def test_figures_are_added_to_and_neither_changed_nor_taken_back(counted):
    publish_closed_periods(counted.commune, TODAY)

    for statement in ("UPDATE sectors_reviewfigure SET value = 12", "DELETE FROM sectors_reviewfigure"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            acting(Login.WORKER, job="publish_reviews") as cursor,
        ):
            cursor.execute(statement)


def test_pages_of_figures_read_what_was_published_and_not_what_it_was_made_of(counted):
    publish_closed_periods(counted.commune, TODAY)

    with acting(Login.AGGREGATES) as cursor:
        told = cursor.execute("SELECT count(*) FROM sectors_reviewfigure").fetchone()
    assert told == (ReviewFigure.objects.count(),)
    for table in ("sectors_reviewledger", "absences_absencecount", "patrols_passagecount"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(Login.AGGREGATES) as cursor:
            cursor.execute(f"SELECT FROM {table}")


def test_the_nightly_job_publishes_for_every_commune(counted):
    publish_all(TODAY)

    assert figure("absences", "2026-ete") is not None
