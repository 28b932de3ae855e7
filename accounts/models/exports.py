"""The files that left the site: what each was, who took it, in which roles, and the fingerprint of its content."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.audit.wording import tell_kind
from accounts.models.people import Account
from accounts.retention import OTHERS, TRACES, Holder, Retention, first_moment_kept
from accounts.roles import Role


def _export_is_over(today: dt.date) -> Q:
    return Q(made_at__lt=first_moment_kept("export", today))


def _tell_roles(roles: list[str]) -> str:
    return ", ".join(str(Role(role).label) for role in roles)


class Export(models.Model):
    """One file that was handed over: never its content nor its name, only what tells it from every other.

    ``subject_key`` is the key of a row of ``subject_kind``, as in the audit chain; ``job`` names the command that
    wrote the file, where nobody was logged in.
    """

    class Kind(models.TextChoices):
        ROUND_GPX = "round_gpx", "Tournée (GPX)"
        ROUND_CSV = "round_csv", "Tournée (CSV)"
        ROUND_PDF = "round_pdf", "Feuille de route (PDF)"
        PLAN_GEOJSON = "plan_geojson", "Plan du jour (GeoJSON)"
        PLAN_HTML = "plan_html", "Carte d'un plan (HTML)"
        NOTICE = "notice", "Avis de passage (PDF)"
        STATEMENT = "statement", "Relevé des passages (PDF)"
        AGREEMENT = "agreement", "Convention signée (PDF)"
        MINUTES = "minutes", "Compte rendu d'une réunion (PDF)"
        REVIEW_CSV = "review_csv", "Bilan (CSV)"
        REVIEW_XLSX = "review_xlsx", "Bilan (classeur)"
        REVIEW_PDF = "review_pdf", "Bilan de l'année (PDF)"
        REVIEW_HTML = "review_html", "Carte du bilan (HTML)"
        DENSITY_HTML = "density_html", "Carte de densité (HTML)"
        ROUNDS_CSV = "rounds_csv", "Couverture par tournée (CSV)"
        OWN_DATA_PDF = "own_data_pdf", "Extrait de ses données (PDF)"
        OWN_DATA_JSON = "own_data_json", "Extrait de ses données (JSON)"

    commune = models.ForeignKey("geo.Commune", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    job = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=16, choices=Kind)
    subject_kind = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=36)
    content_sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()

    retention = Retention(
        processing=TRACES,
        title="Exports",
        data="Compte, rôles, nature et empreinte d'un fichier remis, référence de ce qu'il décrit, heure",
        duration="export",
        since="l'export",
        over=_export_is_over,
        holder=Holder(
            path="made_by",
            columns={
                "id": "Numéro",
                "made_at": "Moment",
                "kind": "Fichier",
                "subject_kind": "Sur quoi",
                "roles": "Rôles",
                "commune": "Commune",
                "content_sha256": "Empreinte SHA-256",
                "size_bytes": "Taille en octets",
            },
            withheld={"subject_key": OTHERS, "job": "nom d'une commande du serveur, vide pour vous"},
            tell={"subject_kind": tell_kind, "roles": _tell_roles},
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="export_content_is_told_by_its_sha256", condition=Q(content_sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="export_roles_exist", condition=Q(roles__contained_by=[role.value for role in Role])
            ),
        ]
        indexes = [models.Index(name="export_by_commune_and_moment", fields=["commune", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d %H:%M}"
