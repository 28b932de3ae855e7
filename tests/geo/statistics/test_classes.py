import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.statistics.classes import InvalidValues, Method, ValueClass, natural_breaks, quantiles

COUNTS = st.lists(st.integers(0, 40).map(float), min_size=1, max_size=10)
VALUES = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=40)
BOTH = pytest.mark.parametrize("gather", [natural_breaks, quantiles])


def squares_within(groups) -> float:
    return sum(sum((value - sum(group) / len(group)) ** 2 for value in group) for group in groups)


def members(values, classes):
    return [[value for value in values if one.low <= value <= one.high] for one in classes.classes]


# In two classes, {4, 5} and {9, 10} leave ½ + ½ = 1; {4} and {5, 9, 10} leave 14, {4, 5, 9} and {10} as much.
def test_natural_breaks_fall_where_the_values_part():
    classes = natural_breaks([10, 4, 9, 5], at_most=2)

    assert classes.classes == (ValueClass(low=4, high=5, size=2), ValueClass(low=9, high=10, size=2))
    # Around the mean of all, 7, the squares are 9 + 4 + 4 + 9 = 26: all but 1 of them lies between the classes.
    assert classes.fit == pytest.approx(25 / 26)
    assert classes.method is Method.NATURAL_BREAKS


# Limits wanted after 2 and 4 of 6 values; the three 1s may not be parted, after 3 is the nearest place to 2.
def test_quantiles_do_not_part_equal_values():
    classes = quantiles([1, 1, 1, 2, 3, 4], at_most=3)

    assert [(one.low, one.high, one.size) for one in classes.classes] == [(1, 1, 3), (2, 2, 1), (3, 4, 2)]


def test_limits_that_meet_are_one():
    assert [one.size for one in quantiles([0] * 9 + [7], at_most=5).classes] == [9, 1]


@BOTH
@pytest.mark.parametrize(("values", "sizes"), [([3], [1]), ([3, 3], [2]), ([1, 8], [1, 1]), ([1, 8, 8], [1, 2])])
def test_few_values_have_as_many_classes_as_there_are_of_them(gather, values, sizes):
    classes = gather(values, at_most=5)

    assert [one.size for one in classes.classes] == sizes
    assert classes.fit == pytest.approx(1)


@BOTH
@pytest.mark.parametrize("values", [[], [1, math.nan], [math.inf, 2]])
def test_nothing_and_what_is_no_number_are_refused(gather, values):
    with pytest.raises(InvalidValues):
        gather(values)


@BOTH
def test_no_class_is_refused(gather):
    with pytest.raises(ValueError, match="One class at least"):
        gather([1, 2], at_most=0)


def test_a_value_of_none_of_the_classes_has_no_place():
    classes = natural_breaks([1, 2, 8, 9], at_most=2)

    assert [classes.place(value) for value in (1, 2, 8, 9)] == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="No class holds 5"):
        classes.place(5)


@BOTH
@given(values=VALUES, at_most=st.integers(1, 7))
def test_each_value_is_in_one_class_and_the_limits_are_values(gather, values, at_most):
    classes = gather(values, at_most=at_most)
    groups = members(values, classes)

    assert sorted(value for group in groups for value in group) == sorted(values)
    assert [len(group) for group in groups] == [one.size for one in classes.classes]
    assert [(min(group), max(group)) for group in groups] == [(one.low, one.high) for one in classes.classes]
    assert len(groups) <= min(at_most, len(set(values)))
    assert -1e-9 <= classes.fit <= 1


@given(values=COUNTS, at_most=st.integers(1, 5))
def test_no_other_cut_of_the_values_has_closer_classes(values, at_most):
    ordered = sorted(values)
    wanted = min(at_most, len(set(values)))
    every_cut = (
        [ordered[start:end] for start, end in zip((0, *cut), (*cut, len(ordered)), strict=True)]
        for cut in combinations(range(1, len(ordered)), wanted - 1)
    )

    found = natural_breaks(values, at_most=at_most)

    assert len(found.classes) == wanted
    assert squares_within(members(values, found)) == pytest.approx(min(map(squares_within, every_cut)), abs=1e-9)


@given(
    values=st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=40, unique=True),
    at_most=st.integers(1, 7),
)
def test_quantiles_of_distinct_values_differ_by_one_at_most(values, at_most):
    sizes = [one.size for one in quantiles(values, at_most=at_most).classes]

    assert len(sizes) == min(at_most, len(values))
    assert max(sizes) - min(sizes) <= 1


@BOTH
@given(values=COUNTS, shift=st.integers(-(10**7), 10**7))
def test_a_constant_added_to_all_changes_no_class(gather, values, shift):
    moved = gather([value + shift for value in values], at_most=4)

    assert [one.size for one in moved.classes] == [one.size for one in gather(values, at_most=4).classes]
