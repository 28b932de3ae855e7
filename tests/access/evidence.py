"""What a person sees and does by asking every address of the site, and what each row of the policy finds in it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.core import mail
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from accounts.models import Account, Device, PurgeRun
from geo import french
from geo.templatetags.french import short_day
from patrols.models import Omission, Plan, Stop
from tests.access.people import Place
from tests.access.stage import (
    Stage,
    act_of,
    canary,
    crew_that_passed,
    first_day_of,
    latitude_of,
    passed_at,
    routes_of,
    words_of_act,
)
from tests.builders import DAY

# A tile around each commune's sectors: zoom 12, its column and row.
SECTOR_TILES = {0: "12/2103/1474", 1: "12/2114/1474"}
OK = 200


@dataclass(frozen=True, kw_only=True)
class Question:
    """An address that is asked for, of which kind its page is, and the key of what it is about."""

    kind: str
    url: str
    about: int = 0


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

    def text(self, *kinds: str) -> str:
        """The text of all pages of some kinds that were given, of all kinds when none is named."""
        return "\n".join(
            text
            for question, (status, text) in self.answers.items()
            if status == OK and (not kinds or question.kind in kinds)
        )

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
    yield Question(kind="vacant_map", url=f"/vacants/{DAY}/carte.geojson")
    for number, tile in SECTOR_TILES.items():
        yield Question(kind="sectors", url=f"/tuiles/secteurs/{DAY}/{tile}.mvt", about=number)
    yield Question(kind="home", url="/accueil/")


def _questions_of_keepers(stage: Stage) -> Iterator[Question]:
    # The log comes first: what is asked afterwards is written into it.
    yield Question(kind="own_log", url="/compte/journal/")
    yield Question(kind="log", url="/dpo/journal/")
    for account in (stage.mate, stage.mate_there):
        yield Question(kind="log", url=f"/dpo/journal/?compte={account.pk}")
        yield Question(kind="log", url=f"/dpo/journal/?objet=absences.absence:{act_of(account)[0]}&issue=done")
    yield Question(kind="own_account", url="/compte/")
    yield Question(kind="own_devices", url="/compte/appareils/")
    yield Question(kind="devices", url="/gestion/appareils/")
    yield Question(kind="accounts", url="/gestion/comptes/")
    for search in ("identifiant=crew", "identifiant=38001", "role=dpo", "etat=actif", "tri=-cree", "tri=password"):
        yield Question(kind="accounts", url=f"/gestion/comptes/?{search}")
    yield Question(kind="register", url="/dpo/registre/")
    yield Question(kind="retention", url="/dpo/conservation/")
    yield Question(kind="keys", url="/dpo/cles/")
    yield Question(kind="new_account", url="/gestion/comptes/nouveau/")
    for account in _accounts(stage):
        yield Question(kind="account", url=f"/gestion/comptes/{account.pk}/", about=account.pk)


def _questions_of_maps(place: Place) -> Iterator[Question]:
    plan = place.plan.pk
    yield Question(kind="plan_map", url=f"/plans/{plan}/carte.geojson", about=plan)
    yield Question(kind="plan_file", url=f"/plans/{plan}/plan.geojson", about=plan)
    for route in routes_of(place):
        for extension in ("pdf", "gpx", "csv"):
            yield Question(kind=extension, url=f"/tournees/{route.pk}/tournee.{extension}", about=route.pk)
    for stop in Stop.objects.filter(route__plan=plan):
        yield Question(kind="stop", url=f"/arrets/{stop.pk}/detail", about=stop.pk)
    for omission in Omission.objects.filter(plan=plan):
        yield Question(kind="omission", url=f"/ecartes/{omission.pk}/detail", about=omission.pk)
    for home in place.town.absences:
        yield Question(kind="home_detail", url=f"/vacants/{DAY}/{home.pk}/detail", about=home.pk)


def gather(client: Client, stage: Stage) -> Evidence:
    """Ask every question, then try every act; what was done is undone."""
    answers, outside = {}, []
    with transaction.atomic():
        for question in questions(stage):
            answer = client.get(question.url)
            answers[question] = (answer.status_code, read(answer))
            outside += [f"{dict(answer.headers)}", answer.cookies.output()]
        transaction.set_rollback(True)
    done = {row: _try(act, client, stage) for row, act in ACTS.items()}
    outside += [str(message.message()) for message in mail.outbox]
    return Evidence(answers=answers, outside="\n".join(outside), done=done)


def read(answer: HttpResponse) -> str:
    """The text of an answer: body, headers and cookies; a PDF as its words."""
    if answer.headers.get("Content-Type") != "application/pdf":
        return answer.content.decode(errors="replace")
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True, check=True
    )
    return said.stdout.decode()


def _try(act: "Act", client: Client, stage: Stage) -> set[object]:
    with transaction.atomic():
        done = act(client, stage)
        transaction.set_rollback(True)
    return done


def _accounts(stage: Stage) -> list[Account]:
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


ACTS: dict[str, Act] = {
    "account.create": create_account,
    "account.disable": disable_account,
    "device.revoke": revoke_device,
    "audit.verify_chain": verify_chain,
    "retention.run_now": purge,
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What one row of the policy is about: what of it is found in the evidence, and what there is in all.

    ``of_round`` belongs to the round of Alpha, ``own`` to an account; ``masked`` is what the masked form shows.
    """

    seen: Callable[[Evidence, Stage], set[object]]
    all: Callable[[Place], set[object]]
    of_round: Callable[[Place], set[object]] = lambda place: set()
    own: Callable[[Account], set[object]] = lambda account: set()
    masked: frozenset[object] = frozenset()

    def expected(self, letter: str, stage: Stage, account: Account | None) -> set[object]:
        """What a person of a role must find, by the letter of the cell; the site serves ``stage.here``."""
        match letter:
            case "C":
                return self.all(stage.here)
            case "T":
                return self.of_round(stage.here)
            case "M":
                return set(self.masked)
            case "O" if account is not None:
                return self.own(account)
        return set()


def _homes_where(told: Callable[[Evidence, Place, int], bool]) -> Callable[[Evidence, Stage], set[object]]:
    def seen(evidence: Evidence, stage: Stage) -> set[object]:
        return {
            home.pk
            for place in stage.places
            for number, home in enumerate(place.town.absences)
            if told(evidence, place, number)
        }

    return seen


def _details(evidence: Evidence, place: Place, number: int) -> str:
    """All that is told of one home on its own: at its stops, left out, or vacant."""
    home = place.town.absences[number].pk
    stops = set(Stop.objects.filter(absence=home).values_list("pk", flat=True))
    omissions = set(Omission.objects.filter(absence=home).values_list("pk", flat=True))
    keys = {"stop": stops, "omission": omissions, "home_detail": {home}}
    return "".join(text for kind in keys for about, text in evidence.open(kind).items() if about in keys[kind])


def _home_fact(told: Callable[[Evidence, Place, int], bool]) -> Fact:
    return Fact(
        seen=_homes_where(told),
        all=lambda place: {home.pk for home in place.town.absences},
        of_round=lambda place: {home.pk for home in place.town.absences[:3]},
    )


def _tells_address(evidence: Evidence, place: Place, number: int) -> bool:
    return canary("rue", place.insee, number) in evidence.everything


def _tells_point(evidence: Evidence, place: Place, number: int) -> bool:
    return f"{latitude_of(place, number):.5f}" in evidence.everything


def _tells_presence(evidence: Evidence, place: Place, number: int) -> bool:
    home = place.town.absences[number].pk
    return any(feature.get("home") == home for feature in evidence.features) or _tells_address(
        evidence, place, number
    )


def _tells_sector(evidence: Evidence, place: Place, number: int) -> bool:
    names = [canary("secteur", place.insee, sector.number) for sector in place.sectors]
    told = _details(evidence, place, number)
    return any(name in told for name in names) or (bool(told) and "hors secteur" in told)


def _tells_days(evidence: Evidence, place: Place, number: int) -> bool:
    return f"du {short_day(first_day_of(place, number))} au" in _details(evidence, place, number)


def _tells_passage(evidence: Evidence, place: Place, number: int) -> bool:
    return "Dernier passage" in _details(evidence, place, number)


def _tells_hour_of_passage(evidence: Evidence, place: Place, number: int) -> bool:
    return french.clock(passed_at(place, number)) in _details(evidence, place, number)


def _tells_result(evidence: Evidence, place: Place, number: int) -> bool:
    return "avec anomalie" in _details(evidence, place, number)


def _routes(place: Place) -> set[object]:
    return {route.pk for route in routes_of(place)}


def _round(place: Place) -> set[object]:
    return {place.route.pk}


def _routes_named(evidence: Evidence, stage: Stage) -> set[object]:
    """Rounds of which the page of the day has the card, or whose stops tell their hours."""
    of_stops = Stop.objects.filter(pk__in=evidence.open("stop")).values_list("route", flat=True)
    pages = evidence.text("day")
    told = {
        route.pk for place in stage.places for route in routes_of(place) if f'data-route="{route.pk}"' in pages
    }
    return {*of_stops, *told, *evidence.open("pdf")}


def _routes_drawn(evidence: Evidence, stage: Stage) -> set[object]:
    return {feature["route"] for feature in evidence.features if feature["kind"] == "course"}


def _stops_placed(evidence: Evidence, stage: Stage) -> set[object]:
    drawn = {feature["id"] for feature in evidence.features if feature["kind"] == "stop"}
    return {*drawn, *evidence.open("stop")}


def _stops_of(*routes: object) -> set[object]:
    return set(Stop.objects.filter(route__in=routes).values_list("pk", flat=True))


def _logins_listed(evidence: Evidence, stage: Stage) -> set[object]:
    lists = evidence.text("accounts", "account", "devices")
    mine = evidence.text("own_account")
    return {a.pk for a in _accounts(stage) if f">{a.login}<" in lists or f"<code>{a.login}</code>" in mine}


def _factors_told(evidence: Evidence, stage: Stage) -> set[object]:
    mine = evidence.text("own_account")
    own = {
        a.pk for a in _accounts(stage) if f"<code>{a.login}</code>" in mine and "Double authentification" in mine
    }
    return own | {about for about, text in evidence.open("account").items() if "econd facteur" in text}


def _here(place: Place) -> set[object]:
    """Every account that holds a role in a commune."""
    return set(Account.objects.filter(grants__commune=place.town.commune).values_list("pk", flat=True))


def _acts_told(*kinds: str) -> Callable[[Evidence, Stage], set[object]]:
    def seen(evidence: Evidence, stage: Stage) -> set[object]:
        pages = evidence.text(*kinds)
        return {account.pk for account in _accounts(stage) if words_of_act(account) in pages}

    return seen


def _entries_told(evidence: Evidence, stage: Stage) -> set[object]:
    told = _acts_told("log")(evidence, stage)
    # The initials of 26999-municipal-police.
    return told | ({"initials"} if "2.m.p" in evidence.text("log") else set())


def _pages(*kinds: str) -> Callable[[Evidence, Stage], set[object]]:
    return lambda evidence, stage: {kind for kind in kinds if evidence.open(kind)}


def _sectors_in(evidence: Evidence, *kinds: str) -> set[object]:
    text = evidence.text(*kinds)
    return {(insee, n) for insee in ("26999", "38001") for n in (1, 2, 3) if canary("secteur", insee, n) in text}


def _sectors(place: Place) -> set[object]:
    return {(place.insee, sector.number) for sector in place.sectors}


def _crews_that_passed(evidence: Evidence, stage: Stage) -> set[object]:
    told = evidence.text(
        "day", "stop", "omission", "home_detail", "home", "pdf", "gpx", "csv", "plan_map", "plan_file"
    )
    return {place.insee for place in stage.places if crew_that_passed(place).name in told}


FACTS = {
    "absence.address": _home_fact(_tells_address),
    "absence.exact_point": _home_fact(_tells_point),
    "absence.exists_in_list": _home_fact(_tells_presence),
    "absence.sector": _home_fact(_tells_sector),
    "absence.start_end_dates": _home_fact(_tells_days),
    "absence.export": Fact(
        seen=lambda evidence, stage: set(evidence.open("plan_file")),
        all=lambda place: set(Plan.objects.filter(commune=place.town.commune).values_list("pk", flat=True)),
    ),
    "passage.stop": _home_fact(_tells_passage),
    "passage.time": _home_fact(_tells_hour_of_passage),
    "passage.result": _home_fact(_tells_result),
    "passage.crew_identity": Fact(seen=_crews_that_passed, all=lambda place: {place.insee}),
    "route.geometry": Fact(seen=_routes_drawn, all=_routes, of_round=_round),
    "route.schedule": Fact(seen=_routes_named, all=_routes, of_round=_round),
    "route.stops_order": Fact(
        seen=_stops_placed,
        all=lambda place: _stops_of(*_routes(place)),
        of_round=lambda place: _stops_of(place.route.pk),
    ),
    "route.download": Fact(
        seen=lambda evidence, stage: {*evidence.open("gpx"), *evidence.open("csv")}, all=_routes, of_round=_round
    ),
    "account.roles": Fact(seen=_logins_listed, all=_here, own=lambda account: {account.pk}),
    "account.mfa_state": Fact(seen=_factors_told, all=_here, own=lambda account: {account.pk}),
    "account.create": Fact(
        seen=lambda evidence, stage: evidence.done["account.create"], all=lambda _: {"zq-nouveau"}
    ),
    "account.disable": Fact(
        seen=lambda evidence, stage: evidence.done["account.disable"],
        all=lambda place: set(Account.objects.filter(login=f"{place.insee}-crew-2").values_list("pk", flat=True)),
    ),
    "device.revoke": Fact(
        seen=lambda evidence, stage: evidence.done["device.revoke"],
        all=lambda place: {canary("appareil", place.insee)},
        own=lambda account: set(account.devices.filter(label=OWN_PHONE).values_list("label", flat=True)),
    ),
    "audit.own_entries": Fact(seen=_acts_told("own_log", "log"), all=_here, own=lambda account: {account.pk}),
    "audit.all_entries": Fact(seen=_entries_told, all=_here, masked=frozenset({"initials"})),
    "audit.verify_chain": Fact(
        seen=lambda evidence, stage: evidence.done["audit.verify_chain"], all=lambda _: {"verified"}
    ),
    "keys.inventory": Fact(seen=_pages("keys"), all=lambda _: {"keys"}),
    # The register tells what is kept and why; an administrator sees how much is due, and no more.
    "retention.state": Fact(
        seen=_pages("register", "retention"),
        all=lambda _: {"register", "retention"},
        masked=frozenset({"retention"}),
    ),
    "retention.run_now": Fact(
        seen=lambda evidence, stage: evidence.done["retention.run_now"], all=lambda _: {"asked"}
    ),
    "sector.name": Fact(seen=lambda evidence, stage: _sectors_in(evidence), all=_sectors),
    # The third sector has no perimeter yet.
    "sector.perimeter": Fact(
        seen=lambda evidence, stage: _sectors_in(evidence, "sectors"),
        all=lambda place: {(place.insee, 1), (place.insee, 2)},
    ),
}
