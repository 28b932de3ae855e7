"""What the workers do for the daily watch, of themselves and on time."""

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from absences.services.watch import reminding

# Each morning at 7, by the worker's clock: before one leaves the house.
EACH_MORNING = "0 7 * * *"
RETRY = RetryStrategy(max_attempts=5, exponential_wait=6, retry_exceptions=[OperationalError, InterfaceError])


@app.periodic(cron=EACH_MORNING)
@app.task(queue="messages", name="absences.tasks.remind_watchers", retry=RETRY)
def remind_watchers(timestamp: int) -> None:
    """Tell by e-mail those whose turn it is today."""
    reminding.remind(timezone.localdate())
