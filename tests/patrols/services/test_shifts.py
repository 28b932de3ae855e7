import datetime as dt
from dataclasses import replace

import pytest

from patrols.forms.shifts import ShiftForm
from patrols.models import Crew, Depot, Shift, ShiftBreak
from patrols.services.shifts import (
    Hours,
    Pause,
    ShiftRefused,
    add_shift,
    change_shift,
    end_early,
    remove_shift,
    repeat_week,
)
from tests.builders import DAY, at, build_plan, build_town

pytestmark = pytest.mark.django_db

NEXT_DAY, NEXT_WEEK = DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=7)
BOTH = {"municipal", "national"}


@pytest.fixture
def town():
    return build_town()


def hours(town, **said) -> Hours:
    whole = Hours(
        crew=town.crews[0],
        day=NEXT_DAY,
        begins=dt.time(20),
        ends=dt.time(2),
        start_depot=town.depot,
        end_depot=town.depot,
        pause=Pause(earliest=dt.time(23), latest=dt.time(0, 30), minutes=20),
    )
    return replace(whole, **said)


def test_a_shift_may_go_past_midnight_with_its_break(town):
    shift = add_shift(hours(town))

    # Paris is two hours ahead of UTC in August.
    assert (shift.starts_at, shift.ends_at) == (
        dt.datetime(2026, 8, 13, 18, tzinfo=dt.UTC),
        dt.datetime(2026, 8, 14, 0, tzinfo=dt.UTC),
    )
    pause = shift.breaks.get()
    assert (pause.latest_at - pause.earliest_at, pause.duration_s) == (dt.timedelta(minutes=90), 1200)


@pytest.mark.parametrize(
    ("said", "field", "told"),
    [
        ({"ends": dt.time(20)}, "ends", "donnez-lui des heures"),
        ({"ends": dt.time(13)}, "ends", "au plus seize heures"),
        ({"pause": Pause(earliest=dt.time(3), latest=dt.time(4), minutes=20)}, "pause_from", "ne tient pas"),
        ({"pause": Pause(earliest=dt.time(23), latest=dt.time(22), minutes=20)}, "pause_from", "ne tient pas"),
        ({"day": DAY, "begins": dt.time(21), "ends": dt.time(23), "pause": None}, "begins", "travaille déjà"),
    ],
)
def test_hours_that_make_no_sense_are_refused_at_their_field(town, said, field, told):
    before = Shift.objects.count()

    with pytest.raises(ShiftRefused, match=told) as refused:
        add_shift(hours(town, **said))

    assert refused.value.field == field
    assert Shift.objects.count() == before


def test_a_shift_is_changed_with_its_break(town):
    shift = town.shifts[0]

    change_shift(shift, hours(town, day=DAY, begins=dt.time(19), ends=dt.time(23), pause=None))

    shift.refresh_from_db()
    assert (shift.starts_at, shift.ends_at) == (at(19), at(23))
    assert not ShiftBreak.objects.filter(shift=shift).exists()


def test_a_shift_is_taken_away_unless_a_plan_counts_on_it(town):
    remove_shift(town.shifts[1])
    assert list(Shift.objects.all()) == [town.shifts[0]]


def test_a_shift_that_a_plan_counts_on_stays(town):
    build_plan(town)

    with pytest.raises(ShiftRefused, match="avancez la fin"):
        remove_shift(town.shifts[0])


def test_a_crew_stops_within_its_shift(town):
    end_early(town.shifts[0], at(20, 30))
    assert Shift.objects.get(pk=town.shifts[0].pk).ends_at == at(20, 30)

    with pytest.raises(ShiftRefused, match="n'est pas dans la vacation"):
        end_early(town.shifts[1], at(23))


def test_the_week_before_is_repeated_once_with_its_breaks(town):
    assert repeat_week(town.commune, NEXT_WEEK, BOTH) == 2
    assert repeat_week(town.commune, NEXT_WEEK, BOTH) == 0

    again = Shift.objects.of_day(town.commune, NEXT_WEEK).get(crew=town.crews[0])
    assert again.starts_at == at(18) + dt.timedelta(days=7)
    assert again.breaks.get().earliest_at == at(19) + dt.timedelta(days=7)


def test_each_service_repeats_its_own(town):
    assert repeat_week(town.commune, NEXT_WEEK, {"national"}) == 1


def test_a_week_without_shifts_cannot_be_repeated(town):
    with pytest.raises(ShiftRefused, match="aucune vacation"):
        repeat_week(town.commune, NEXT_DAY, BOTH)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"pause_from": "22:00", "pause_to": "23:00", "pause_minutes": "600"}, {"pause_minutes"}),
        ({"pause_from": "22:00", "pause_minutes": "600"}, {"pause_from", "pause_minutes"}),
        ({"pause_from": "22:00", "pause_to": "23:00"}, {"pause_from"}),
        ({"pause_from": "22:00", "pause_to": "23:00", "pause_minutes": "20"}, set()),
        ({}, set()),
    ],
)
def test_a_break_that_is_too_long_is_not_said_to_be_half_given(town, said, wrong):
    crew, depot = town.crews[0], Depot.objects.all()[0]
    shift = {"crew": crew.pk, "begins": "20:00", "ends": "03:00", "depot": depot.pk}

    form = ShiftForm({**shift, **said}, crews=Crew.objects.all(), depots=Depot.objects.all())

    assert set(form.errors) == wrong
