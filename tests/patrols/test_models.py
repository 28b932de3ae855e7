import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from patrols.models import CallAttempt, Crew, Passage, PassageOrigin, Plan, Route, Shift, ShiftBreak, Stop
from tests.builders import DAY, at, build_passage, build_plan, build_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return build_town()


def add_shift(town, starts_at, ends_at):
    return Shift.objects.create(
        crew=town.crews[0],
        day=DAY,
        starts_at=starts_at,
        ends_at=ends_at,
        start_depot=town.depot,
        end_depot=town.depot,
    )


def test_crews_are_in_the_order_of_french_names(town):
    for name in ("Écluse", "delta", "Zone", "Étoile", "Echo", "Foch"):
        Crew.objects.create(commune=town.commune, name=name, mode=Crew.Mode.CAR, service=Crew.Service.MUNICIPAL)

    names = ["Alpha", "Bravo", "delta", "Echo", "Écluse", "Étoile", "Foch", "Zone"]
    assert list(Crew.objects.values_list("name", flat=True)) == names


def test_a_crew_may_work_again_from_the_minute_it_ends(town):
    add_shift(town, at(22), at(22) + dt.timedelta(hours=4))

    assert Shift.objects.of_day(town.commune, DAY).filter(crew=town.crews[0]).count() == 2


def test_a_crew_cannot_work_two_shifts_at_once(town):
    with pytest.raises(IntegrityError, match="crew_works_one_shift_at_a_time"), transaction.atomic():
        add_shift(town, at(21, 59), at(23))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "constraint"),
    [
        (at(10), at(10), "shift_ends_after_it_starts"),
        (at(23), at(23) + dt.timedelta(hours=16, seconds=1), "shift_lasts_at_most_sixteen_hours"),
    ],
)
def test_the_database_refuses_an_implausible_shift(town, starts_at, ends_at, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        add_shift(town, starts_at, ends_at)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"latest_at": at(18)}, "break_moments_are_in_order"),
        ({"duration_s": 0}, "break_has_a_length"),
    ],
)
def test_the_database_refuses_an_implausible_break(town, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ShiftBreak.objects.update(**change)


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (Stop, {"starts_at": at(6)}, "stop_times_are_in_order"),
        (Stop, {"visit_number": 3}, "stop_visit_number_exists"),
        (Stop, {"order": 1}, "stop_has_one_place_in_route"),
        (Route, {"ends_at": at(6)}, "route_ends_after_it_starts"),
    ],
)
def test_the_database_refuses_an_impossible_round(town, model, change, constraint):
    build_plan(town)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**change)


def test_a_plan_number_is_unique_in_its_day(town):
    build_plan(town)

    with pytest.raises(IntegrityError, match="plan_number_is_unique_in_day"), transaction.atomic():
        build_plan(town)


def test_a_plan_is_read_with_its_rounds_in_a_fixed_number_of_queries(town, django_assert_num_queries):
    build_plan(town)

    with django_assert_num_queries(9):
        plan = Plan.objects.with_rounds().get()
        seen = [
            (stop.absence.address.street_name, len(stop.absence.allowed_hours.all()))
            for route in plan.routes.all()
            for stop in route.stops.all()
        ]

    assert seen == [("Rue des Lilas", 0), ("Rue du Moulin", 1), ("Rue du Moulin", 0)]


def test_passages_are_counted_from_the_first_moment_to_before_the_last(town):
    for hour in (9, 10, 11):
        build_passage(absence=town.absences[0], crew=town.crews[0], done_at=at(hour))

    assert Passage.objects.count_by_absence(town.absences, since=at(9), before=at(11)) == {town.absences[0].pk: 2}
    assert Passage.objects.latest_by_absence(town.absences, before=at(11)) == {town.absences[0].pk: at(10)}


def test_a_passage_is_recorded_once(town):
    first, again = (build_passage(absence=town.absences[0], crew=town.crews[0], done_at=at(19)) for _ in range(2))

    with pytest.raises(IntegrityError, match="passage_is_recorded_once"), transaction.atomic():
        PassageOrigin.objects.filter(passage=again).update(reference=first.origin.reference)


def test_a_passage_has_an_origin_when_its_transaction_ends(town):
    passage = Passage.objects.create(absence=town.absences[0], done_at=at(19))

    with pytest.raises(IntegrityError, match="passage_has_its_origin"), transaction.atomic():
        connection.check_constraints()
    PassageOrigin.objects.create(passage=passage, crew=town.crews[0])
    connection.check_constraints()


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        ({"result": "maybe"}, "passage_result_exists"),
        ({"result": "ras", "anomaly": "broken_in"}, "passage_without_anomaly_names_none"),
        ({"result": "ras", "checked": ["door"], "wrong": ["door"]}, "passage_without_anomaly_names_none"),
        ({"result": "anomaly", "checked": ["roof"]}, "passage_checks_exist"),
        ({"result": "anomaly", "checked": ["door"], "wrong": ["windows"]}, "passage_finds_wrong_what_it_checked"),
    ],
)
def test_a_passage_that_contradicts_itself_is_refused(town, found, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        build_passage(absence=town.absences[0], crew=town.crews[0], done_at=at(19), **found)


def test_a_call_ends_after_it_starts(town):
    passage = build_passage(absence=town.absences[0], crew=town.crews[0], done_at=at(19), result="anomaly")

    with pytest.raises(IntegrityError, match="call_ends_after_it_starts"), transaction.atomic():
        CallAttempt.objects.create(
            passage=passage, step="owner", outcome="reached", started_at=at(19, 2), ended_at=at(19, 1)
        )
