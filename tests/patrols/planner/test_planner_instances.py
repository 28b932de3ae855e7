import pytest

from benchmarks.toptw import read_toptw
from patrols.planner import MaxIterations, check, solve

pytestmark = pytest.mark.real_data


@pytest.mark.parametrize(
    ("name", "crews", "best_known"),
    [("c101", 1, 320.0), ("c101", 2, 590.0), ("r101", 1, 198.0), ("r101", 4, 611.0), ("pr01", 1, 308.0)],
)
def test_published_instances_reach_their_best_known_prize(real_data, name, crews, best_known):
    problem = read_toptw(real_data / "toptw" / f"{name}.txt", crews)
    plan = solve(problem, MaxIterations(20_000), seed=1)
    assert check(problem, plan) == ()
    assert plan.prize == best_known


def test_the_distances_of_an_instance_are_floored(real_data):
    # c101: depot (40, 50), first place (45, 68): sqrt(5^2 + 18^2) = 18.68..., floored to one decimal.
    problem = read_toptw(real_data / "toptw" / "c101.txt", 1)
    assert problem.durations_s[0][0, 1] == 18.6
    assert problem.crews[0].shift == (0.0, 1_236.0)
