import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.house.shadow import REPOSITORY, make_shadow

START_TIMEOUT_S = 120
# A second or two on a quiet machine; PostgreSQL writes what it holds before it stops, slowly on a busy disk.
END_TIMEOUT_S = 30
# Gathering takes eighteen seconds of a processor, and no page is asked for here: script/serve finds it done.
SAY_GATHERED = """
. script/environment.sh
. script/steps/site.sh
stamp_done "$RONDE_VAR/static/.ronde" "$(static_fingerprint)"
"""
NOTHING = "#!/bin/sh\n"
# Stands for the site: says that it has started, and waits.
SITE = '#!/bin/sh\necho $$ >"$RONDE_VAR/site.pid"\nexec sleep 600\n'

needs_server = pytest.mark.skipif(
    not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")),
    reason="no PostgreSQL server with PostGIS on this machine: DATABASE_URL names another",
)


def environment(var: Path, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "RONDE_"))}
    return {**inherited, "RONDE_VAR": str(var), "RONDE_SECRET_KEY": "only-for-the-tests", **more}


def address_of_test_database() -> str:
    database = connection.settings_dict
    login = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgis://{login}@{quote(database['HOST'], safe='')}{port}/{database['NAME']}"


def wait_until(is_true, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_true():
        assert process.poll() is None, f"ended with {process.returncode} before it was ready"
        assert time.monotonic() < deadline
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def is_open(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def descendants(pid: int) -> set[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return {int(child) for child in children}.union(*(descendants(int(child)) for child in children))


@pytest.fixture
def start():
    """Start a command; whatever is still there at the end of the test is ended."""
    started = []

    def run(command, where, **more):
        process = subprocess.Popen(command, cwd=where, stdin=subprocess.DEVNULL, text=True, **more)
        started.append(process)
        return process

    yield run
    for process in started:
        # A script passes this on to what it started, which it could not do if it were killed.
        process.terminate()
        try:
            process.communicate(timeout=END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def served(django_db_setup, tmp_path_factory) -> dict[str, str]:
    """The environment of a site on the test database as it is made, its static files said to be gathered."""
    env = environment(tmp_path_factory.mktemp("served"), DATABASE_URL=address_of_test_database())
    subprocess.run(["bash", "-c", SAY_GATHERED], cwd=REPOSITORY, env=env, check=True)
    return env


@pytest.mark.django_db
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_serve_ends_the_site_and_frees_its_port(served, start, number):
    port = free_port()
    command = ["script/serve", "--port", str(port)]
    site = start(command, REPOSITORY, env=served)
    # It listens before its workers are there.
    wait_until(lambda: is_open(port) and descendants(site.pid), site)
    below = descendants(site.pid)
    site.send_signal(number)
    # The script has become the web server, which ends in good order.
    assert site.wait(timeout=END_TIMEOUT_S) == 0
    assert below
    assert not any(is_alive(pid) for pid in below)
    assert not is_open(port)


@pytest.mark.django_db
def test_a_signal_during_a_long_step_ends_that_step(served, start):
    # What is built is then brought into the database: a signal heard late finds it waiting, and nothing kept.
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE geo_commune IN SHARE MODE")
    command = ["script/serve", "--demo", "--once"]
    site = start(command, REPOSITORY, env=served, stdout=subprocess.PIPE)
    assert any("Construction de la ville inventée" in line for line in site.stdout)
    below = descendants(site.pid)
    site.send_signal(signal.SIGTERM)
    assert site.wait(timeout=END_TIMEOUT_S) == 128 + signal.SIGTERM
    assert below
    assert not any(is_alive(pid) for pid in below)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo with its own private database, nothing to install and a site that only waits; gives its folder."""
    checkout = make_shadow(tmp_path_factory.mktemp("demo") / "ronde", setup=NOTHING, serve=SITE)
    yield checkout
    subprocess.run([checkout / "script/database", "stop"], env=environment(checkout / "var"), check=False)
    shutil.rmtree((checkout / "var" / "postgres").resolve(), ignore_errors=True)


@needs_server
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_demo_ends_the_site_then_the_database_it_started(demo, start, number):
    note = demo / "var" / "site.pid"
    note.unlink(missing_ok=True)
    process = start([demo / "script/demo"], demo, env=environment(demo / "var"))
    wait_until(lambda: note.exists() and note.read_text(encoding="ascii"), process)
    site = int(note.read_text(encoding="ascii"))
    assert is_alive(site)
    process.send_signal(number)
    assert process.wait(timeout=END_TIMEOUT_S) == 128 + number
    assert not is_alive(site)
    status = subprocess.run([demo / "script/database", "status"], env=environment(demo / "var"), check=False)
    assert status.returncode == 3


@needs_server
def test_a_database_that_ran_before_the_demo_runs_after_it(demo, start):
    note = demo / "var" / "site.pid"
    note.unlink(missing_ok=True)
    subprocess.run([demo / "script/database", "start"], env=environment(demo / "var"), check=True)
    process = start([demo / "script/demo"], demo, env=environment(demo / "var"))
    wait_until(lambda: note.exists() and note.read_text(encoding="ascii"), process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=END_TIMEOUT_S) == 128 + signal.SIGTERM
    status = subprocess.run([demo / "script/database", "status"], env=environment(demo / "var"), check=False)
    assert status.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_command_without_a_word_of_python(tmp_path, start, number):
    command = [sys.executable, "manage.py", "make_demo_town", str(tmp_path / "town")]
    process = start(command, REPOSITORY, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert "Construction de la ville inventée" in process.stdout.readline()
    process.send_signal(number)
    assert process.wait(timeout=END_TIMEOUT_S) == 128 + number
    assert process.stderr.read() == ""


# Python itself says « Exception ignored » and goes on where a finalizer is interrupted.
SWALLOWING = """
import os, signal, sys, time
import manage


class Swallows:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)


manage.hear_signals()
try:
    Swallows()
    print("swallowed", flush=True)
    time.sleep(30)
except manage.EndedBySignal as ended:
    sys.exit(128 + ended.args[0])
"""
# Longer than the command insists.
UNWINDING_SLOWLY = """
import os, signal, sys, time
import manage

manage.hear_signals()
try:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        try:
            raise ValueError("of the unwinding itself")
        except ValueError:
            time.sleep(1.5 * manage.INSIST_EVERY_S)
        time.sleep(manage.INSIST_EVERY_S)
        print("unwound", flush=True)
except manage.EndedBySignal as ended:
    sys.exit(128 + ended.args[0])
"""


@pytest.mark.parametrize(("program", "said"), [(SWALLOWING, "swallowed"), (UNWINDING_SLOWLY, "unwound")])
def test_a_command_hears_a_signal_once_and_whatever_swallows_it(tmp_path, program, said):
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=END_TIMEOUT_S,
        check=False,
    )
    assert (ended.returncode, ended.stdout.split()) == (128 + signal.SIGTERM, [said])
