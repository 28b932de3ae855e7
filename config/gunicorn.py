"""Settings of the web server, read by script/serve."""

import os
import signal
import sys
from typing import Any

bind = os.environ.get("RONDE_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("RONDE_WORKERS", "2"))
# Threads wait on PostgreSQL, not on Python: as many as the pool of connections of each worker holds.
worker_class = "config.web_worker.Worker"
threads = 8
# Loaded once, then forked: the workers share the memory of NumPy, GDAL and the compiled planner.
preload_app = True
# A worker's heartbeat is a file; on a disk it would stall the worker along with the disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108
timeout = 60
graceful_timeout = 10
control_socket_disable = True
# The request line of a page can hold a date or a crew; Ronde keeps its own log of who read what.
accesslog = None
loglevel = os.environ.get("RONDE_LOG_LEVEL", "warning")


# Started by nohup, which closing the terminal must not end.
SURVIVES_HANGUP = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def on_starting(server: Any) -> None:
    """Keep what was asked out of the server's own log lines."""
    from config.log_redaction import RedactingFormatter

    for handler in server.log.error_log.handlers:
        handler.setFormatter(RedactingFormatter(server.log.error_fmt, server.log.datefmt))
    _warm_planner()
    _read_addresses()


def _read_addresses() -> None:
    """Import every view before the workers are forked, which Django leaves to the first request: 0.6 s of each."""
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 (reading them imports the views)


def _warm_planner() -> None:
    """Read the compiled planner before the workers are forked: none of them does it in front of a person.

    Measured: the first change that a fresh worker weighed took 1.9 to 2.2 s, and 0.2 to 0.4 s since, for 2 s more
    at the start; the 86 MB are shared.
    """
    from patrols.planner.compile import compile_search

    compile_search()


def when_ready(server: Any) -> None:
    """Say where the site is, now that it answers, and stop when the terminal we run in is closed.

    Gunicorn would start its workers anew, and live on unseen.
    """
    if told := os.environ.pop("RONDE_WHEN_READY", ""):
        sys.stderr.write(f"{told}\n")
        sys.stderr.flush()
    if SURVIVES_HANGUP:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGHUP, lambda number, frame: signal.raise_signal(signal.SIGTERM))


def pre_fork(server: Any, worker: Any) -> None:
    """Close what two processes must not share: a pooled connection, with its thread, does not survive a fork."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
