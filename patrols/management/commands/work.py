"""Carry out what is asked for on the site, until told to end."""

import asyncio
import signal
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from geo.management.arguments import whole_number
from patrols.planner.compile import compile_search
from patrols.tasks import QUEUE, worker_ends

SILENT_S = 20
HEARTBEATS = 4
"""How often a worker gives a sign of life in the time after which it is taken for dead."""
CUT_OFF = (
    "La base de données ne répond plus : ce processus de calcul s'arrête, et ce qu'il calculait sera repris. "
    "script/worker le relance de lui-même ; sinon, relancez : manage.py work"
)
ENDED_UNASKED = (
    "Ce processus de calcul s'est arrêté sans qu'on le lui demande ; la cause est écrite ci-dessus. "
    "script/worker le relance de lui-même ; sinon, relancez : manage.py work"
)
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Command(BaseCommand):
    help = "Exécute les calculs demandés sur le site, jusqu'à Ctrl+C ; sur autant de machines qu'on veut."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at-once",
            type=whole_number(least=1, example=1),
            default=1,
            metavar="N",
            help="calculs menés en même temps (défaut : 1 ; chacun occupe deux cœurs)",
        )
        parser.add_argument(
            "--silent",
            type=whole_number(least=1, example=SILENT_S),
            default=SILENT_S,
            metavar="S",
            help="secondes sans signe de vie au bout desquelles un autre reprend le calcul (défaut : 20)",
        )
        parser.add_argument(
            "--calculations",
            action="store_true",
            help="les calculs seulement, et non les avis par e-mail : une machine sans les clés y suffit",
        )
        parser.add_argument("--until-empty", action="store_true", help="s'arrêter quand plus rien n'attend")

    def handle(self, *, at_once: int, silent: int, until_empty: bool, calculations: bool, **options: Any) -> None:
        # Said in French by manage.py when the database does not answer.
        connection.ensure_connection()
        # Loads the compiled search, or compiles it: not on the time of whoever asks first.
        compile_search()
        # Patient for as long as a worker may be silent: after that, another has taken up its calculations.
        connector = PsycopgConnector(kwargs=connector_params(), timeout=silent)
        try:
            with app.replace_connector(connector) as worker_app:
                queues = [QUEUE] if calculations else None
                asyncio.run(_work(worker_app, queues, at_once=at_once, silent_s=silent, until_empty=until_empty))
        except ConnectorException as cut:
            raise CommandError(CUT_OFF) from cut


async def _work(
    worker_app: Any, queues: list[str] | None, *, at_once: int, silent_s: float, until_empty: bool
) -> None:
    async with worker_app.open_async():
        worker = asyncio.create_task(
            worker_app.run_worker_async(
                queues=queues,
                concurrency=at_once,
                wait=not until_empty,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=silent_s / HEARTBEATS,
                stalled_worker_timeout=silent_s,
            )
        )
        watch = asyncio.create_task(_take_up_what_stalled(worker_app, silent_s))
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(number, _end, worker)
        await asyncio.wait({worker, watch}, return_when=asyncio.FIRST_COMPLETED)
        was_told = worker_ends.is_set() or until_empty
        # The watch never ends but by a failure. Without it nobody takes up what stalls: the worker ends too.
        if watch.done():
            _end(worker)
        watch.cancel()
        _raise_first(await asyncio.gather(worker, watch, return_exceptions=True))
        if not was_told:
            raise CommandError(ENDED_UNASKED)


def _raise_first(ends: Sequence[BaseException | None]) -> None:
    for end in ends:
        if end is not None and not isinstance(end, asyncio.CancelledError):
            raise end


def _end(worker: "asyncio.Task[None]") -> None:
    """Let the worker end: what it computes stops within the second and waits for another worker."""
    worker_ends.set()
    worker.cancel()


async def _take_up_what_stalled(worker_app: Any, silent_s: float) -> None:
    """Put back in the queue what a worker was doing that gives no sign of life."""
    while True:
        for job in await worker_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_s):
            await worker_app.job_manager.retry_job(job)
        await asyncio.sleep(silent_s / HEARTBEATS)
