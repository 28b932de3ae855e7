"""What a person sees and does by asking every address of the site."""

import json
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from absences.models import Absence
from accounts.models import Account, Device, PurgeRun
from patrols.models import Calculation, CallAttempt, Omission, Passage, Plan, RefusedEntry, Stop
from tests.access.passage_acts import amend_passages, call_after_anomalies, record_passages
from tests.access.people import Place
from tests.access.stage import (
    Stage,
    act_of,
    canary,
    household_canary,
    routes_of,
)
from tests.builders import DAY

# A tile around each commune's sectors: zoom 12, its column and row.
SECTOR_TILES = {0: "12/2103/1474", 1: "12/2114/1474"}
OK, CONFLICT = 200, 409
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True)
class Question:
    """An address that is asked for, of which kind its page is, and the key of what it is about."""

    kind: str
    url: str
    about: int = 0
    is_sent: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def form(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What is asked, whatever the row that it is asked about."""
        return NUMBER.sub("#", self.url), self.fields


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All answers to one person, as text; headers, cookies and e-mails ``outside``; what was done by asking."""

    answers: dict[Question, tuple[int, str]]
    outside: str = ""
    done: dict[str, set[object]] = field(default_factory=dict)

    def open(self, kind: str) -> dict[int, str]:
        """The texts of the pages of a kind that were given, by what they are about."""
        return {
            question.about: text
            for question, (status, text) in self.answers.items()
            if question.kind == kind and status == OK
        }

    def answered(self, kind: str) -> list[tuple[int, str]]:
        """The pages of a kind that were given, one by one: what each is about, and its text."""
        return [(q.about, text) for q, (status, text) in self.answers.items() if q.kind == kind and status == OK]

    def text(self, *kinds: str) -> str:
        """The text of all pages of some kinds that were given, of all kinds when none is named."""
        return "\n".join(
            text
            for question, (status, text) in self.answers.items()
            if status == OK and (not kinds or question.kind in kinds)
        )

    def text_but_of(self, kind: str) -> str:
        """The text of all that was answered about the other kinds, refusals included."""
        return "\n".join(text for question, (_, text) in self.answers.items() if question.kind != kind)

    def round_at(self, home: int) -> dict[str, Any]:
        """What the round on a crew's phone tells of a home; nothing where it has no stop there."""
        stops = [stop for text in self.open("round").values() for stop in json.loads(text)["stops"]]
        return next((stop for stop in stops if stop["home"] == home), {})

    @cached_property
    def everything(self) -> str:
        """Whatever came back, refusals and headers included."""
        return "\n".join([*(text for _, text in self.answers.values()), self.outside])

    @cached_property
    def features(self) -> list[dict[str, object]]:
        """What is drawn on the maps."""
        drawn = [*self.open("plan_map").values(), *self.open("vacant_map").values()]
        return [feature["properties"] for text in drawn for feature in json.loads(text)["features"]]


def questions(stage: Stage) -> Iterator[Question]:
    """Every address that shows something, for what belongs to either commune, with what may narrow it."""
    yield from _questions_of_keepers(stage)
    for place in stage.places:
        yield from _questions_of_maps(place)
    for version, crew in ((1, stage.here.town.crews[0].pk), (1, stage.there.town.crews[0].pk)):
        wanted = f"version={version}&equipage={crew}&couleur=passages&vue=tableau"
        yield Question(kind="day", url=f"/jour/?jour={DAY}&{wanted}")
    yield Question(kind="day", url=f"/jour/?jour={DAY}")
    yield Question(kind="shifts", url=f"/vacations/?jour={DAY}")
    yield Question(kind="calculations", url=f"/calculs/?jour={DAY}")
    yield Question(kind="vacant_map", url=f"/vacants/{DAY}/carte.geojson")
    for number, tile in SECTOR_TILES.items():
        yield Question(kind="sectors", url=f"/tuiles/secteurs/{DAY}/{tile}.mvt", about=number)
    yield from _questions_of_homes(stage)
    yield Question(kind="home", url="/accueil/")
    for page in ("", "liste/", "etat.json"):
        yield Question(kind="phone", url=f"/equipage/{page}")
    yield Question(kind="round", url="/equipage/tournee.json")


def _questions_of_homes(stage: Stage) -> Iterator[Question]:
    yield Question(kind="homes", url=f"/logements/?jour={DAY}")
    for wanted in ("secteur=0", "etat=anomalie", "service=aucun", "dus=oui", "tri=-adresse", "tri=secteur"):
        yield Question(kind="homes", url=f"/logements/?jour={DAY}&{wanted}")
    yield Question(kind="set_aside", url="/envois/")
    for place in stage.places:
        for entry in RefusedEntry.objects.filter(crew__commune=place.town.commune):
            yield Question(kind="set_aside", url=f"/envois/{entry.pk}/")
        for sector in place.sectors:
            yield Question(kind="homes", url=f"/logements/?jour={DAY}&secteur={sector.pk}")
    for number, tile in SECTOR_TILES.items():
        yield Question(kind="home_tile", url=f"/tuiles/logements/{DAY}/{tile}.mvt", about=number)


def _questions_of_keepers(stage: Stage) -> Iterator[Question]:
    # The log comes first: what is asked afterwards is written into it.
    yield Question(kind="own_log", url="/compte/journal/")
    yield Question(kind="log", url="/dpo/journal/")
    for account in (stage.mate, stage.mate_there):
        yield Question(kind="log", url=f"/dpo/journal/?compte={account.pk}")
        yield Question(kind="log", url=f"/dpo/journal/?objet=absences.absence:{act_of(account)[0]}&issue=done")
    yield Question(kind="exports", url="/exports/")
    yield Question(kind="own_account", url="/compte/")
    yield Question(kind="own_data", url="/compte/mes-donnees/")
    for extension in ("json", "pdf"):
        yield Question(kind="extract", url=f"/compte/mes-donnees/extrait.{extension}")
    yield Question(kind="own_devices", url="/compte/appareils/")
    yield Question(kind="devices", url="/gestion/appareils/")
    yield Question(kind="accounts", url="/gestion/comptes/")
    for search in ("identifiant=crew", "identifiant=38001", "role=dpo", "etat=actif", "tri=-cree", "tri=password"):
        yield Question(kind="accounts", url=f"/gestion/comptes/?{search}")
    yield Question(kind="register", url="/dpo/registre/")
    yield Question(kind="retention", url="/dpo/conservation/")
    yield Question(kind="keys", url="/dpo/cles/")
    yield Question(kind="new_account", url="/gestion/comptes/nouveau/")
    for account in asked_accounts(stage):
        yield Question(kind="account", url=f"/gestion/comptes/{account.pk}/", about=account.pk)


def _questions_of_maps(place: Place) -> Iterator[Question]:
    plan = place.plan.pk
    yield Question(kind="plan_map", url=f"/plans/{plan}/carte.geojson", about=plan)
    yield Question(kind="new_passages", url=f"/plans/{plan}/passages/?depuis=1-0", about=plan)
    yield Question(kind="plan_state", url=f"/plans/{plan}/etat/?depuis=0", about=plan)
    yield Question(kind="difference", url=f"/plans/{plan}/difference/{plan}/", about=plan)
    yield Question(kind="plan_file", url=f"/plans/{plan}/plan.geojson", about=plan)
    for route in routes_of(place):
        for extension in ("pdf", "gpx", "csv"):
            yield Question(kind=extension, url=f"/tournees/{route.pk}/tournee.{extension}", about=route.pk)
    for stop in Stop.objects.filter(route__plan=plan):
        yield Question(kind="stop", url=f"/arrets/{stop.pk}/detail", about=stop.pk)
        yield Question(kind="radio", url=f"/arrets/{stop.pk}/passage/", about=stop.absence_id)
        yield Question(kind="missed", url=f"/arrets/{stop.pk}/non-fait/", about=stop.absence_id)
        yield Question(kind="contacts", url=f"/equipage/arrets/{stop.pk}/contacts/", about=stop.pk, is_sent=True)
    for omission in Omission.objects.filter(plan=plan):
        yield Question(kind="omission", url=f"/ecartes/{omission.pk}/detail", about=omission.pk)
    for home in place.town.absences:
        for page in ("", "modifier/", "prolonger/", "retour/", "effacer/"):
            yield Question(kind="record", url=f"/logements/{home.pk}/{page}", about=home.pk)
        yield Question(kind="radio", url=f"/logements/{home.pk}/passage/", about=home.pk)
        yield Question(kind="household", url=f"/logements/{home.pk}/devoiler/", about=home.pk, is_sent=True)
        yield Question(kind="home_detail", url=f"/vacants/{DAY}/{home.pk}/detail", about=home.pk)
        for passage in Passage.objects.filter(absence=home):
            yield Question(kind="notice", url=f"/passages/{passage.pk}/avis.pdf", about=passage.pk)
            yield Question(kind="amend", url=f"/passages/{passage.pk}/corriger/", about=passage.pk)
            yield from _questions_of_calls(passage.pk)


def _questions_of_calls(passage: int) -> Iterator[Question]:
    yield Question(kind="calls", url=f"/passages/{passage}/appels/", about=passage)
    for step in CallAttempt.Step.values:
        url, fields = f"/passages/{passage}/appels/appeler/", (("step", step),)
        yield Question(kind="call", url=url, about=passage, is_sent=True, fields=fields)


def two_of_each_form(stage: Stage) -> Iterable[Question]:
    """The first and the last question of each form, in order: about this commune, and about the other."""
    asked = list(questions(stage))
    last = {question.form: question for question in asked}
    first = {question.form: question for question in reversed(asked)}
    kept = {*first.values(), *last.values()}
    return [question for question in asked if question in kept]


def gather(client: Client, stage: Stage, *, asking: Callable[[Stage], Iterable[Question]] = questions) -> Evidence:
    """Ask every question, or those that are wanted, then try every act; what was done is undone."""
    answers, outside = {}, []
    with transaction.atomic():
        for question in asking(stage):
            sent = dict(question.fields)
            answer = client.post(question.url, sent) if question.is_sent else client.get(question.url)
            answers[question] = (answer.status_code, read(answer))
            outside += [f"{dict(answer.headers)}", answer.cookies.output()]
        answers |= _ask_for_statements(client, stage)
        transaction.set_rollback(True)
    done = {row: _try(act, client, stage) for row, act in ACTS.items()}
    outside += [str(message.message()) for message in mail.outbox]
    return Evidence(answers=answers, outside="\n".join(outside), done=done)


def _ask_for_statements(client: Client, stage: Stage) -> dict[Question, tuple[int, str]]:
    """Ask, of each home, for the statement of passages that is given while it is vacant, and after its return."""
    urls = {home.pk: f"/logements/{home.pk}/releve.pdf" for home in stage.homes}
    asked = {pk: client.get(url) for pk, url in urls.items()}
    before = {
        Question(kind="early_statement", url=urls[pk], about=pk): (answer.status_code, read(answer))
        for pk, answer in asked.items()
    }
    Absence.objects.filter(pk__in=urls).update(returned_on=DAY)
    asked = {pk: client.get(url) for pk, url in urls.items()}
    return before | {
        Question(kind="statement", url=urls[pk], about=pk): (answer.status_code, read(answer))
        for pk, answer in asked.items()
    }


def read(answer: HttpResponse) -> str:
    """The text of an answer: body, headers and cookies; a PDF as its words."""
    if answer.headers.get("Content-Type") != "application/pdf":
        return answer.content.decode(errors="replace")
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True, check=True
    )
    return said.stdout.decode()


def plan_day(client: Client, stage: Stage) -> set[object]:
    """Ask for a calculation, and begin a draft from the version of each commune."""
    client.post("/calculs/", {"day": f"{DAY}", "seconds": "2"})
    for place in stage.places:
        client.post(f"/plans/{place.plan.pk}/brouillon/")
    asked = Calculation.objects.filter(state=Calculation.State.WAITING).values_list("commune", flat=True)
    begun = Plan.objects.drafts().values_list("commune", flat=True)
    return {("asked", insee) for insee in asked} | {("begun", insee) for insee in begun}


def publish(client: Client, stage: Stage) -> set[object]:
    """Ask to publish what is published already: whoever may is told so."""
    sent = {"data": {"revision": 1}, "content_type": "application/json"}
    answers = {place.insee: client.post(f"/plans/{place.plan.pk}/publier/", **sent) for place in stage.places}
    return {insee for insee, answer in answers.items() if answer.status_code == CONFLICT}


def _try(act: "Act", client: Client, stage: Stage) -> set[object]:
    with transaction.atomic():
        done = act(client, stage)
        transaction.set_rollback(True)
    return done


def asked_accounts(stage: Stage) -> list[Account]:
    accounts = [account for place in stage.places for account in place.accounts.values()]
    return [*accounts, stage.mate, stage.mate_there]


# Acts: each tries what the row forbids or allows, here and in the other commune, and returns what has changed.
Act = Callable[[Client, Stage], set[object]]


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
        client.post("/logements/liste/verifier/", {**IMPORTED, "table": _list_of(f"{place.town.addresses[0]}")})
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
ACTS: dict[str, Act] = {
    "absence.import": import_list,
    "import.error_report": read_error_report,
    "absence.create": declare_absence,
    "absence.update": change_absence,
    "absence.delete": delete_absence,
    "absence.search_by_name": search_by_name,
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
