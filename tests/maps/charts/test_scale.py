import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.charts.scale import scale_to


@pytest.mark.parametrize(
    ("highest", "whole", "ticks"),
    [
        (100, True, (0, 20, 40, 60, 80, 100)),
        (107, True, (0, 50, 100, 150)),
        (3, True, (0, 1, 2, 3)),
        (0, True, (0, 1)),
        (0.7, False, (0, 0.2, 0.4, 0.6, 0.8)),
    ],
)
def test_ticks_are_round_and_go_from_zero_beyond_the_highest(highest, whole, ticks):
    assert scale_to(highest, length=200, steps=5, whole=whole).ticks == pytest.approx(ticks)


@given(
    highest=st.floats(0, 1e7, allow_subnormal=False).filter(lambda value: value == 0 or value > 1e-3),
    steps=st.integers(2, 8),
    whole=st.booleans(),
)
def test_what_is_drawn_has_room_and_the_steps_are_no_more_than_wanted(highest, steps, whole):
    scale = scale_to(highest, length=200, steps=steps, whole=whole)

    assert scale.top == scale.ticks[-1] >= highest * (1 - 1e-9)
    assert 2 <= len(scale.ticks) <= steps + 1
    assert 0 <= scale.place(highest) <= 200
    assert not whole or all(tick == int(tick) for tick in scale.ticks)


def test_what_has_no_end_is_drawn_up_to_the_top():
    assert scale_to(10, length=200, steps=5, whole=True).place(float("inf")) == 200
