"""Any solver under a hard limit of wall time: a process of its own, which is killed if it does not answer.

Not every solver stops when told to: on 2,000 homes VROOM looks at its clock only between two long steps. A
process can be ended from outside, a call cannot. It is spawned, so that it inherits no memory, and it stays for
the next problem, so that imports are paid once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from benchmarks.days import tiny_day
from benchmarks.peer_answer import Routes, Solver
from patrols.planner import Problem

GRACE_S = 60.0
"""How long after its time limit a solver may still answer: it also reads the problem and builds its model."""
START_UP_S = 300.0
"""A process imports its solver, compiles what it must and solves a tiny day within this, outside its clock."""
WARM_UP_S = 0.2
SPAWN = get_context("spawn")


class LimitedSolver:
    """A solver in a process of its own, started when it is first asked and again after it was killed."""

    def __init__(self, solver: Solver, grace_s: float = GRACE_S) -> None:
        self._solver = solver
        self._grace_s = grace_s
        self._process: SpawnProcess | None = None
        self._channel: Connection | None = None

    def solve(self, problem: Problem, seconds: float, seed: int) -> Routes | None:
        """Return the solver's routes, or None when it has not answered in `seconds` and the grace.

        Raises
        ------
        RuntimeError
            When the solver fails: its own words are on standard error.
        """
        channel = self._channel or self._start()
        channel.send((problem, seconds, seed))
        if not channel.poll(seconds + self._grace_s):
            self.end()
            return None
        return self._receive(channel)

    def end(self) -> None:
        """Kill the process, whatever it does."""
        if self._process is not None and self._channel is not None:
            self._process.kill()
            self._process.join()
            self._channel.close()
        self._process = self._channel = None

    def _start(self) -> Connection:
        channel, far_end = SPAWN.Pipe()
        process = SPAWN.Process(target=_serve, args=(far_end, self._solver), daemon=True)
        process.start()
        far_end.close()
        self._process, self._channel = process, channel
        if not channel.poll(START_UP_S):
            self.end()
            raise RuntimeError(f"{self._solver.__name__} was not ready within {START_UP_S:g} s")
        self._receive(channel)
        return channel

    def _receive(self, channel: Connection) -> Routes:
        try:
            return channel.recv()
        except EOFError as error:
            self.end()
            raise RuntimeError(f"{self._solver.__name__} ended without an answer") from error


@contextmanager
def limited(solvers: dict[str, Solver]) -> Iterator[dict[str, LimitedSolver]]:
    """Give each of `solvers` a process; all end with the block."""
    running = {name: LimitedSolver(solver) for name, solver in solvers.items()}
    try:
        yield running
    finally:
        for solver in running.values():
            solver.end()


def _serve(channel: Connection, solver: Solver) -> None:
    """Warm up, then answer problems until the other end is closed."""
    task = (tiny_day(), WARM_UP_S, 1)
    while True:
        channel.send([[int(row) for row in route] for route in solver(*task)])
        try:
            task = channel.recv()
        except EOFError:
            return
