import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.planner.priority import priority, visits_due

days = st.floats(0, 60)
targets = st.integers(1, 14)


def test_a_passage_due_today_early_in_a_long_absence_is_worth_about_ten_points():
    # t = 7/7 = 1 day; 10 · ½ · (1 + 1/1) · (1 + 0.5/100) = 10.05
    assert priority(days_since_passage=1, passages_per_week=7, days_left=99) == pytest.approx(10.05)


def test_lateness_counts_in_units_of_the_target():
    # 14 a week: t = 0.5 day, so 3 days are 6 targets: 5 · (1 + 6) · (1 + 0.5/2) = 43.75
    assert priority(days_since_passage=3, passages_per_week=14, days_left=1) == pytest.approx(43.75)


def test_a_second_passage_is_worth_six_tenths_of_a_first():
    first, second = priority(
        days_since_passage=2, passages_per_week=14, days_left=3, visit_number=np.array([1, 2])
    )

    assert second == pytest.approx(0.6 * first)


@given(days, days, targets, st.integers(0, 90), st.sampled_from([1, 2]), st.floats(0, 5))
def test_longer_unvisited_never_lowers_the_priority(one, other, target, left, visit, risk):
    shorter, longer = sorted((one, other))
    same = {"passages_per_week": target, "days_left": left, "visit_number": visit, "risk_weight": risk}

    assert priority(days_since_passage=longer, **same) >= priority(days_since_passage=shorter, **same)


@given(days, targets, st.integers(0, 90), st.integers(0, 90))
def test_fewer_days_left_never_lower_the_priority(since, target, one, other):
    sooner, later = sorted((one, other))
    same = {"days_since_passage": since, "passages_per_week": target}

    assert priority(days_left=sooner, **same) >= priority(days_left=later, **same)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days_since_passage": -1},
        {"days_since_passage": float("nan")},
        {"passages_per_week": 0},
        {"days_left": -1},
        {"risk_weight": -0.1},
        {"visit_number": 3},
    ],
)
def test_values_out_of_range_are_refused(wrong):
    values = {"days_since_passage": 1, "passages_per_week": 7, "days_left": 3} | wrong

    with pytest.raises(ValueError, match=r"must be|passage a day"):
        priority(**values)


def follow(target, length_days):
    """Simulate an absence whose every due passage is made."""
    done = []
    for day in range(length_days):
        recent = sum(done[max(0, day - 6) : day])
        done.append(
            int(
                visits_due(
                    passages_per_week=target,
                    days_watched=day + 1,
                    recent_passages=recent,
                    days_left=length_days - 1 - day,
                )
            )
        )
    return done


def test_three_a_week_fall_on_every_second_or_third_day():
    # Expected by the evenings: 0.43 0.86 1.29 1.71 2.14 2.57 3: due when what is missing reaches a half.
    assert follow(3, 7) == [0, 1, 0, 1, 0, 1, 0]


def test_ten_a_week_are_one_and_two_in_turn():
    # 1.43 → 1; 2.86 - 1 → 2; 4.29 - 3 → 1; 5.71 - 4 → 2; 7.14 - 6 → 1; 8.57 - 7 → 2; 10 - 9 → 1
    assert follow(10, 7) == [1, 2, 1, 2, 1, 2, 1]


def test_fourteen_a_week_are_two_a_day():
    assert follow(14, 5) == [2, 2, 2, 2, 2]


def test_a_short_absence_is_passed_once_whatever_its_target():
    assert follow(1, 3) == [0, 0, 1]


@given(targets, st.integers(7, 90))
def test_over_any_full_week_the_target_is_met_to_within_one(target, length):
    done = follow(target, length)

    weeks = [sum(done[start : start + 7]) for start in range(length - 6)]

    assert all(abs(week - target) <= 1 for week in weeks)
