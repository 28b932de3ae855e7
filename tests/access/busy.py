"""Something in every table of a commune, for the tests that ask what the walls show of it."""

import datetime as dt
import uuid

from allauth.mfa.models import Authenticator
from django.utils import timezone

from absences.services.drafts import keep_draft
from accounts.models import Account, Device, Export, Identity, Invitation
from accounts.roles import Role
from geo.models import Commune
from patrols.models import (
    CallAttempt,
    Crew,
    JoinedPassage,
    MissedStop,
    Passage,
    PassageAmendment,
    PassageNote,
    Receipt,
    RefusedEntry,
)
from sectors.models import Attendance, Pseudonym, Registration, Training
from tests.access.people import Place, move_shift
from tests.builders import (
    DAY,
    at,
    build_agreement,
    build_household,
    build_meeting,
    build_minutes,
    build_passage,
    build_risk,
)
from tests.sectors.proposing import build_proposal


def fill(place: Place) -> None:
    """Put something into every table; Alpha is one hour into its shift."""
    town = place.town
    for sector in place.sectors[:2]:
        build_agreement(sector)
        build_minutes(build_meeting(sector))
        waits = {"token_sha256": f"r{sector.pk}", "expires_at": at(20)}
        Registration.objects.create(sector=sector, made_by=place.accounts[Role.REFERENT], **waits)
    training = Training.objects.create(commune=town.commune, held_on=DAY, title="Accueil", attended=1)
    for mandate in place.accounts[Role.REFERENT].grants.all():
        Attendance.objects.create(training=training, mandate=mandate)
    for absence in town.absences:
        told = {"absence": absence, "crew": town.crews[1], "done_at": at(9)}
        JoinedPassage.objects.create(passage=build_passage(**told), counts_as=build_passage(**told))
    _tell_passages(town.crews)
    for absence in town.absences:
        build_household(absence)
        missed = {"shift": town.shifts[0], "absence": absence, "planned_at": at(18, 5)}
        MissedStop.objects.create(**missed, why="no_time")
    # Alpha is on its round; what it found elsewhere another day opens nothing.
    for absence, found_at in ((town.absences[1], timezone.now()), (town.absences[0], at(9, 30))):
        build_passage(absence=absence, crew=town.crews[0], done_at=found_at, result=Passage.Result.ANOMALY)
    town.crews[1].excluded_absences.add(town.absences[3])
    for sector in place.sectors[:2]:
        proposal = build_proposal(sector, place.accounts[Role.MUNICIPAL_POLICE], Role.MUNICIPAL_POLICE)
    build_risk(place.plan)
    place.plan.edits.create(revision=2, kind="lock", made_at=at(16), sentence="Verrouillé.", before={})
    move_shift(town.shifts[0], starts_in=-dt.timedelta(hours=1))
    for role, account in place.accounts.items():
        Authenticator.objects.create(user=account, type="totp", data={"secret": f"{role} {place.insee}"})
        Device.objects.create(account=account, commune=town.commune, label="Téléphone", token_sha256=f"d{account}")
        Invitation.objects.create(account=account, token_sha256=f"i{account}", expires_at=at(20))
        identity = Identity(account=account, name="Nom")
        identity.keep_until(DAY)
        identity.save()
        Pseudonym.objects.create(account=account, sector=place.sectors[0], text=f"Merle {account.pk}")
        proposal.steps.get().readings.create(account=account, read_at=timezone.now())
        keep_draft(account, {"name": ["Nom"]}, now=timezone.now())
        _export(account, town.commune)


def _export(account: Account, commune: Commune) -> None:
    about = {"kind": Export.Kind.NOTICE, "subject_kind": "patrols.passage", "subject_key": "1"}
    Export.objects.create(commune=commune, made_by=account, content_sha256="0" * 64, size_bytes=1, **about)


def _tell_passages(crews: tuple[Crew, ...]) -> None:
    """Give each passage of the crews' commune a note, a call and a correction, and each crew a receipt."""
    for passage in Passage.objects.filter(origin__crew__in=crews):
        note = PassageNote(passage=passage, text="Portail ouvert")
        note.keep_until(DAY)
        note.save()
        CallAttempt.objects.create(
            passage=passage, step="owner", outcome="reached", started_at=at(9), ended_at=at(9, 1)
        )
        PassageAmendment.objects.create(passage=passage, why="mistyped", former_result="ras")
    for crew in crews:
        Receipt.objects.create(crew=crew, reference=uuid.uuid4(), content_sha256="0" * 64)
        refused = RefusedEntry(crew=crew, reason="unreadable", content="{}")
        refused.keep_until(DAY)
        refused.save()
