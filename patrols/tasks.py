"""What the workers do: each task is given keys alone, and reads the rest from the database."""

import threading

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from patrols.errors import WorkerIsEnding

QUEUE = "planning"
worker_ends = threading.Event()
"""Set once this process is told to end: what it computes is left to another worker."""


# With its database gone a calculation cannot even say that it failed: it waits again. Whatever else fails is
# written on the calculation, which then has ended.
TAKEN_UP_AGAIN = [WorkerIsEnding, OperationalError, InterfaceError]


# The name is written in patrols/sql/defer_calculation.sql too.
@app.task(queue=QUEUE, name="patrols.tasks.compute", retry=RetryStrategy(retry_exceptions=TAKEN_UP_AGAIN))
def compute(calculation: int) -> None:
    """Carry out a calculation that somebody asked for on the site."""
    # Every command of the site reads this file as it starts; the worker alone needs the planner.
    from patrols.services.calculations import carry_out

    carry_out(calculation, now=timezone.now(), routing_dir=settings.ROUTING_DIR, is_ending=worker_ends.is_set)
