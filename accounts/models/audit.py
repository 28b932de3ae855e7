"""The audit chain: who read or did what, and when; no value of what was read is kept here."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.audit.wording import tell_action, tell_kind, tell_reason
from accounts.retention import TECHNICAL, TRACES, Holder, Retention

DIGEST_BYTES = 32
OUTCOMES = {"done": "fait", "refused": "refusé"}
HASHES_ALONE = "Ni acte ni donnée : des numéros et des empreintes, qui prouvent que le journal n'a pas changé."


class AuditEntry(models.Model):
    """One act: who (``stream``), what, on which rows, with which outcome.

    Rows are written by the database's function ``walls.audit`` alone (see ``accounts.audit.record``), which knows
    who asks; ``ids`` are references to rows of ``kind``. ``hash`` covers the row and ``previous``, the hash of the
    entry before it in its stream.
    """

    pk = models.CompositePrimaryKey("stream", "number")
    stream = models.CharField(max_length=80)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    commune = models.CharField(max_length=5, blank=True)
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=60, blank=True)
    ids = ArrayField(models.CharField(max_length=36), blank=True, default=list)
    reason = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=10)
    previous = models.BinaryField(max_length=DIGEST_BYTES)
    hash = models.BinaryField(max_length=DIGEST_BYTES)

    retention = Retention(
        processing=TRACES,
        title="Journal des accès",
        data="Compte, action, références des lignes consultées, heure ; aucune valeur",
        apart=f"{settings.AUDIT_MONTHS} mois entiers",
        remains="l'empreinte du dernier acte retiré",
        holder=Holder(
            path="stream",
            written="account:{}",
            columns={
                "number": "Numéro",
                "at": "Moment",
                "action": "Acte",
                "kind": "Sur quoi",
                "ids": "Combien",
                "reason": "Motif",
                "outcome": "Issue",
                "commune": "Commune (code INSEE)",
            },
            withheld={"previous": TECHNICAL, "hash": TECHNICAL},
            # The keys of what was read lead to other people's homes and accounts: their number is told.
            tell={
                "action": tell_action,
                "kind": tell_kind,
                "ids": len,
                "reason": tell_reason,
                "outcome": OUTCOMES.__getitem__,
            },
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="audit_number_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="audit_action_is_a_code", condition=Q(action__regex=r"^[a-z_]+\.[a-z0-9_]+$")
            ),
            models.CheckConstraint(name="audit_kind_is_a_code", condition=Q(kind__regex=r"^([a-z]+\.[a-z]+)?$")),
            models.CheckConstraint(name="audit_reason_is_a_code", condition=Q(reason__regex=r"^[a-z_]*$")),
            models.CheckConstraint(name="audit_outcome_exists", condition=Q(outcome__in=list(OUTCOMES))),
        ]
        indexes = [models.Index(name="audit_entry_by_moment", fields=["at"])]

    def __str__(self) -> str:
        return f"{self.stream} n° {self.number}"


class AuditStream(models.Model):
    """The head of one stream: the number and the hash of its last entry, which the next one will carry."""

    stream = models.CharField(max_length=80, primary_key=True)
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=DIGEST_BYTES)
    at = models.DateTimeField()

    retention = Retention(
        processing=TRACES,
        title="Têtes du journal des accès",
        data="Compte, numéro et empreinte de son dernier acte",
        apart="tant que le journal est tenu",
        holder=HASHES_ALONE,
    )

    def __str__(self) -> str:
        return f"{self.stream} n° {self.number}"


class AuditCut(models.Model):
    """Whole months cut off at the end of their retention: up to which number of each stream, and signed."""

    before = models.DateField()
    heads = models.JSONField()
    signature = models.BinaryField()
    at = models.DateTimeField(db_default=models.functions.Now())

    retention = Retention(
        processing=TRACES,
        title="Retraits du journal des accès",
        data="Comptes, numéros et empreintes des derniers actes retirés, signature",
        apart="tant que le journal est tenu",
        holder=HASHES_ALONE,
    )

    def __str__(self) -> str:
        return f"avant le {self.before}"
