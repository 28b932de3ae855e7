"""What a person may try with the daily watch; see ``acts``."""

import json
import uuid

from django.test import Client
from django.utils import timezone

from absences.models import Look, WatchConsent
from tests.access.stage import Stage


def watch_homes(client: Client, stage: Stage) -> set[object]:
    """Send a look at every home that was ever entrusted."""
    day = f"{timezone.localdate()}"
    for consent in WatchConsent.objects.all():
        content = json.dumps({"home": f"{consent.pk}", "day": day})
        sent = {"entries": [{"reference": f"{uuid.uuid4()}", "content": content}]}
        client.post("/veille/envoi/", data=sent, content_type="application/json")
    return set(Look.objects.values_list("consent__absence", flat=True))
