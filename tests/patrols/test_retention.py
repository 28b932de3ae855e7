import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from absences.counts import AbsenceCount
from absences.models import Absence, AllowedHours
from accounts import audit
from accounts.models import AuditEntry
from accounts.services.purge import purge
from patrols.counts import PassageCount
from patrols.models import Leg, Omission, Passage, Plan, Route, Shift, Stop
from sectors.models import Perimeter
from tests.builders import DAY, PARIS, Town, build_passage, build_plan, build_town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

ABSENCE_ENDS = dt.date(2026, 8, 20)


@pytest.fixture
def town() -> Town:
    return build_town()


def moment(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def passed(town: Town, home: int, at: dt.datetime, *, result: str = "ras") -> Passage:
    return build_passage(absence=town.absences[home], crew=town.crews[0], done_at=at, result=result)


def keep_open(until: dt.date) -> None:
    Absence.objects.update(last_day=until)


def passages_counted() -> set[tuple[int | None, dt.date, int, str, int]]:
    return set(PassageCount.objects.values_list("sector__number", "month", "hour", "result", "passages"))


def absences_counted() -> set[tuple[int | None, dt.date, int, int, Decimal]]:
    return set(AbsenceCount.objects.values_list("sector__number", "month", "begun", "nights", "passages_owed"))


def test_a_passage_leaves_after_thirty_days_and_is_counted(town):
    keep_open(dt.date(2026, 10, 20))
    passed(town, 0, moment(8, 5, 23, 59))
    passed(town, 0, moment(8, 6, 0, 1))
    purge(dt.date(2026, 9, 5))
    # 5 September less 30 days is 6 August: what was done before it is over.
    assert [passage.done_at for passage in Passage.objects.all()] == [moment(8, 6, 0, 1)]
    assert passages_counted() == {(1, dt.date(2026, 8, 1), 23, "ras", 1)}


def test_passages_are_counted_by_sector_month_hour_and_result(town):
    keep_open(dt.date(2026, 12, 31))
    # Homes 0 and 1 are in sector 1, homes 2 and 3 in sector 2.
    passed(town, 0, moment(8, 3, 18, 5))
    passed(town, 1, moment(8, 9, 18, 55))
    passed(town, 1, moment(8, 10, 18, 0), result="anomaly")
    passed(town, 2, moment(8, 3, 18, 0))
    passed(town, 3, moment(9, 1, 0, 30))
    report = purge(dt.date(2026, 12, 1))
    assert passages_counted() == {
        (1, dt.date(2026, 8, 1), 18, "ras", 2),
        (1, dt.date(2026, 8, 1), 18, "anomaly", 1),
        (2, dt.date(2026, 8, 1), 18, "ras", 1),
        (2, dt.date(2026, 9, 1), 0, "ras", 1),
    }
    assert {table.label: table.rows for table in report.tables}["patrols.Passage"] == 5


def test_counts_add_up_from_one_purge_to_the_next_and_a_repeated_purge_adds_nothing(town):
    keep_open(dt.date(2026, 12, 31))
    passed(town, 0, moment(8, 3, 18))
    passed(town, 0, moment(8, 20, 18))
    purge(dt.date(2026, 9, 5))
    purge(dt.date(2026, 9, 5))
    assert passages_counted() == {(1, dt.date(2026, 8, 1), 18, "ras", 1)}
    purge(dt.date(2026, 10, 5))
    assert passages_counted() == {(1, dt.date(2026, 8, 1), 18, "ras", 2)}


def test_a_passage_counts_in_the_sector_as_it_was_that_day(town):
    keep_open(dt.date(2026, 12, 31))
    Perimeter.objects.filter(sector=town.sectors[0]).update(
        valid=DateRange(dt.date(2015, 7, 8), dt.date(2026, 8, 10))
    )
    passed(town, 0, moment(8, 9, 18))
    passed(town, 0, moment(8, 10, 18))
    purge(dt.date(2026, 12, 1))
    assert passages_counted() == {
        (1, dt.date(2026, 8, 1), 18, "ras", 1),
        (None, dt.date(2026, 8, 1), 18, "ras", 1),
    }


def test_a_home_on_a_shared_border_counts_once_in_the_sector_of_the_lower_number(town):
    keep_open(dt.date(2026, 12, 31))
    Absence.objects.filter(pk=town.absences[0].pk).update(point=Point(4.890, 44.930, srid=4326))
    passed(town, 0, moment(8, 9, 18))
    purge(dt.date(2026, 12, 1))
    assert passages_counted() == {(1, dt.date(2026, 8, 1), 18, "ras", 1)}


@pytest.mark.parametrize(
    ("change", "kept_on", "gone_on"),
    [
        pytest.param({}, dt.date(2026, 8, 27), dt.date(2026, 8, 28), id="after the last day"),
        pytest.param(
            {"returned_on": dt.date(2026, 8, 12)}, dt.date(2026, 8, 19), dt.date(2026, 8, 20), id="after a return"
        ),
        pytest.param(
            {"cancelled_at": moment(8, 3, 23, 30)}, dt.date(2026, 8, 10), dt.date(2026, 8, 11), id="once cancelled"
        ),
    ],
)
def test_an_absence_leaves_seven_days_after_its_end(town, change, kept_on, gone_on):
    keep_open(dt.date(2026, 12, 31))
    absence = Absence.objects.filter(pk=town.absences[0].pk)
    absence.update(**{"last_day": ABSENCE_ENDS, **change})
    purge(kept_on)
    assert absence.exists()
    purge(gone_on)
    assert not absence.exists()
    assert Absence.objects.count() == 3


def test_an_absence_leaves_with_its_hours_and_its_passages_which_are_counted(town):
    passed(town, 1, moment(8, 19, 18))
    purge(dt.date(2026, 8, 28))
    assert not Absence.objects.exists()
    assert not AllowedHours.objects.exists()
    assert not Passage.objects.exists()
    assert passages_counted() == {(1, dt.date(2026, 8, 1), 18, "ras", 1)}


def test_the_nights_of_an_absence_are_counted_by_month_and_sector(town):
    homes = town.absences
    changes = (
        # 30 July to 2 August: two nights in July, where it begins, and two in August.
        {"first_day": dt.date(2026, 7, 30), "last_day": dt.date(2026, 8, 2)},
        # 1 August, back on the 5th: four nights.
        {"returned_on": dt.date(2026, 8, 5)},
        # 1 August, cancelled on the 3rd: two nights. Fourteen passages a week are owed there, seven elsewhere.
        {"cancelled_at": moment(8, 3, 10)},
        # Cancelled before it began: no night at all.
        {"cancelled_at": moment(7, 28, 10)},
    )
    for home, change in zip(homes, changes, strict=True):
        Absence.objects.filter(pk=home.pk).update(**change)
    purge(dt.date(2026, 8, 28))
    assert not Absence.objects.exists()
    assert absences_counted() == {
        (1, dt.date(2026, 7, 1), 1, 2, Decimal("2.0000")),
        (1, dt.date(2026, 8, 1), 1, 6, Decimal("6.0000")),
        (2, dt.date(2026, 8, 1), 1, 2, Decimal("4.0000")),
    }


def test_an_absence_outside_every_sector_is_counted_apart(town):
    Absence.objects.exclude(pk=town.absences[0].pk).delete()
    Perimeter.objects.update(valid=DateRange(dt.date(2015, 7, 8), dt.date(2026, 7, 1)))
    purge(dt.date(2026, 8, 28))
    # 1 to 20 August.
    assert absences_counted() == {(None, dt.date(2026, 8, 1), 1, 20, Decimal("20.0000"))}


def test_a_plan_leaves_whole_after_thirty_days(town):
    keep_open(dt.date(2026, 12, 31))
    build_plan(town)
    purge(DAY + dt.timedelta(days=30))
    assert Plan.objects.exists()
    purge(DAY + dt.timedelta(days=31))
    assert not [model for model in (Plan, Route, Stop, Leg, Omission) if model.objects.exists()]
    assert Shift.objects.count() == 2


@pytest.mark.parametrize("home", [0, 3])
def test_a_plan_leaves_whole_with_the_first_of_its_homes_visited_or_left_out(town, home):
    keep_open(dt.date(2026, 12, 31))
    build_plan(town)
    Absence.objects.filter(pk=town.absences[home].pk).update(returned_on=dt.date(2026, 8, 13))
    purge(dt.date(2026, 8, 20))
    assert Plan.objects.exists()
    purge(dt.date(2026, 8, 21))
    assert not Plan.objects.exists()
    assert Absence.objects.count() == 3


def test_a_shift_leaves_after_a_year(town):
    keep_open(dt.date(2028, 1, 1))
    purge(DAY + dt.timedelta(days=365))
    assert Shift.objects.count() == 2
    purge(DAY + dt.timedelta(days=366))
    assert not Shift.objects.exists()


def test_a_shift_shorter_kept_than_plans_waits_for_them(town, settings):
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"shift": 1}
    keep_open(dt.date(2028, 1, 1))
    build_plan(town)
    purge(DAY + dt.timedelta(days=5))
    assert set(Shift.objects.values_list("pk")) == set(Route.objects.values_list("shift"))


def test_a_dry_run_tells_what_the_purge_does_and_changes_nothing(town):
    build_plan(town)
    passed(town, 0, moment(8, 3, 18))
    passed(town, 2, moment(8, 19, 18))
    today = dt.date(2026, 8, 28)
    told = purge(today, dry_run=True)
    counts = [model.objects.count() for model in (Absence, Plan, Passage, PassageCount, AbsenceCount)]
    assert counts == [4, 1, 2, 0, 0]
    assert purge(today) == told
    assert told.rows == 7


def test_a_purge_that_fails_between_counting_and_erasing_leaves_both_undone(town, monkeypatch):
    passed(town, 0, moment(8, 3, 18))

    def fail(*args, **kwargs) -> None:
        raise RuntimeError("le courant est coupé")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(RuntimeError):
        purge(dt.date(2026, 8, 28))
    monkeypatch.undo()
    assert Passage.objects.count() == 1
    assert not PassageCount.objects.exists()
    purge(dt.date(2026, 8, 28))
    assert passages_counted() == {(1, dt.date(2026, 8, 1), 18, "ras", 1)}


def test_the_chain_says_which_rows_left_and_nothing_of_them(town):
    gone = passed(town, 0, moment(8, 3, 18))
    purge(dt.date(2026, 8, 28))
    entries = AuditEntry.objects.filter(action="retention.run_now").order_by("number")
    homes = sorted((str(home.pk) for home in town.absences), key=int)
    assert list(entries.values_list("kind", "ids", "reason")) == [
        ("patrols.passage", [str(gone.pk)], "retention"),
        ("absences.absence", homes, "retention"),
    ]


def test_the_purge_is_within_the_rights_of_the_worker(town):
    build_plan(town)
    passed(town, 0, moment(8, 3, 18))
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE ronde_worker")
    report = purge(dt.date(2026, 8, 28))
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert report.rows == 6
    assert PassageCount.objects.count() == 1


def test_without_a_declared_job_nothing_is_erased(town):
    passed(town, 0, moment(8, 3, 18))
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE ronde_worker; SET ronde.job = ''")
    assert purge(dt.date(2026, 8, 28)).rows == 0
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; RESET ronde.job")
    assert Passage.objects.count() == 1
