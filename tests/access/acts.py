"""What a person may try: each act tries what a row of the policy forbids or allows, here and in the other commune.

It returns what has changed.
"""

import json
import re
from collections.abc import Callable

from django.test import Client

from absences.models import Absence
from accounts.models import Account, Device, PurgeRun
from patrols.models import Calculation, Plan
from tests.access.answers import read
from tests.access.bulletin_acts import relay_messages, send_message
from tests.access.network_acts import appoint_referents
from tests.access.passage_acts import amend_passages, call_after_anomalies, record_passages
from tests.access.proposal_acts import approve_perimeters, import_drawings, propose_perimeters
from tests.access.report_acts import close_reports, reject_reports, relay_reports, tell_reports, withdraw_reports
from tests.access.stage import Stage, canary, household_canary
from tests.access.watch_acts import watch_homes
from tests.builders import DAY

OK, NOT_ALLOWED, CONFLICT = 200, 405, 409
Act = Callable[[Client, Stage], set[object]]


def plan_day(client: Client, stage: Stage) -> set[object]:
    """Ask for a calculation, and begin a draft from the version of each commune."""
    client.post("/calculs/", {"day": f"{DAY}", "seconds": "2"})
    for place in stage.places:
        client.post(f"/plans/{place.plan.pk}/brouillon/")
    asked = Calculation.objects.filter(state=Calculation.State.WAITING).values_list("commune", flat=True)
    begun = Plan.objects.drafts().values_list("commune", flat=True)
    return {("asked", insee) for insee in asked} | {("begun", insee) for insee in begun}


def publish(client: Client, stage: Stage) -> set[object]:
    """Ask to publish over another version what is published already: whoever may is told so."""
    sent = {"data": {"revision": 1, "over": 7}, "content_type": "application/json"}
    answers = {place.insee: client.post(f"/plans/{place.plan.pk}/publier/", **sent) for place in stage.places}
    return {insee for insee, answer in answers.items() if answer.status_code == CONFLICT}


def create_account(client: Client, stage: Stage) -> set[object]:
    blanks = {f"roles-{n}-{part}": "" for n in range(4) for part in ("role", "place", "first_day", "last_day")}
    sent = {"login": "zq-nouveau", "name": canary("nouveau"), "roles-TOTAL_FORMS": "4", "roles-INITIAL_FORMS": "0"}
    client.post("/gestion/comptes/nouveau/", {**blanks, **sent, "roles-0-role": "dpo"})
    return set(Account.objects.filter(login="zq-nouveau").values_list("login", flat=True))


def disable_account(client: Client, stage: Stage) -> set[object]:
    targets = [stage.mate, stage.mate_there]
    for account in targets:
        client.post(f"/gestion/comptes/{account.pk}/desactiver/")
    return set(
        Account.objects.filter(pk__in=[a.pk for a in targets], is_active=False).values_list("pk", flat=True)
    )


def revoke_device(client: Client, stage: Stage) -> set[object]:
    for device in Device.objects.in_use():
        client.post(f"/gestion/appareils/{device.pk}/retirer/")
        client.post(f"/compte/appareils/{device.pk}/retirer/")
    # By account and not by key: whoever asks from a phone has a device of their own beside those of the stage.
    revoked = Device.objects.filter(revoked_at__isnull=False, label__in=[*_labels(stage), OWN_PHONE])
    return set(revoked.values_list("label", flat=True))


OWN_PHONE = "Téléphone 1"


def _labels(stage: Stage) -> list[str]:
    return [canary("appareil", place.insee) for place in stage.places]


def verify_chain(client: Client, stage: Stage) -> set[object]:
    return {"verified"} if client.post("/dpo/journal/verification/").status_code == OK else set()


def purge(client: Client, stage: Stage) -> set[object]:
    client.post("/dpo/conservation/effacer/")
    return {"asked"} if PurgeRun.objects.exists() else set()


def declare_absence(client: Client, stage: Stage) -> set[object]:
    known = set(Absence.objects.values_list("pk", flat=True))
    for place in stage.places:
        address = place.town.addresses[0]
        sent = {"address": address.pk, "address_text": f"{address}", "first_day": "2031-05-01"}
        client.post("/logements/declarer/", {**DECLARED, **sent})
    return set(Absence.objects.exclude(pk__in=known).values_list("commune", flat=True))


def change_absence(client: Client, stage: Stage) -> set[object]:
    for home in stage.homes:
        client.post(f"/logements/{home.pk}/annuler/", {"revision": 1})
    return set(Absence.objects.filter(cancelled_at__isnull=False).values_list("pk", flat=True))


def delete_absence(client: Client, stage: Stage) -> set[object]:
    for home in stage.homes:
        client.post(f"/logements/{home.pk}/effacer/", {"revision": 1})
    return set(Absence.objects.filter(erasure_asked_at__isnull=False).values_list("pk", flat=True))


def search_by_name(client: Client, stage: Stage) -> set[object]:
    found = ""
    for place in stage.places:
        for number in range(len(place.town.absences)):
            sent = {"name": household_canary(place, "name", number)}
            found += read(client.post("/logements/recherche/", sent))
    return {home.pk for home in stage.homes if f'"/logements/{home.pk}/"' in found}


# A declaration as the form sends it, all that is out of the ordinary confirmed.
DECLARED = {
    "last_day": "2031-05-10",
    "dwelling": "house",
    "residence": "main",
    "name": canary("declare"),
    "phone": "04 75 00 00 00",
    "passages_per_week": "7",
    "preferred_time": "any",
    "alarm": "none",
    "animals": "none",
    "vehicles_left": "0",
    "shutters": "closed",
    "windows": "closed",
    "personnes-TOTAL_FORMS": "0",
    "personnes-INITIAL_FORMS": "0",
    "confirmed": ["tot"],
}


def import_list(client: Client, stage: Stage) -> set[object]:
    known = set(Absence.objects.values_list("pk", flat=True))
    for place in stage.places:
        sent = {**IMPORTED, "table": _list_of(f"{place.town.addresses[0]}")}
        seen = re.search(r'name="seen" value="(\w+)"', read(client.post("/logements/liste/verifier/", sent)))
        client.post("/logements/liste/verifier/", {**sent, "import": "1", "seen": seen[1] if seen else ""})
    return set(Absence.objects.exclude(pk__in=known).values_list("commune", flat=True))


def read_error_report(client: Client, stage: Stage) -> set[object]:
    answer = client.post("/logements/liste/verifier/", {**IMPORTED, "table": _list_of("zq nulle part")})
    return {"report"} if "Ligne 2" in read(answer) else set()


def _list_of(address: str) -> str:
    headings = ["Adresse", "Premier jour", "Dernier jour", "Nom", "Tel", "1"]
    return json.dumps([headings, [address, "2031-05-01", "2031-05-10", canary("liste"), "0475000000", "2"]])


IMPORTED = {
    **{
        field: str(column)
        for column, field in enumerate(("address_text", "first_day", "last_day", "name", "phone"))
    },
    "set_aside": "1",
}


def take_review(client: Client, stage: Stage) -> set[object]:
    """Ask for tables in a way that no view takes: whoever may have them is told so, published or not."""
    answer = client.post("/bilan/2026-07/bilan.csv")
    return {"review"} if answer.status_code == NOT_ALLOWED else set()


ACTS: dict[str, Act] = {
    "coverage.export": take_review,
    "absence.import": import_list,
    "import.error_report": read_error_report,
    "absence.create": declare_absence,
    "absence.update": change_absence,
    "absence.delete": delete_absence,
    "absence.search_by_name": search_by_name,
    "bulletin.relay": relay_messages,
    "bulletin.send": send_message,
    "report.close": close_reports,
    "report.create": tell_reports,
    "watch.tick": watch_homes,
    "report.delete": withdraw_reports,
    "report.relay": relay_reports,
    "report.reject": reject_reports,
    "sector.appoint_referent": appoint_referents,
    "sector.propose_perimeter": propose_perimeters,
    "sector.approve_perimeter": approve_perimeters,
    "sector.import_geo": import_drawings,
    "passage.amend": amend_passages,
    "passage.create": record_passages,
    "anomaly.call_chain": call_after_anomalies,
    "account.create": create_account,
    "account.disable": disable_account,
    "device.revoke": revoke_device,
    "audit.verify_chain": verify_chain,
    "retention.run_now": purge,
    "route.plan": plan_day,
    "route.publish": publish,
}
