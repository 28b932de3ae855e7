import importlib
import os
import pty
import signal
import subprocess
import sys
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


def test_closing_the_terminal_stops_the_site():
    terminal, ours = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "config/gunicorn.py",
        "--bind",
        "127.0.0.1:0",
        "config.wsgi",
    ]
    environment = {**os.environ, "RONDE_LOG_LEVEL": "info", "RONDE_SECRET_KEY": "only-for-the-tests"}
    server = subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdin=ours, stderr=subprocess.PIPE, text=True
    )
    try:
        assert any("Booting worker" in line for line in server.stderr)
        server.send_signal(signal.SIGHUP)
        assert server.wait(timeout=20) == 0
    finally:
        server.kill()
        server.communicate()
        os.close(terminal)
        os.close(ours)
