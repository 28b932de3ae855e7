"""What is compiled before a user comes is all that their days need."""

import subprocess
import sys
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from patrols.planner import LockedVisitError, MaxIterations, Problem, kernel, solve
from patrols.planner.compile import compile_search
from tests.compiled_versions import versions_compiled
from tests.patrols.planner.planner_days import small_days


# In its own process the suite's profile does not hold: how long a day takes says how busy the machine is.
@settings(max_examples=80, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
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
    before = versions_compiled(kernel)
    plan_and_go_on()
    lacking = {
        name: number - before[name] for name, number in versions_compiled(kernel).items() if number != before[name]
    }
    sys.exit(f"not compiled beforehand: {lacking}" if lacking or not before else 0)
