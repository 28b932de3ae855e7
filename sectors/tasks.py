"""What the workers do for sectors: a task is given a key alone, and reads the rest from the database."""

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from sectors.errors import NotAllTold
from sectors.services.bulletins import notices

# After 6 s, 36 s, 4, 22 minutes and two hours: a mail server that rests, or one that makes strangers wait.
RETRY = RetryStrategy(
    max_attempts=notices.MOST_ATTEMPTS - 1,
    exponential_wait=6,
    retry_exceptions=[NotAllTold, OperationalError, InterfaceError],
)


# The name is written in sectors/sql/defer_bulletin.sql too.
@app.task(queue="messages", name="sectors.tasks.tell_referents", retry=RETRY)
def tell_referents(bulletin: int) -> None:
    """Tell the référents of a message's sectors that it waits for them."""
    notices.tell_referents(bulletin, today=timezone.localdate())
