"""What is compiled before a user comes is all that their days need."""

import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

from hypothesis import HealthCheck, given, settings
from numba.core.dispatcher import Dispatcher

from patrols.planner import LockedVisitError, MaxIterations, Problem, kernel, solve
from patrols.planner.compile import compile_search
from tests.patrols.planner.planner_days import small_days


def versions_compiled() -> dict[str, int]:
    """How many versions, by the types of the arguments, each compiled function of the kernel has."""
    modules = [import_module(f"{kernel.__name__}.{module.name}") for module in iter_modules(kernel.__path__)]
    functions = [function for module in modules for function in vars(module).values()]
    return {
        f"{function.__module__}.{function.__name__}": len(function.signatures)
        for function in functions
        if isinstance(function, Dispatcher)
    }


@settings(max_examples=80, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(small_days(separations=True, breaks=True))
def plan_and_go_on(problem: Problem) -> None:
    """Plan a day, then plan it again from the first stops of its rounds."""
    plan = solve(problem, MaxIterations(20), seed=1)
    begun = {route.crew: (route.stops[0].visit,) for route in plan.routes if route.stops}
    try:
        solve(replace(problem, locked_beginnings=begun), MaxIterations(20), seed=1)
    except LockedVisitError:
        return


def test_no_day_has_anything_left_to_compile():
    # In a process of its own: here, other tests have compiled what they needed.
    subprocess.run([sys.executable, "-m", __name__], check=True)


if __name__ == "__main__":
    compile_search()
    before = versions_compiled()
    plan_and_go_on()
    lacking = {
        name: number - before[name] for name, number in versions_compiled().items() if number != before[name]
    }
    sys.exit(f"not compiled beforehand: {lacking}" if lacking or not before else 0)
