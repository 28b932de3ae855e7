"""Every address that shows something, as it is asked for on the stage."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve

from accounts.models import Account, Grant
from accounts.permissions import access_of
from accounts.person import Person
from accounts.roles import Role
from patrols.models import CallAttempt, Omission, Passage, RefusedEntry, Stop
from reports.models import Report
from sectors.models import Bulletin, BulletinTemplate, Meeting, Proposal
from tests.access.people import Place
from tests.access.stage import Stage, act_of, routes_of
from tests.builders import DAY

# A tile around each commune's sectors: zoom 12, its column and row.
SECTOR_TILES = {0: "12/2103/1474", 1: "12/2114/1474"}
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True)
class Question:
    """An address that is asked for, of which kind its page is, and the key of what it is about."""

    kind: str
    url: str
    about: Any = 0
    is_sent: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def form(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What is asked, whatever the row that it is asked about."""
        return NUMBER.sub("#", self.url), self.fields


def questions(stage: Stage) -> Iterator[Question]:
    """Every address that shows something, for what belongs to either commune, with what may narrow it."""
    yield from _questions_of_keepers(stage)
    for place in stage.places:
        yield from _questions_of_maps(place)
    for version, crew in ((1, stage.here.town.crews[0].pk), (1, stage.there.town.crews[0].pk)):
        wanted = f"version={version}&equipage={crew}&couleur=passages&vue=tableau"
        yield Question(kind="day", url=f"/jour/?jour={DAY}&{wanted}")
    yield Question(kind="day", url=f"/jour/?jour={DAY}")
    yield from _questions_of_density()
    yield Question(kind="review", url="/bilan/")
    yield Question(kind="coverage", url="/bilan/couverture/")
    yield Question(kind="rounds", url=f"/bilan/tournees/?du={DAY}&au={DAY}")
    yield Question(kind="rounds_table", url=f"/bilan/tournees/tournees.csv?du={DAY}&au={DAY}")
    yield Question(kind="shifts", url=f"/vacations/?jour={DAY}")
    yield Question(kind="calculations", url=f"/calculs/?jour={DAY}")
    yield Question(kind="vacant_map", url=f"/vacants/{DAY}/carte.geojson")
    for number, tile in SECTOR_TILES.items():
        yield Question(kind="sectors", url=f"/tuiles/secteurs/{DAY}/{tile}.mvt", about=number)
    for page in ("secteurs/items", "perimetres/items?limit=1000", "secteurs/items/1"):
        yield Question(kind="sectors_for_tools", url=f"/ogc/collections/{page}")
    yield Question(kind="sectors_for_tools", url=f"/secteurs/{DAY}/secteurs.geojson")
    yield from _questions_of_homes(stage)
    yield from _questions_of_perimeters()
    yield Question(kind="messages", url="/messages/")
    yield Question(kind="templates", url="/messages/modeles/")
    for template in BulletinTemplate.objects.all():
        yield Question(kind="templates", url=f"/messages/modeles/{template.pk}/")
    for bulletin in Bulletin.objects.all():
        for page in ("", "ecrire/", "envoyer/"):
            yield Question(kind="message", url=f"/messages/{bulletin.pk}/{page}", about=bulletin.pk)
        for piece in bulletin.attachments.all():
            yield Question(kind="piece", url=f"/messages/{bulletin.pk}/piece-{piece.pk}.pdf", about=bulletin.pk)
    yield from _questions_of_sectors(stage)
    yield from _questions_of_reports()
    yield from _questions_of_watch(stage)
    yield Question(kind="home", url="/accueil/")
    for page in ("", "liste/", "etat.json"):
        yield Question(kind="phone", url=f"/equipage/{page}")
    yield Question(kind="round", url="/equipage/tournee.json")


def _questions_of_density() -> Iterator[Question]:
    for kind, page in (("density", ""), ("density_picture", "carte.png"), ("density_file", "carte.html")):
        yield Question(kind=kind, url=f"/densite/{page}")
    yield Question(kind="density_checks", url="/densite/evaluation/")
    yield Question(kind="published", url="/densite/publiee/")
    yield Question(kind="published_file", url="/densite/publiee/2026-t2/carte.html")


def _questions_of_perimeters() -> Iterator[Question]:
    yield Question(kind="perimeters", url="/perimetres/")
    yield Question(kind="perimeters", url=f"/perimetres/?jour={DAY}")
    for proposal in Proposal.objects.all():
        yield Question(kind="proposal", url=f"/propositions/{proposal.pk}/", about=proposal.pk)
        yield Question(kind="proposal", url=f"/propositions/{proposal.pk}/avant-apres-1.svg", about=proposal.pk)


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


def _questions_of_reports() -> Iterator[Question]:
    yield Question(kind="pseudonyms", url="/signalements/pseudonymes/")
    yield Question(kind="own_reports", url="/signalements/")
    for wanted in ("", "?etat=told", "?nature=damage", "?numero=00000001"):
        yield Question(kind="received_reports", url=f"/signalements/recus/{wanted}")
    for wanted in ("", "?etat=new", "?nature=damage", "?attente=1", "?patrouille=on", "?tri=-attente"):
        yield Question(kind="relayed_reports", url=f"/signalements/police/{wanted}")
    yield Question(kind="relayed_reports", url="/signalements/police/carte.geojson")
    for page in ("signaler", "recueillir"):
        yield Question(kind="new_report", url=f"/signalements/{page}/")
    for report in Report.objects.all():
        sent = {"is_sent": True, "fields": (("report", f"{report.pk}"),)}
        yield Question(kind="own_report", url="/signalements/le-mien/", about=report.pk, **sent)
        yield Question(kind="received_report", url=f"/signalements/recus/{report.pk}/", about=report.pk)
        yield Question(kind="case", url=f"/signalements/police/{report.pk}/", about=report.pk)
        detail = f"/signalements/police/{int(report.number)}/detail"
        yield Question(kind="case_detail", url=detail, about=report.pk)


def _questions_of_watch(stage: Stage) -> Iterator[Question]:
    for page in ("", "jour.json"):
        yield Question(kind="watch", url=f"/veille/{page}")
    yield Question(kind="own_homes", url="/veille/mes-logements/")
    yield Question(kind="own_turns", url="/veille/mon-tour/")
    for place in stage.places:
        for sector in place.sectors:
            yield Question(kind="chain", url=f"/veille/secteurs/{sector.pk}/", about=sector.pk)


def _questions_of_sectors(stage: Stage) -> Iterator[Question]:
    for wanted in ("", "?convention=aucune", "?tri=-terme"):
        yield Question(kind="network", url=f"/secteurs/{wanted}")
    yield Question(kind="own_registration", url="/vigilant/")
    yield Question(kind="trainings", url="/formations/")
    yield Question(kind="new_training", url="/formations/noter/")
    for meeting in Meeting.objects.all():
        yield Question(kind="minutes", url=f"/reunions/{meeting.pk}/compte-rendu.pdf", about=meeting.pk)
        yield Question(kind="new_minutes", url=f"/reunions/{meeting.pk}/compte-rendu/", about=meeting.pk)
    for place in stage.places:
        for sector in place.sectors:
            yield Question(kind="registration", url=f"/secteurs/{sector.pk}/inscription/", about=sector.pk)
            yield Question(kind="sector", url=f"/secteurs/{sector.pk}/", about=sector.pk)
            yield Question(kind="new_meeting", url=f"/secteurs/{sector.pk}/reunion/", about=sector.pk)
            yield Question(kind="mandate", url=f"/secteurs/{sector.pk}/mandat/", about=sector.pk)
            yield Question(kind="new_agreement", url=f"/secteurs/{sector.pk}/convention/", about=sector.pk)
        for mandate in Grant.objects.filter(commune=place.town.commune, role=Role.REFERENT):
            yield Question(kind="mandate", url=f"/mandats/{mandate.pk}/fin/", about=mandate.pk)
        for agreement in place.agreements:
            yield Question(kind="copy", url=f"/conventions/{agreement.pk}/convention.pdf", about=agreement.pk)
            for page in ("denoncer", "copie", "corriger"):
                yield Question(kind="agreement", url=f"/conventions/{agreement.pk}/{page}/", about=agreement.pk)


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
    yield Question(kind="tokens", url="/gestion/jetons/")
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
            for page in ("corriger/", "dit-deux-fois/"):
                yield Question(kind="amend", url=f"/passages/{passage.pk}/{page}", about=passage.pk)
            yield from _questions_of_calls(passage.pk)


def _questions_of_calls(passage: int) -> Iterator[Question]:
    yield Question(kind="calls", url=f"/passages/{passage}/appels/", about=passage)
    yield Question(kind="near_reports", url=f"/passages/{passage}/signalements/", about=passage)
    for step in CallAttempt.Step.values:
        url = f"/passages/{passage}/appels/appeler/?etape={step}"
        yield Question(kind="call", url=url, about=passage, is_sent=True)


def two_of_each_form(stage: Stage) -> Iterable[Question]:
    """The first and the last question of each form, in order: about this commune, and about the other."""
    return _all_but_between(list(questions(stage)), lambda question: True)


def as_doors_are_to(person: Person) -> Callable[[Stage], Iterable[Question]]:
    """Ask all that the views let the person ask, and two of each form of what they refuse, whatever it is about.

    A view that says too much is asked everything; one that says it refuses, and does not, shows it at two rows.
    """

    def is_closed(question: Question) -> bool:
        access = access_of(resolve(urlsplit(question.url).path).func)
        return access is not None and not access.admits(person)

    return lambda stage: _all_but_between(list(questions(stage)), is_closed)


def _all_but_between(asked: list[Question], is_spared: Callable[[Question], bool]) -> list[Question]:
    """Without those between the first and the last of their form that are to be spared."""
    last = {question.form: question for question in asked}
    first = {question.form: question for question in reversed(asked)}
    kept = {*first.values(), *last.values()}
    return [question for question in asked if question in kept or not is_spared(question)]


def asked_accounts(stage: Stage) -> list[Account]:
    accounts = [account for place in stage.places for account in place.accounts.values()]
    return [*accounts, stage.mate, stage.mate_there, stage.neighbour, stage.neighbour_there]
