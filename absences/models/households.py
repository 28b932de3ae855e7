"""Who lives in a vacant home, who may be inside and how they are reached: sealed, table by table of who may read.

What a crew may read from the start of its round and what it may read once an anomaly is recorded are two tables,
because the walls of the database know rows and not columns.
"""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from absences import choices
from absences.counts import ABSENCES_AND_PATROLS
from absences.models.absences import Absence
from absences.names import TOKEN_BYTES
from accounts.models.sealed import SealedModel, SealedQuerySet, SealedText
from accounts.retention import Retention

EVERY_WEEKDAY = list(range(7))


class HouseholdAccess(SealedModel):
    """Who declared an absence, and how one comes to the door (gate, code): for police, and a crew on its round."""

    absence = models.OneToOneField(Absence, on_delete=models.CASCADE, related_name="household_access")
    name = SealedText(max_length=120)
    access_instructions = SealedText(max_length=300)

    audit_actions = {"name": "absence.name", "access_instructions": "absence.access_instructions"}
    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Déclarants et accès",
        data="Nom du déclarant et consignes d'accès au logement (scellés)",
        leaves_with="absences.Absence",
    )

    @property
    def audit_subject(self) -> Absence:
        return self.absence


class HouseholdContacts(SealedModel):
    """How the household and its trusted person are reached: for police, and a crew after an anomaly."""

    absence = models.OneToOneField(Absence, on_delete=models.CASCADE, related_name="household_contacts")
    phone = SealedText(max_length=30)
    email = SealedText(max_length=254)
    trusted_name = SealedText(max_length=120)
    trusted_phone = SealedText(max_length=30)
    trusted_has_keys = models.BooleanField(default=False)

    audit_actions = {
        "phone": "absence.phone",
        "email": "absence.phone",
        "trusted_name": "absence.trusted_person",
        "trusted_phone": "absence.trusted_person",
    }
    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Joindre le déclarant",
        data="Téléphone et courriel pendant l'absence ; nom et téléphone de la personne de confiance (scellés)",
        leaves_with="absences.Absence",
    )

    @property
    def audit_subject(self) -> Absence:
        return self.absence


class AllowedPersonQuerySet(SealedQuerySet["AllowedPerson"]):
    def expected_on(self, day: dt.date) -> "AllowedPersonQuerySet":
        """People who may be inside on a day."""
        return self.filter(
            Q(weekdays=[]) | Q(weekdays__contains=[day.weekday()]),
            Q(first_day__isnull=True) | Q(first_day__lte=day),
            Q(last_day__isnull=True) | Q(last_day__gte=day),
        )


class AllowedPerson(SealedModel):
    """Somebody who may be inside while the home is vacant: a sealed name, and the days in the clear.

    ``weekdays`` (0 is Monday) is empty for every day; without ``first_day`` or ``last_day``, the absence does.
    """

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="allowed_people")
    name = SealedText(max_length=120)
    relation = models.CharField(max_length=10, choices=choices.Relation, default=choices.Relation.FAMILY)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, size=7)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)

    objects = AllowedPersonQuerySet.as_manager()  # type: ignore[misc]

    audit_actions = {"name": "absence.allowed_people"}
    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Personnes autorisées",
        data="Nom (scellé) et jours de qui peut se trouver dans un logement vacant",
        leaves_with="absences.Absence",
    )

    class Meta(SealedModel.Meta):
        verbose_name_plural = "allowed people"
        constraints = [
            *SealedModel.Meta.constraints,
            models.CheckConstraint(
                name="allowed_person_weekdays_exist", condition=Q(weekdays__contained_by=EVERY_WEEKDAY)
            ),
            models.CheckConstraint(
                name="allowed_person_days_are_in_order",
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="allowed_person_relation_is_of_the_closed_list",
                condition=Q(relation__in=choices.Relation.values),
            ),
        ]

    @property
    def audit_subject(self) -> Absence:
        return self.absence


class NameToken(models.Model):
    """One word of a declarant's name as a keyed fingerprint, void once its week's key is gone (decision 0016)."""

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="name_tokens")
    week = models.CharField(max_length=8)
    token = models.BinaryField(max_length=TOKEN_BYTES)

    retention = Retention(
        processing=ABSENCES_AND_PATROLS,
        title="Recherche par nom",
        data="Empreintes à clé des mots du nom du déclarant ; illisibles sans la clé de leur semaine",
        leaves_with="absences.Absence",
    )

    class Meta:
        indexes = [models.Index(name="name_token_by_token", fields=["token"])]

    def __str__(self) -> str:
        return f"{self.absence_id} {self.week}"
