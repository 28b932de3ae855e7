"""From the button to the first plan on the screen, and the changes after it: what a correspondent waits for.

    python -m benchmarks.first_plan [--day 2026-11-24] [--times 5]

Prints Markdown. Works on the database of DATABASE_URL with a town in it (load_demo_town), as the site does:
a worker runs beside it as another process. Leaves drafts and versions in that database.
"""

import argparse
import datetime as dt
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import django

from accounts.walls.logins import Login
from benchmarks.machine import describe_machine
from config.logins import work_as

PACKAGES = ("django", "procrastinate", "numba", "numpy")
ASK_EVERY_S = 0.1
PATIENCE_S = 60.0
SECONDS = 10.0
EVENING = dt.time(19, 30)


def main() -> None:
    """Measure all of it and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--day", type=dt.date.fromisoformat, default=dt.date.today())  # noqa: DTZ011
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(describe_machine(PACKAGES), "\n")
    worker = subprocess.Popen([sys.executable, "manage.py", "work"])
    try:
        print("| what | median | worst |\n|---|---|---|")
        plan = time_calculations(options.day, options.times)
        time_changes(plan, options.times)
        time_the_rest(plan, options.times)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait()


def time_calculations(day: dt.date, times: int) -> int:
    """Time the button to the first plan shown, and to the end of ten seconds of search; return the last plan."""
    from geo.models import Commune
    from patrols.models import Calculation
    from patrols.services.calculations import Asked
    from patrols.tasks import compute

    first, whole, plan = [], [], 0
    for number in range(times + 1):
        began = time.perf_counter()
        asked = Asked(day=day, seconds=SECONDS if number == times else 2.0)
        calculation = Calculation.objects.create(
            commune=Commune.objects.of_site(),
            day=asked.day,
            seconds=asked.seconds,
            seed=7,
            asked_at=dt.datetime.now(dt.UTC),
        )
        compute.defer(calculation=calculation.pk)
        _wait(lambda: bool(calculation.best) or not calculation.is_underway, calculation)  # noqa: B023
        # The first one also waits for the worker to start.
        if number:
            first.append(time.perf_counter() - began)
        _wait(lambda: not calculation.is_underway, calculation)  # noqa: B023
        if number == times:
            whole.append(time.perf_counter() - began - SECONDS)
        plan = calculation.plan_id
    _print("from the button to the first plan", first)
    _print("after the 10 s of search, until the plan is saved", whole)
    return plan


def time_changes(plan: int, times: int) -> None:
    """Time a change tried and saved, a lock, and an undo."""
    from django.conf import settings

    from patrols.models import Plan, PlanEdit, Stop
    from patrols.services.editing import Change, apply_change, try_change, undo_last

    noon = dt.datetime.combine(Plan.objects.get(pk=plan).day, dt.time(0, 1), dt.UTC)
    tried, saved, undone = [], [], []
    for _ in range(times):
        stop = Stop.objects.filter(route__plan=plan).order_by("?")[0]
        change = Change(
            act=PlanEdit.Kind.MOVE,
            absence=stop.absence_id,
            number=stop.visit_number,
            shift=stop.route.shift_id,
            place=max(1, stop.order - 1),
        )
        lock = Change(act=PlanEdit.Kind.LOCK, absence=stop.absence_id, number=stop.visit_number)
        common = {"now": noon, "routing_dir": settings.ROUTING_DIR}
        tried.append(_time(lambda: try_change(Plan.objects.get(pk=plan), change, **common)))  # noqa: B023
        fresh = Plan.objects.get(pk=plan)
        saved.append(_time(lambda: apply_change(fresh, lock, revision=fresh.revision, by=None, **common)))  # noqa: B023
        again = Plan.objects.get(pk=plan)
        undone.append(_time(lambda: undo_last(again, revision=again.revision, by=None, **common)))  # noqa: B023
    _print("a change tried", tried)
    _print("a change saved", saved)
    _print("a change undone", undone)


def time_the_rest(plan: int, times: int) -> None:
    """Time the rest of the evening planned anew, published, as the worker does it."""
    from django.conf import settings
    from django.utils import timezone

    from patrols.models import Calculation, Plan
    from patrols.services.calculations import REST_SECONDS, carry_out
    from patrols.services.versions import make_version

    base = make_version(Plan.objects.get(pk=plan))
    now = dt.datetime.combine(base.day, EVENING, timezone.get_default_timezone())
    spent = []
    for _ in range(times):
        calculation = Calculation.objects.create(
            commune=base.commune,
            day=base.day,
            kind=Calculation.Kind.REST,
            base=base,
            publishes=True,
            seconds=REST_SECONDS,
            seed=7,
            asked_at=timezone.now(),
        )
        key = calculation.pk
        spent.append(_time(lambda: carry_out(key, now=now, routing_dir=settings.ROUTING_DIR)))  # noqa: B023
        calculation.refresh_from_db()
        base = calculation.plan or base
    _print("the rest of the evening, published", spent)


def _wait(is_so: Callable[[], bool], calculation: object) -> None:
    deadline = time.perf_counter() + PATIENCE_S
    while not is_so():
        if time.perf_counter() > deadline:
            raise TimeoutError("no worker took the calculation up")
        time.sleep(ASK_EVERY_S)
        calculation.refresh_from_db()  # type: ignore[attr-defined]


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _print(what: str, seconds: list[float]) -> None:
    print(f"| {what} | {statistics.median(seconds):.2f} s | {max(seconds):.2f} s |")


if __name__ == "__main__":
    main()
