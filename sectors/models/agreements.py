"""The agreements by which State and town put a sector in the scheme, who signed them, and the signed copy."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.retention import Retention, first_day_kept
from sectors.agreement_terms import FIRST_ALARM, LAST_ALARM, Term, term_on
from sectors.declarations import NETWORK
from sectors.models.perimeters import Sector

ONE_DAY = dt.timedelta(days=1)
ABOUT_OFFICES = "acte public : il nomme des autorités dans leur fonction, et aucun titulaire de compte"


class AgreementState(models.TextChoices):
    """Where an agreement stands on a day."""

    UPCOMING = "a-venir", "À venir"
    IN_FORCE = "en-vigueur", "En vigueur"
    TO_RENEW = "a-renouveler", "À renouveler"
    ENDING = "denoncee", "Dénoncée"
    OVER = "terminee", "Terminée"


def _agreement_is_over(today: dt.date) -> Q:
    return Q(valid__endswith__lte=first_day_kept("agreement", today))


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force_on(self, day: dt.date) -> "AgreementQuerySet":
        return self.filter(valid__contains=day)

    def of_commune(self, commune: str) -> "AgreementQuerySet":
        return self.filter(sector__commune=commune)

    def latest_first(self) -> "AgreementQuerySet":
        return self.order_by("sector__number", "-valid", "-pk")


class StandingAgreements(models.Manager.from_queryset(AgreementQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> AgreementQuerySet:
        """Leave out what was recorded wrongly and replaced since."""
        kept: AgreementQuerySet = super().get_queryset()
        return kept.filter(replaced_at__isnull=True)


class Agreement(models.Model):
    """One agreement of a sector, and the days it is in force: first included, last excluded.

    It has no last day while nobody has denounced it and no other follows it: it renews itself every three years
    (`agreement_terms`). Agreements of a sector follow one another, and none is rewritten by the next. One that was
    recorded wrongly stays in the ``history`` with the moment at which another row replaced it.
    """

    class Party(models.TextChoices):
        MAYOR = "mayor", "la mairie"
        PREFECT = "prefect", "la préfecture"
        POLICE = "police", "la police"

    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="agreements")
    signed_on = models.DateField()
    valid = DateRangeField()
    denounced_on = models.DateField(null=True, blank=True)
    denounced_by = models.CharField(max_length=10, choices=Party, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    # The first one is the default: what was replaced leaves at its end of retention too.
    history = AgreementQuerySet.as_manager()
    objects = StandingAgreements()

    retention = Retention(
        processing=NETWORK,
        title="Conventions",
        data="Secteur, jours de signature et de validité, dénonciation et autorité qui dénonce",
        duration="agreement",
        since="la fin de la convention",
        over=_agreement_is_over,
        holder=ABOUT_OFFICES,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="agreement_has_a_first_day",
                condition=Q(valid__isempty=False, valid__startswith__isnull=False),
            ),
            models.CheckConstraint(
                name="agreement_is_signed_before_it_is_in_force",
                condition=Q(valid__startswith__gte=F("signed_on")),
            ),
            models.CheckConstraint(
                name="agreement_is_denounced_by_a_party_and_ends",
                condition=Q(denounced_on__isnull=True, denounced_by="")
                | Q(
                    denounced_on__isnull=False,
                    denounced_by__in=["mayor", "prefect", "police"],
                    valid__upper_inf=False,
                    denounced_on__gte=F("signed_on"),
                ),
            ),
            ExclusionConstraint(
                name="sector_has_one_agreement_a_day",
                expressions=[("sector", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(replaced_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sector} {self.valid}"

    @property
    def first_day(self) -> dt.date:
        """The first day on which it is in force."""
        first: dt.date = self.valid.lower
        return first

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it is in force; None while it renews itself."""
        end: dt.date | None = self.valid.upper
        return end - ONE_DAY if end else None

    def term_on(self, day: dt.date) -> Term:
        """The term that runs on a day, whether or not the agreement ends in it."""
        return term_on(self.first_day, day)

    def state_on(self, day: dt.date) -> AgreementState:
        """Where it stands: what ends is told before what is to be renewed."""
        if day < self.first_day:
            return AgreementState.UPCOMING
        if self.last_day is not None and day > self.last_day:
            return AgreementState.OVER
        if self.denounced_on is not None:
            return AgreementState.ENDING
        if self.last_day is None and self.term_on(day).days_left(day) <= FIRST_ALARM.days:
            return AgreementState.TO_RENEW
        return AgreementState.IN_FORCE

    def is_urgent_on(self, day: dt.date) -> bool:
        """Whether it is about to renew itself: within the last alarm."""
        is_to_renew = self.state_on(day) is AgreementState.TO_RENEW
        return is_to_renew and self.term_on(day).days_left(day) <= LAST_ALARM.days


class Signatory(models.Model):
    """Who signed an agreement for a party: the name of an authority on a public act, and not sealed.

    Its readers are those of the référents' names all the same: a page of figures needs no name; see decision 0032.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatories")
    party = models.CharField(max_length=10, choices=Agreement.Party)
    office = models.CharField(max_length=80)
    name = models.CharField(max_length=120)

    retention = Retention(
        processing=NETWORK,
        title="Signataires des conventions",
        data="Fonction et nom des autorités qui ont signé",
        leaves_with="sectors.Agreement",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="agreement_is_signed_once_by_a_party", fields=["agreement", "party"]),
            models.CheckConstraint(
                name="signatory_party_exists", condition=Q(party__in=["mayor", "prefect", "police"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party}"


class SignedCopy(models.Model):
    """The signed document as it was sent: a PDF by its content, behind the wall of the names that it shows."""

    agreement = models.OneToOneField(Agreement, on_delete=models.CASCADE, related_name="signed_copy")
    content = models.BinaryField()
    content_sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)

    retention = Retention(
        processing=NETWORK,
        title="Conventions signées",
        data="Document PDF signé, tel qu'il a été envoyé, et son empreinte",
        leaves_with="sectors.Agreement",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signed_copy_is_told_by_its_sha256", condition=Q(content_sha256__regex=r"^[0-9a-f]{64}$")
            )
        ]

    def __str__(self) -> str:
        return str(self.agreement_id)
