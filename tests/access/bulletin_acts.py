"""What a person may try with prevention messages; see ``acts``."""

from django.test import Client

from sectors.models import Bulletin, BulletinRelay
from tests.access.stage import Stage

SENT = {"subject": "zqobjet", "text": "zqtexte"}


def send_message(client: Client, stage: Stage) -> set[object]:
    """Write a message, and send it to the first sector of each commune."""
    for place in stage.places:
        page = client.post("/messages/ecrire/").headers.get("Location", "/messages/1/ecrire/")
        client.post(page, {**SENT, "sectors": [place.sectors[0].pk]})
        client.post(page.replace("/ecrire/", "/envoyer/"))
    return set(Bulletin.objects.sent().filter(subject=SENT["subject"]).values_list("sectors__commune", flat=True))


def relay_messages(client: Client, stage: Stage) -> set[object]:
    """Say of every message that it was told at a meeting."""
    for bulletin in Bulletin.objects.sent():
        client.post(f"/messages/{bulletin.pk}/relayer/", {"means": ["meeting"]})
    return set(BulletinRelay.objects.filter(means="meeting").values_list("bulletin", flat=True))
