import os
import time

import pytest

from benchmarks.days import tiny_day
from benchmarks.hard_limit import LimitedSolver, limited

FOREVER_S = 3_600.0
EXHAUSTED, DEAD = 1.0, 2.0


def answer(problem, seconds, seed):
    """Obeys, hangs or dies, as the seconds say."""
    time.sleep(FOREVER_S if seconds == EXHAUSTED else 0.0)
    if seconds == DEAD:
        os._exit(3)
    return [[seed], [len(problem.visits)]]


@pytest.fixture(scope="module")
def solver():
    solver = LimitedSolver(answer, grace_s=0.2)
    yield solver
    solver.end()


def test_the_routes_of_a_solver_come_back_from_its_process(solver):
    assert solver.solve(tiny_day(), 5.0, 7) == [[7], [len(tiny_day().visits)]]


def test_a_solver_that_does_not_stop_is_ended_and_answers_the_next_problem(solver):
    begun_s = time.perf_counter()
    assert solver.solve(tiny_day(), EXHAUSTED, 7) is None
    assert time.perf_counter() - begun_s < FOREVER_S / 2
    assert solver.solve(tiny_day(), 5.0, 8)[0] == [8]


def test_a_solver_that_dies_is_told_by_name(solver):
    with pytest.raises(RuntimeError, match="answer ended"):
        solver.solve(tiny_day(), DEAD, 7)


def test_every_process_ends_with_the_block():
    with limited({"one": answer}) as solvers:
        solvers["one"].solve(tiny_day(), 5.0, 1)
        process = solvers["one"]._process
    assert process.exitcode is not None
