from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.routing import InvalidPoints, Mode, NoPath, TooFarFromStreet, open_engine
from geo.routing import engine as engine_module
from tests.geo.routing.towns import FRAGMENT, ISLAND_NORTH, ISLAND_SOUTH, A, B, C, D, corner

# OSRM's profiles drive at 80 % of the limit: 50 km/h gives 40 km/h, 11.11 m/s. They walk at 5 km/h.
# Rue du Nord and Rue du Retour: 1,000.2 m. Rue du Sens Unique: 789.3 m. D 533: 789.4 m. (See towns.py.)
CAR_M_PER_S = 40 / 3.6
FOOT_M_PER_S = 5 / 3.6
ROUNDING_S = 0.3  # each street is rounded to a tenth of a second

# Positions in the grid town, which spans 0.005° both ways, and up to 56 m around it.
NEAR = st.tuples(st.floats(-0.0005, 0.0055), st.floats(-0.0005, 0.0055)).map(
    lambda d: (4.900 + d[0], 44.930 + d[1])
)


def test_a_car_follows_the_one_way_street_and_goes_round_to_come_back(ring):
    (_, there), (back, _) = open_engine(ring, Mode.CAR).durations_s([B, C])

    assert there == pytest.approx(789.3 / CAR_M_PER_S, abs=ROUNDING_S)  # 71.0 s
    assert back == pytest.approx((1000.2 + 789.4 + 1000.2) / CAR_M_PER_S, abs=ROUNDING_S)  # 251.1 s


def test_the_table_of_the_same_points_is_asked_for_once(grid, monkeypatch):
    engine, asked = open_engine(grid, Mode.CAR), []
    ask = engine._ask
    monkeypatch.setattr(engine, "_ask", lambda *question: asked.append(question) or ask(*question))
    points = [corner(0, 0), corner(5, 5), corner(2, 3)]

    first = engine.durations_s(points)
    first[0, 1] = -1  # is the caller's own
    again = engine.durations_s(points)
    others = engine.durations_s(points[:2])

    assert len(asked) == 2
    assert again[0, 1] == others[0, 1] > 0


@pytest.mark.parametrize("mode", Mode)
def test_of_points_that_were_mostly_there_the_others_alone_are_asked_for(grid, mode, monkeypatch):
    engine, cells = open_engine(grid, mode), []
    ask = engine._ask

    def count(service, request, *said):
        cells.append(len(request.sources) * len(request.destinations))
        return ask(service, request, *said)

    monkeypatch.setattr(engine, "_ask", count)
    points = [corner(column, row) for column in range(6) for row in range(5)]
    engine.durations_s(points)
    shuffled = [corner(5, 5), *points[:3:-1], (4.9023, 44.9312)]

    extended = engine.durations_s(shuffled)

    # 28 points: the rows of the two new ones, then their columns; for fewer, a row to see that nothing moved.
    assert cells == [30 * 30, 2 * 28, 28 * 2]
    fewer = engine.durations_s(shuffled[4:])
    assert cells[3:] == [24]
    assert np.array_equal(fewer, extended[4:, 4:])
    engine._last = None
    assert np.array_equal(engine.durations_s(shuffled), extended)


def test_where_a_point_is_attached_otherwise_in_another_set_all_is_asked_for(grid, monkeypatch):
    engine, cells = open_engine(grid, Mode.CAR), []
    ask = engine._ask
    monkeypatch.setattr(engine, "_ask", lambda *said: cells.append(len(said[1].sources)) or ask(*said))
    # Alone, the fragment has its own street; beside a point of the main network, it is attached to that.
    engine.durations_s([*FRAGMENT, *FRAGMENT, *FRAGMENT])
    points = [*FRAGMENT, *FRAGMENT, *FRAGMENT, corner(5, 5)]

    durations_s = engine.durations_s(points)

    assert cells == [6, 1, 7]
    assert np.isfinite(durations_s).all()


def test_how_far_the_same_points_are_from_streets_is_asked_for_once(grid, monkeypatch):
    engine, asked = open_engine(grid, Mode.CAR), []
    nearest = engine._nearest
    monkeypatch.setattr(engine, "_nearest", lambda point: asked.append(point) or nearest(point))
    points = [corner(0, 0), corner(5, 5)]

    first = engine.snap_distances_m(points)
    first[0] = -1  # is the caller's own
    again = engine.snap_distances_m(points)
    others = engine.snap_distances_m(points[:1])

    assert len(asked) == 3
    assert again[0] == others[0] >= 0


def test_a_walker_takes_the_one_way_street_both_ways(ring):
    (_, there), (back, _) = open_engine(ring, Mode.FOOT).durations_s([B, C])

    assert there == back == pytest.approx(789.3 / FOOT_M_PER_S, abs=ROUNDING_S)  # 568.3 s


def test_a_bicycle_is_slower_against_the_one_way_street(ring):
    (_, there), (back, _) = open_engine(ring, Mode.BICYCLE).durations_s([B, C])

    assert there < back / 2


@pytest.mark.parametrize("mode", Mode)
def test_no_way_leads_to_an_island_but_streets_on_it_join(ring, mode):
    durations_s = open_engine(ring, mode).durations_s([A, ISLAND_SOUTH, ISLAND_NORTH])

    assert np.isinf(durations_s).tolist() == [[False, True, True], [True, False, False], [True, False, False]]
    assert durations_s.diagonal().tolist() == [0, 0, 0]


@pytest.mark.parametrize("mode", Mode)
def test_a_point_near_an_isolated_fragment_is_attached_to_the_main_network(grid, mode):
    durations_s = open_engine(grid, mode).durations_s([FRAGMENT[0], corner(5, 5)])

    assert np.isfinite(durations_s).all()


def test_the_distance_to_the_street_is_that_of_the_nearest_one(ring):
    # 0.001° east of the Rue du Nord, at 44.935: 0.001 x 78,936 m = 78.9 m.
    engine = open_engine(ring, Mode.CAR)

    assert engine.snap_distances_m([(4.901, 44.935), A]) == pytest.approx([78.9, 0], abs=0.1)


@pytest.mark.parametrize("ask", ["durations_s", "path"])
@pytest.mark.parametrize("others", [(), (A, B)])
def test_a_point_far_from_any_street_is_refused_with_its_number_and_distance(ring, ask, others):
    # 0.003° east of the Rue du Nord: 0.003 x 78,937 m = 236.8 m.
    points = [*others, (4.903, 44.9345)]
    engine = open_engine(ring, Mode.CAR)

    with pytest.raises(TooFarFromStreet, match=rf"point n° {len(points)} à 237 m") as refusal:
        getattr(engine, ask)(points)

    assert refusal.value.indices == (len(others),)
    assert refusal.value.distances_m == pytest.approx([236.8], abs=0.1)


def test_the_limit_is_the_distance_itself_and_can_be_set(ring):
    point = (4.903, 44.9345)
    engine = open_engine(ring, Mode.CAR)
    (distance_m,) = engine.snap_distances_m([point])

    assert np.isfinite(engine.durations_s([A, point], max_snap_m=distance_m)).all()
    with pytest.raises(TooFarFromStreet):
        engine.durations_s([A, point], max_snap_m=distance_m - 0.01)


def test_a_refusal_says_kilometres_and_never_where_the_home_is(ring):
    with pytest.raises(TooFarFromStreet, match="n° 2 à 11,") as refusal:
        open_engine(ring, Mode.CAR).durations_s([A, (4.9, 45.04)])

    assert "45.04" not in str(refusal.value)
    assert "4.9" not in str(refusal.value)


def test_latitude_in_the_place_of_longitude_is_recognised(ring):
    with pytest.raises(InvalidPoints, match="Points n° 2, 3 : latitude et longitude semblent inversées"):
        open_engine(ring, Mode.CAR).durations_s([A, B[::-1], C[::-1]])


def test_no_point_gives_an_empty_matrix_and_an_empty_path(ring):
    engine = open_engine(ring, Mode.CAR)

    assert engine.durations_s([]).shape == (0, 0)
    assert engine.snap_distances_m([]).shape == (0,)
    assert engine.path([]).geometry.shape == (0, 2)
    assert engine.path([]).legs == ()


def test_one_point_is_at_no_time_from_itself_and_stands_on_its_street(ring):
    engine = open_engine(ring, Mode.CAR)

    assert engine.durations_s([B]).tolist() == [[0]]
    assert engine.path([(4.9001, 44.935)]).geometry == pytest.approx(np.array([(4.9, 44.935)] * 2), abs=2e-6)
    assert engine.path([B]).duration_s == 0


def test_a_matrix_made_in_blocks_is_the_one_made_at_once(grid, monkeypatch):
    engine = open_engine(grid, Mode.CAR)
    points = [corner(column, row) for column in range(6) for row in range(6)]
    at_once = engine.durations_s(points)

    engine._last = None
    monkeypatch.setattr(engine_module, "MAX_CELLS_PER_CALL", 5 * len(points))

    assert np.array_equal(engine.durations_s(points), at_once)


def test_threads_that_share_an_engine_get_what_one_gets_alone(grid):
    engine = open_engine(grid, Mode.FOOT)
    rng = np.random.default_rng(7)
    days = [rng.uniform((4.900, 44.930), (4.905, 44.935), (30, 2)) for _ in range(16)]
    alone = [engine.durations_s(day) for day in days]

    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(engine.durations_s, days))

    assert np.array_equal(together, alone)


def test_a_path_names_its_streets_in_order_with_lengths_and_times(ring):
    # From the middle of the Rue du Nord round the ring to the middle of the D 533, then home.
    path = open_engine(ring, Mode.CAR).path([(4.9, 44.9345), (4.905, 44.93), A])

    assert [leg.street_names for leg in path.legs] == [("Rue du Nord", "D 533"), ("D 533",)]
    assert [leg.length_m for leg in path.legs] == pytest.approx([500.1 + 394.7, 394.7], abs=0.2)
    assert path.length_m == pytest.approx(1289.5, abs=0.4)
    assert path.duration_s == pytest.approx(1289.5 / CAR_M_PER_S, abs=ROUNDING_S)


def test_a_street_left_and_taken_again_is_named_twice(grid):
    path = open_engine(grid, Mode.FOOT).path(
        [corner(0, 0), corner(1, 0), corner(1, 1), corner(1, 0), corner(2, 0)]
    )

    assert [leg.street_names for leg in path.legs] == [("Rue 0",), ("Avenue 1",), ("Avenue 1",), ("Rue 0",)]


def test_a_path_goes_round_where_a_car_may_not_turn_into_the_street(ring):
    (leg,) = open_engine(ring, Mode.CAR).path([C, B]).legs

    assert leg.street_names == ("Rue du Retour", "D 533", "Rue du Nord")
    assert leg.geometry == pytest.approx(np.array([C, D, A, B]), abs=2e-6)


def test_a_path_is_drawn_from_leg_to_leg_without_a_gap(ring):
    path = open_engine(ring, Mode.CAR).path([A, B, C])

    assert path.geometry == pytest.approx(np.array([A, B, C]), abs=2e-6)
    assert np.array_equal(path.legs[0].geometry[-1], path.legs[1].geometry[0])


def test_a_stop_made_twice_is_a_leg_of_no_length_that_can_still_be_drawn(ring):
    path = open_engine(ring, Mode.CAR).path([A, A])

    assert (path.length_m, path.duration_s) == (0, 0)
    assert path.geometry.shape == path.legs[0].geometry.shape == (2, 2)


def test_stops_that_no_way_joins_are_named(ring):
    with pytest.raises(NoPath, match="de l'arrêt n° 2 à l'arrêt n° 3") as refusal:
        open_engine(ring, Mode.CAR).path([A, B, ISLAND_NORTH, C])

    assert (refusal.value.start_index, refusal.value.end_index) == (1, 2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(points=st.lists(NEAR, min_size=2, max_size=8), mode=st.sampled_from(Mode))
def test_the_path_takes_the_times_of_the_matrix_and_starts_at_a_street_near_the_stop(grid, points, mode):
    engine = open_engine(grid, mode)
    durations_s = engine.durations_s(points)
    path = engine.path(points)

    assert (durations_s >= 0).all()
    assert [leg.duration_s for leg in path.legs] == pytest.approx(durations_s.diagonal(1), abs=0.11)
    assert (
        _distance_m(path.geometry[0], points[0]) < 70
    )  # 68 m at the farthest: 56 m north and 39 m east of a corner


def _distance_m(start, end):
    east = np.radians(end[0] - start[0]) * np.cos(np.radians(start[1]))
    return 6_372_798 * np.hypot(east, np.radians(end[1] - start[1]))
