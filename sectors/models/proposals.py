"""Proposals of perimeters: what is drawn, saved as one goes, and the course of it up to the day it is in force."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q

from accounts.models import Account
from accounts.roles import Role
from geo.models import WGS84, Commune
from sectors import declarations
from sectors.models.perimeters import Sector

if TYPE_CHECKING:
    from collections.abc import Iterable

PROPOSERS = (Role.REFERENT, Role.MUNICIPAL_POLICE)
ROLES = [(role.value, role.label) for role in PROPOSERS]


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def in_work(self) -> "ProposalQuerySet":
        """Proposals whose course has not ended."""
        return self.filter(state__in=Proposal.IN_WORK)

    def about(self, sectors: "Iterable[Sector]") -> "ProposalQuerySet":
        """Proposals that change the perimeter of one of the sectors."""
        return self.filter(sector_ids__overlap=[sector.pk for sector in sectors])


class Proposal(models.Model):
    """Perimeters proposed together, so that what one sector gives another takes: one area or several.

    ``sector_ids`` are the sectors whose perimeter changes; one that is drawn anew has no key yet. A sector is in
    one proposal at a time (trigger ``sector_is_in_one_proposal``). ``revision`` is the number of the last saved
    drawing: whoever saves says which one they have seen.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Brouillon"
        PROPOSED = "proposed", "À vérifier"
        CHECKED = "checked", "À approuver"
        APPROVED = "approved", "Approuvée"
        REFUSED = "refused", "Refusée"
        WITHDRAWN = "withdrawn", "Retirée"
        CANCELLED = "cancelled", "Annulée"

    IN_WORK = (State.DRAFT, State.PROPOSED, State.CHECKED)

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="proposals")
    sector_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    in_force_from = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    retention = declarations.PROPOSAL

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="proposal_has_ended_at_a_moment",
                condition=Q(state__in=["draft", "proposed", "checked"], ended_at__isnull=True)
                | Q(state__in=["approved", "refused", "withdrawn", "cancelled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="proposal_is_in_force_once_approved",
                condition=Q(state__in=["approved", "cancelled"], in_force_from__isnull=False)
                | (~Q(state__in=["approved", "cancelled"]) & Q(in_force_from__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"Proposition n° {self.pk}"

    def is_still_to_begin(self, today: dt.date) -> bool:
        """Whether it is approved for a day that has not come."""
        return self.state == self.State.APPROVED and self.in_force_from is not None and self.in_force_from > today

    @property
    def is_in_work(self) -> bool:
        return self.state in self.IN_WORK

    def begun_by_role(self) -> str | None:
        """Return the role of whoever began it: it is theirs to withdraw."""
        begun = self.steps.filter(kind=ProposalStep.Kind.BEGUN)
        return begun.values_list("by_role", flat=True).first()

    def last_saved(self) -> "ProposalRevision":
        """Return the drawing as it was saved last."""
        return self.revisions.prefetch_related("areas__sector").get(number=self.revision)


class ProposalRevision(models.Model):
    """A drawing as it was saved, never changed afterwards; ``origin`` is what made it.

    One that takes up an earlier drawing is equal to it, and ``takes_up`` is its number.
    """

    class Origin(models.TextChoices):
        BEGUN = "begun", "Départ de la proposition"
        DRAWN = "drawn", "Dessiné dans l'atelier"
        STREETS = "streets", "Liste de rues"
        FILE = "file", "Fichier"
        TAKEN_UP = "taken_up", "Reprise d'un tracé"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    # Told to the others in the place of the name, as for the plans.
    by_role = models.CharField(max_length=20, choices=ROLES)
    # Empty for those that were saved before it was noted.
    origin = models.CharField(max_length=10, choices=Origin, blank=True)
    takes_up = models.PositiveIntegerField(null=True, blank=True)

    retention = declarations.REVISION

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="proposal_revision_is_there_once", fields=["proposal", "number"]),
            models.CheckConstraint(
                name="proposal_revision_takes_up_an_earlier_one",
                condition=Q(origin="taken_up", takes_up__isnull=False, takes_up__lt=F("number"))
                | (~Q(origin="taken_up") & Q(takes_up__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} r{self.number}"


class ProposedArea(models.Model):
    """What a drawing makes of one sector: its new perimeter, none where it ends, or a sector that is new.

    A saved drawing may be unfinished, and cross itself; nothing is proposed before it is a valid area.
    """

    revision = models.ForeignKey(ProposalRevision, on_delete=models.CASCADE, related_name="areas")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    name = models.CharField(max_length=120, blank=True)
    area = models.MultiPolygonField(srid=WGS84, null=True, blank=True)

    retention = declarations.AREA

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="proposed_area_is_of_a_sector_there_or_new",
                condition=Q(sector__isnull=False, number__isnull=True, name="")
                | (Q(sector__isnull=True, number__isnull=False, area__isnull=False) & ~Q(name="")),
            ),
            models.UniqueConstraint(name="proposed_sector_is_there_once", fields=["revision", "sector"]),
            models.UniqueConstraint(name="proposed_number_is_there_once", fields=["revision", "number"]),
        ]

    def __str__(self) -> str:
        return str(self.sector) if self.sector else f"{self.number} · {self.name}"


class ProposalStep(models.Model):
    """One step of a proposal's course: who took it in which role, when, on which drawing, and what they said."""

    class Kind(models.TextChoices):
        BEGUN = "begun", "Commencée"
        PROPOSED = "proposed", "Proposée"
        CHECKED = "checked", "Vérifiée par la police"
        APPROVED = "approved", "Approuvée"
        REFUSED = "refused", "Refusée"
        WITHDRAWN = "withdrawn", "Retirée"
        CANCELLED = "cancelled", "Annulée avant d'être en vigueur"

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    revision = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    by_role = models.CharField(max_length=20, choices=ROLES)
    comment = models.CharField(max_length=1000, blank=True)

    retention = declarations.STEP

    class Meta:
        ordering = ["taken_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="proposal_step_is_taken_once", fields=["proposal", "kind"]),
            models.CheckConstraint(
                name="proposal_refusal_says_why",
                condition=~Q(kind__in=["refused", "cancelled"]) | ~Q(comment=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.kind}"


class DecisionReading(models.Model):
    """Somebody has read what was decided of a proposal that they made: one of its last steps."""

    step = models.ForeignKey(ProposalStep, on_delete=models.CASCADE, related_name="readings")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    retention = declarations.DECISION_READING

    class Meta:
        ordering = ["read_at"]
        constraints = [models.UniqueConstraint(name="decision_is_read_once", fields=["step", "account"])]

    def __str__(self) -> str:
        return f"{self.step_id} {self.read_at:%Y-%m-%d}"
