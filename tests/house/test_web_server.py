import importlib
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

import config.gunicorn

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_site_listens_on_this_machine_alone_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("RONDE_BIND", raising=False)
    assert importlib.reload(config.gunicorn).bind == "127.0.0.1:8000"
    monkeypatch.setenv("RONDE_BIND", "0.0.0.0:8000")
    assert importlib.reload(config.gunicorn).bind == "0.0.0.0:8000"


@pytest.mark.django_db(transaction=True)
def test_no_pooled_connection_is_shared_by_two_processes():
    connection.ensure_connection()
    pool = connection.pool
    assert not pool.closed
    config.gunicorn.pre_fork(None, None)
    assert pool.closed


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


@pytest.fixture
def start_server():
    servers = []

    def start(*before: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen:
        command = ["-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", "127.0.0.1:0", "config.wsgi"]
        environment = {**os.environ, "RONDE_LOG_LEVEL": "info", "RONDE_SECRET_KEY": "only-for-the-tests"}
        server = subprocess.Popen(
            [*before, sys.executable, *command],
            cwd=REPOSITORY,
            env=environment,
            stdin=stdin,
            stderr=subprocess.PIPE,
            text=True,
        )
        servers.append(server)
        assert any("Booting worker" in line for line in server.stderr)
        return server

    yield start
    for server in servers:
        server.kill()
        server.communicate()


def test_closing_the_terminal_stops_the_site(start_server):
    terminal, ours = pty.openpty()
    server = start_server(stdin=ours)
    server.send_signal(signal.SIGHUP)
    assert server.wait(timeout=20) == 0
    os.close(terminal)
    os.close(ours)


def test_a_site_started_by_nohup_outlives_its_terminal(start_server):
    server = start_server("env", "--ignore-signal=HUP")
    server.send_signal(signal.SIGHUP)
    # Asks gunicorn for one worker more, which it starts only if the signal before did not end it.
    server.send_signal(signal.SIGTTIN)
    deadline = time.monotonic() + 30
    while len(children_of(server.pid)) <= config.gunicorn.workers:
        assert server.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
