"""What the workers do for figures, of themselves and on time."""

import datetime as dt

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from accounts.scope import as_job
from geo.models import Commune
from maps.density.published import publish_density
from maps.review import publish_closed_periods

QUEUE = "figures"
# Each night at 4, by the worker's clock: a period is published on the first one after it is closed.
NIGHTLY = "0 4 * * *"
RETRY = RetryStrategy(max_attempts=5, exponential_wait=6, retry_exceptions=[OperationalError, InterfaceError])


@app.periodic(cron=NIGHTLY)
@app.task(queue=QUEUE, name="maps.tasks.publish_reviews", retry=RETRY)
def publish_reviews(timestamp: int) -> None:
    """Publish what is closed of the review of every commune that the database holds."""
    publish_all(timezone.localdate())


@as_job("publish_reviews")
def publish_all(today: dt.date) -> None:
    """Publish by day what is closed of the review, and of the density, of every commune."""
    for commune in Commune.objects.order_by("pk"):
        publish_closed_periods(commune, today)
        publish_density(commune, today)
