import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from geo import french
from tests.builders import DAY, at


@pytest.mark.parametrize(
    ("time", "text"),
    [(dt.time(22, 15), "22 h 15"), (dt.time(8), "8 h"), (dt.time(0, 5), "0 h 05")],
)
def test_hours_are_written_as_they_are_said(time, text):
    assert french.plain(french.clock(time)) == text


def test_hours_from_one_to_another_stay_on_one_line():
    written = french.span(dt.time(18), dt.time(21, 30))

    assert (french.plain(written), written.split(" ")) == ("18 h – 21 h 30", [written])


def test_a_moment_is_written_in_local_time():
    summer_utc = dt.datetime(2026, 8, 12, 16, 5, tzinfo=dt.UTC)
    assert french.plain(french.clock(summer_utc)) == "18 h 05"
    assert french.plain(french.moment(summer_utc)) == "12/08/2026 à 18 h 05"


def test_the_two_hours_of_an_october_night_keep_their_wall_clock():
    paris = ZoneInfo("Europe/Paris")
    first = dt.datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=0)
    assert french.plain(french.clock(first + dt.timedelta(0))) == "2 h 30"


@pytest.mark.parametrize(
    ("date", "text"),
    [(dt.date(2026, 8, 12), "mercredi 12 août 2026"), (dt.date(2027, 2, 1), "lundi 1er février 2027")],
)
def test_days_are_written_in_full(date, text):
    assert french.plain(french.day(date)) == text


# 994 m rounds to 990 m; 996 m rounds to 1 000 m, which is a kilometre; 12 449 m is 12,4 km.
@pytest.mark.parametrize(
    ("length_m", "text"),
    [(0, "0 m"), (848, "850 m"), (994, "990 m"), (996, "1,0 km"), (12_449, "12,4 km"), (1_234_500, "1 234,5 km")],
)
def test_lengths_are_in_metres_then_in_kilometres(length_m, text):
    assert french.plain(french.length(length_m)) == text


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [(20, "moins d'1 min"), (290, "5 min"), (3_600, "1 h 00"), (7_500, "2 h 05")],
)
def test_durations_are_rounded_to_the_minute(duration_s, text):
    assert french.plain(french.duration(duration_s)) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 arrêt"), (1, "1 arrêt"), (2, "2 arrêts")])
def test_zero_and_one_are_singular(number, text):
    assert french.plain(french.counted(number, "arrêt")) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (at(6), "le jour même"),
        (at(23) - dt.timedelta(days=1), "la veille"),
        (at(1) - dt.timedelta(days=4), "4 jours avant"),
    ],
)
def test_a_passage_is_told_from_the_day_that_is_shown(moment, text):
    assert french.plain(french.days_before(moment, DAY)) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Rue des Lilas", "rue des Lilas"),
        ("Allée du Parc", "allée du Parc"),
        ("Le Bourg", "Le Bourg"),
        ("Cournon", "Cournon"),
        ("", ""),
    ],
)
def test_the_kind_of_a_street_is_small_within_a_sentence(name, text):
    assert french.street(name) == text
