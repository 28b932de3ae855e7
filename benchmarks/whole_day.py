"""A whole day of 2,000 homes and 8 crews, from the calculation to the rest of the shift planned anew.

    python -m benchmarks.whole_day [--homes N] [--crews N] [--times N] [--seconds S]

Prints Markdown. Copies the database of DATABASE_URL, which has a town in it (load_demo_town), to a scratch one
dropped at the end. Services are called as the worker and the pages call them; the page itself, the map, the detail
of a stop and the road sheet are asked of a site started as script/serve does. Of the calculations the time of the
search is taken off: what is left is reading, checking and saving. The processors' time is that of this process.
"""

import argparse
import datetime as dt
import http.client
import os
import signal
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import django

from accounts.walls.logins import Login
from benchmarks.home_tiles import start_site
from benchmarks.machine import describe_machine
from benchmarks.scratch_town import copied_town, fill_town, let_correspondent_in
from config.logins import work_as

PACKAGES = ("django", "psycopg", "numba", "numpy")
SCRATCH_DATABASE = "ronde_benchmark_day"
HOMES, CREWS, TIMES, SECONDS = 2_000, 8, 5, 10.0
FIRST_HOUR, SHIFT_HOURS = 14, 8
LOCKS = 40
LOGIN = "26999-day-benchmark"
ALL_CARS_BUT = {6: "bicycle", 7: "foot"}


def main() -> None:
    """Measure the day, step by step, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--homes", type=int, default=HOMES)
    parser.add_argument("--crews", type=int, default=CREWS)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    work_as(Login.OWNER, job="benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    with copied_town(SCRATCH_DATABASE):
        print(describe_machine(PACKAGES), "\n")
        commune = fill_town(options.homes)
        day = set_up_shifts(commune, options.crews)
        measured = Day(commune, day, seconds=options.seconds, times=options.times).measure()
        print("| what | median, s | worst, s | processors, median, s |\n|---|---:|---:|---:|")
        for what, taken in measured.items():
            clock_s, worked_s = zip(*taken, strict=True)
            print(
                f"| {what} | {statistics.median(clock_s):.2f} | {max(clock_s):.2f} "
                f"| {statistics.median(worked_s):.2f} |"
            )


def set_up_shifts(commune: Any, crews: int) -> dt.date:
    """Put so many crews on shift tomorrow, and nobody else; return that day."""
    from django.utils import timezone

    from patrols.models import Crew, Depot, Shift

    day = timezone.localdate() + dt.timedelta(days=1)
    depot = Depot.objects.filter(commune=commune).earliest("pk")
    Shift.objects.of_day(commune, day).delete()
    starts_at = timezone.make_aware(dt.datetime.combine(day, dt.time(FIRST_HOUR)))
    for number in range(crews):
        crew = Crew.objects.create(
            commune=commune, name=f"Mesure {number}", mode=ALL_CARS_BUT.get(number, "car"), service="municipal"
        )
        Shift.objects.create(
            crew=crew,
            day=day,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=SHIFT_HOURS),
            start_depot=depot,
            end_depot=depot,
        )
    return day


class Day:
    """The day of the commune, and the seconds that each step of it took."""

    def __init__(self, commune: Any, day: dt.date, *, seconds: float, times: int) -> None:
        from django.conf import settings
        from django.utils import timezone

        self.commune, self.day, self.seconds, self.times = commune, day, seconds, times
        self.routing_dir = settings.ROUTING_DIR
        self.noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
        self.taken: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def measure(self) -> dict[str, list[tuple[float, float]]]:
        """Go through the day; seconds by the clock and of the processors, by step."""
        from patrols.models import Calculation, Stop
        from patrols.services.publishing import begin_draft, publish

        plan = self._calculate("calculation of the day, beside the search", Calculation.Kind.DAY)
        stops, left_out = Stop.objects.filter(route__plan=plan).count(), plan.omissions.count()
        print(f"{stops:,} stops planned, {left_out:,} passages left out.\n", flush=True)
        self._edit(plan.pk)
        plan = self._fresh(plan.pk)
        self._lock_some(plan)
        plan = self._calculate("the day anew around 40 locks, beside the search", Calculation.Kind.DAY, plan)
        common: dict[str, Any] = {"now": self.noon, "routing_dir": self.routing_dir}
        with self._timed("publication of a version"):
            first = publish(self._fresh(plan.pk), revision=plan.revision, over=None, **common)
        with self._timed("a draft begun from a version"):
            draft = begin_draft(self._fresh(first.pk))
        self._edit(draft.pk)
        draft = self._fresh(draft.pk)
        self._step("the difference of two versions", lambda: self._differ(first.pk, draft.pk))
        with self._timed("publication of a version over another"):
            second = publish(draft, revision=draft.revision, over=first.version, **common)
        self._read_pages(second)
        evening = self.noon + dt.timedelta(hours=FIRST_HOUR - 12 + SHIFT_HOURS / 2)
        what = "the rest of the shift, published, beside the search"
        self._calculate(what, Calculation.Kind.REST, self._fresh(second.pk), evening)
        return self.taken

    def _calculate(self, what: str, kind: Any, base: Any = None, now: dt.datetime | None = None) -> Any:
        from patrols.models import Calculation
        from patrols.services.calculations import REST_SECONDS, carry_out

        seconds = REST_SECONDS if kind == Calculation.Kind.REST else self.seconds
        calculation = Calculation.objects.create(
            commune=self.commune,
            day=self.day,
            kind=kind,
            base=base,
            publishes=kind == Calculation.Kind.REST,
            seconds=seconds,
            seed=7,
            asked_at=self.noon,
        )
        with self._timed(what, less_s=seconds):
            carry_out(calculation.pk, now=now or self.noon, routing_dir=self.routing_dir)
        calculation.refresh_from_db()
        if calculation.plan is None:
            raise SystemExit(f"{what}: {calculation.problem}")
        return calculation.plan

    def _edit(self, key: int) -> None:
        from patrols.models import Omission, PlanEdit, Stop

        kind = PlanEdit.Kind
        for _ in range(self.times):
            stop = Stop.objects.filter(route__plan=key).select_related("route").order_by("?")[0]
            here = {"absence": stop.absence_id, "number": stop.visit_number}
            place = {"shift": stop.route.shift_id, "place": max(1, stop.order - 1)}
            self._try("a move tried", key, act=kind.MOVE, **here, **place)
            self._apply("a move saved", key, act=kind.MOVE, **here, **place)
            self._apply("a lock saved", key, act=kind.LOCK, **here)
            self._apply("an unlock saved", key, act=kind.UNLOCK, **here)
            self._apply("a home excluded", key, act=kind.EXCLUDE, **here)
            self._undo("a change undone", key)
            left = Omission.objects.filter(plan=key).exclude(reason="by_hand").order_by("-prize").first()
            if left is None:
                continue
            here = {"absence": left.absence_id, "number": left.visit_number}
            self._apply("a passage forced in, or found to have no place", key, act=kind.FORCE, **here)

    def _lock_some(self, plan: Any) -> None:
        from patrols.models import Stop

        keys = Stop.objects.filter(route__plan=plan).order_by("pk").values_list("pk", flat=True)
        Stop.objects.filter(pk__in=list(keys)[:: max(1, len(keys) // LOCKS)]).update(is_locked=True)

    def _try(self, what: str, key: int, **asked: Any) -> None:
        from patrols.services.editing import Change, try_change

        plan = self._fresh(key)
        with self._timed(what):
            try_change(plan, Change(**asked), now=self.noon, routing_dir=self.routing_dir)

    def _apply(self, what: str, key: int, **asked: Any) -> None:
        from patrols.errors import NoPlaceFor
        from patrols.services.editing import Change, apply_change

        plan = self._fresh(key)
        common: dict[str, Any] = {
            "revision": plan.revision,
            "by": None,
            "now": self.noon,
            "routing_dir": self.routing_dir,
        }
        with self._timed(what), suppress(NoPlaceFor):
            apply_change(plan, Change(**asked), **common)

    def _undo(self, what: str, key: int) -> None:
        from patrols.services.editing import undo_last

        plan = self._fresh(key)
        with self._timed(what):
            undo_last(plan, revision=plan.revision, by=None, now=self.noon, routing_dir=self.routing_dir)

    def _differ(self, before: int, after: int) -> None:
        from patrols.services.difference import difference

        if not difference(self._fresh(before), self._fresh(after)):
            raise SystemExit("the versions do not differ")

    def _read_pages(self, plan: Any) -> None:
        from patrols.models import Stop

        cookies = let_correspondent_in(self.commune, LOGIN)
        stop = Stop.objects.filter(route__plan=plan).latest("pk")
        pages = {
            "the page of the day": f"/jour/?jour={self.day}",
            "the map of the plan": f"/plans/{plan.pk}/carte.geojson",
            "the detail of a stop": f"/arrets/{stop.pk}/detail",
            "the road sheet of a crew (PDF)": f"/tournees/{stop.route_id}/tournee.pdf",
        }
        server, port = start_site(self.commune.pk)
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        try:
            for what, url in pages.items():
                self._step(what, lambda url=url: _get(link, url, headers))  # type: ignore[misc]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()

    def _step(self, what: str, work: Callable[[], None]) -> None:
        work()  # the first one loads what it needs
        for _ in range(self.times):
            with self._timed(what):
                work()

    @contextmanager
    def _timed(self, what: str, *, less_s: float = 0.0) -> Iterator[None]:
        began, worked = time.perf_counter(), time.process_time()
        yield
        self.taken[what].append((time.perf_counter() - began - less_s, time.process_time() - worked - less_s))

    @staticmethod
    def _fresh(key: int) -> Any:
        from patrols.models import Plan

        return Plan.objects.select_related("commune").get(pk=key)


def _get(link: http.client.HTTPConnection, url: str, headers: dict[str, str]) -> None:
    link.request("GET", url, headers=headers)
    answer = link.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{url}: {answer.status} {answer.headers.get('Location', '')}")


if __name__ == "__main__":
    main()
