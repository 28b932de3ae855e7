import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from patrols.models import Calculation, Plan
from patrols.tasks import compute
from sectors.tasks import tell_referents
from tests.builders import DAY, at, build_town
from tests.patrols.relay import Relay

START_TIMEOUT_S = 120
LONG_S, SHORT_S = 300.0, 1.0
State = Calculation.State


@pytest.fixture
def start_worker(tmp_path, routing_dir):
    """Start a worker as another process; whatever is still there at the end of the test is killed."""
    (tmp_path / "routing").symlink_to(routing_dir)
    started = []
    env = {**os.environ, "RONDE_VAR": str(tmp_path), "RONDE_SECRET_KEY": "x"}

    def start(*options: str, through: Relay | None = None) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "work", "--silent", "2", *options]
        worker_env = {**env, "DATABASE_URL": address_of_database(through)}
        with (tmp_path / "said").open("wb") as said:
            worker = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=worker_env, stdin=subprocess.DEVNULL, stderr=said
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


@pytest.fixture
def relay(transactional_db):
    relay = Relay()
    relay.open()
    yield relay
    relay.cut()


def address_of_database(relay: Relay | None) -> str:
    database = connection.settings_dict
    password = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    port = f":{database['PORT']}" if database["PORT"] else ""
    place = f"{quote(database['HOST'], safe='')}{port}" if relay is None else f"127.0.0.1:{relay.port}"
    return f"postgis://{database['USER']}{password}@{place}/{database['NAME']}"


def wait_for(calculation, is_so):
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_so(calculation):
        assert time.monotonic() < deadline, calculation.state
        time.sleep(0.1)
        calculation.refresh_from_db()


def ask_for_a_long_one() -> Calculation:
    calculation = Calculation.objects.create(
        commune=build_town().commune, day=DAY, seconds=LONG_S, seed=7, asked_at=at(16)
    )
    compute.defer(calculation=calculation.pk)
    return calculation


def jobs_left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_was_computing_is_computed_by_another_once(start_worker):
    calculation = ask_for_a_long_one()
    killed = start_worker()
    wait_for(calculation, lambda it: it.state == State.WORKING and it.best)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    Calculation.objects.update(seconds=SHORT_S)

    start_worker()

    wait_for(calculation, lambda it: not it.is_underway)
    assert (calculation.state, calculation.problem) == (State.DONE, "")
    assert list(Plan.objects.all()) == [calculation.plan]


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_end_leaves_its_calculation_to_another(start_worker):
    calculation = ask_for_a_long_one()
    ending = start_worker()
    wait_for(calculation, lambda it: it.state == State.WORKING and it.best)

    ending.send_signal(signal.SIGTERM)

    assert ending.wait(timeout=START_TIMEOUT_S) == 0
    calculation.refresh_from_db()
    assert calculation.state == State.WAITING
    assert jobs_left() == 1
    Calculation.objects.update(seconds=SHORT_S)
    start_worker()
    wait_for(calculation, lambda it: not it.is_underway)
    assert calculation.state == State.DONE
    assert Plan.objects.count() == 1


def test_a_worker_whose_database_has_gone_says_so_and_ends(relay, start_worker, tmp_path):
    calculation = ask_for_a_long_one()
    cut_off = start_worker(through=relay)
    wait_for(calculation, lambda it: it.state == State.WORKING and it.best)

    relay.cut()

    assert cut_off.wait(timeout=START_TIMEOUT_S) == 1
    assert "La base de données ne répond plus" in (tmp_path / "said").read_text(encoding="utf-8")
    # As when a worker is killed: another takes it up.
    assert jobs_left() == 1


def test_a_calculation_outlives_connections_that_break(relay, start_worker):
    calculation = ask_for_a_long_one()
    start_worker(through=relay)
    wait_for(calculation, lambda it: it.state == State.WORKING and it.best)
    Calculation.objects.update(seconds=SHORT_S)

    relay.break_off()

    wait_for(calculation, lambda it: not it.is_underway)
    assert (calculation.state, calculation.problem) == (State.DONE, "")
    assert Plan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_for_calculations_leaves_what_needs_the_keys_to_another(start_worker):
    compute.defer(calculation=0)
    tell_referents.defer(bulletin=0)

    assert start_worker("--calculations", "--until-empty").wait(START_TIMEOUT_S) == 0

    with connection.cursor() as cursor:
        # Taken out as it is read: the queue is emptied after no test.
        cursor.execute("DELETE FROM procrastinate_jobs RETURNING task_name")
        assert cursor.fetchall() == [("sectors.tasks.tell_referents",)]
