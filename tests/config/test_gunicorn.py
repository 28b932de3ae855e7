import logging
import os
import signal
from types import SimpleNamespace

import pytest
from django.urls import clear_url_caches, get_resolver

from config import gunicorn
from config.log_redaction import RedactingFormatter


@pytest.fixture
def server():
    log = SimpleNamespace(
        error_log=logging.Logger("essai"), error_fmt="%(message)s", datefmt="[%Y-%m-%d %H:%M:%S %z]"
    )
    log.error_log.addHandler(logging.NullHandler())
    return SimpleNamespace(log=log)


def test_the_planner_is_ready_before_the_workers_are_forked(server, monkeypatch):
    warmed = []
    monkeypatch.setattr("patrols.planner.compile.compile_search", lambda: warmed.append("planner"))

    gunicorn.on_starting(server)

    assert warmed == ["planner"]
    assert gunicorn.preload_app


def test_the_views_are_read_before_the_workers_are_forked(server, monkeypatch):
    monkeypatch.setattr("patrols.planner.compile.compile_search", lambda: None)
    clear_url_caches()

    gunicorn.on_starting(server)

    assert "url_patterns" in vars(get_resolver())


def test_the_log_of_the_server_is_redacted(server, monkeypatch):
    monkeypatch.setattr("patrols.planner.compile.compile_search", lambda: None)

    gunicorn.on_starting(server)

    assert isinstance(server.log.error_log.handlers[0].formatter, RedactingFormatter)


def test_where_the_site_is_is_said_once_it_answers(server, monkeypatch, capfd):
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    monkeypatch.setenv("RONDE_WHEN_READY", "Ronde est prêt")

    gunicorn.when_ready(server)

    assert capfd.readouterr().err == "Ronde est prêt\n"
    assert "RONDE_WHEN_READY" not in os.environ
