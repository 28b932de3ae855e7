"""What a person may try with passages, here and in the other commune; each act returns what has changed."""

import datetime as dt
import json
from dataclasses import asdict
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from absences.models import Absence
from patrols.models import CallAttempt, JoinedPassage, Passage, PassageAmendment, RefusedEntry, Stop
from patrols.services.desk.calls import CallUnderWay
from tests.access.stage import Stage
from tests.patrols.phone.phones import ANOMALY, entry

NOT_FOUND = 404


def record_passages(client: Client, stage: Stage) -> set[object]:
    known = set(Passage.objects.values_list("pk", flat=True))
    _send_from_a_phone(client, stage)
    _tell_by_radio(client, stage)
    _note_what_was_set_aside(client, stage)
    return set(Passage.objects.exclude(pk__in=known).values_list("absence", flat=True))


def call_after_anomalies(client: Client, stage: Stage) -> set[object]:
    _send_from_a_phone(client, stage)
    for passage in Passage.objects.filter(absence__in=stage.homes):
        call = CallUnderWay(
            passage=passage.pk, step=CallAttempt.Step.OWNER, reference=uuid4(), started_at=timezone.now()
        )
        client.post(f"/passages/{passage.pk}/appels/noter/", {"call": call.sign(), "outcome": "reached"})
    return set(CallAttempt.objects.values_list("passage__absence", flat=True))


def _tell_by_radio(client: Client, stage: Stage) -> None:
    """A passage of now at every home, at its record and at its stops, in the name of every crew."""
    now = timezone.localtime()
    Absence.objects.filter(pk__in=[home.pk for home in stage.homes]).update(last_day=now.date())
    said = {"day": f"{now:%Y-%m-%d}", "hour": f"{now:%H:%M}", "found": "opening", "confirmed": "on"}
    urls = [f"/logements/{home.pk}/passage/" for home in stage.homes]
    urls += [f"/arrets/{stop.pk}/passage/" for stop in Stop.objects.filter(absence__in=stage.homes)]
    crews = [crew.pk for place in stage.places for crew in place.town.crews]
    for url in urls:
        for crew in crews:
            sent = {**said, "crew": crew, "reference": uuid4()}
            # A page that does not exist for a person does not, whatever crew they name.
            if client.post(url, sent).status_code == NOT_FOUND:
                break


def _send_from_a_phone(client: Client, stage: Stage) -> None:
    """An anomaly and a call at every home, in the name of every crew."""
    now = timezone.now().isoformat()
    entries, number = [], 1
    for home in stage.homes:
        for crew in (crew.pk for place in stage.places for crew in place.town.crews):
            done = {**ANOMALY, "stop": None, "home": home.pk, "done_at": now}
            called = {"passage": str(UUID(int=number)), "step": "owner", "outcome": "reached"}
            entries += [
                entry(crew, done, number=number),
                entry(crew, {**called, "started_at": now, "ended_at": now}, number=number + 1, kind="call"),
            ]
            number += 2
    sent = {"sent_at": now, "entries": [{**asdict(each), "reference": str(each.reference)} for each in entries]}
    client.post("/equipage/envoi/", json.dumps(sent), content_type="application/json")


def _note_what_was_set_aside(client: Client, stage: Stage) -> None:
    now = timezone.localtime() - dt.timedelta(hours=2)
    said = {"day": f"{now:%Y-%m-%d}", "hour": f"{now:%H:%M}", "found": "ras", "reference": uuid4()}
    for kept in RefusedEntry.objects.filter(crew__commune__in=[place.insee for place in stage.places]):
        client.post(f"/envois/{kept.pk}/", {**said, "crew": kept.crew_id})


def amend_passages(client: Client, stage: Stage) -> set[object]:
    for passage in Passage.objects.filter(absence__in=stage.homes):
        client.post(f"/passages/{passage.pk}/corriger/", {"found": "ras", "why": "mistyped"})
        client.post(f"/passages/{passage.pk}/dit-deux-fois/", {"visits": "two"})
    parted = JoinedPassage.objects.filter(is_parted=True).values_list("passage__absence", flat=True)
    return set(PassageAmendment.objects.values_list("passage__absence", flat=True)) | set(parted)
