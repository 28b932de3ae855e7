"""The review of the scheme: the figures that were published, and the ledger that keeps them from being undone."""

from django.db import models
from django.db.models import Q

from accounts.retention import Retention
from geo.models import Commune
from sectors.declarations import NETWORK
from sectors.models.perimeters import Sector

ABOUT_NOBODY = "Des nombres : ni logement, ni personne."


class ReviewFigure(models.Model):
    """One published figure of the review: never changed, never taken back (decision 0039).

    ``value`` is null where the figure is left out; where it is not known there is no row. ``sector`` goes with the
    place « sector » alone: the others are the whole commune, and what lies in no sector.
    """

    class Place(models.TextChoices):
        COMMUNE = "commune", "Commune"
        SECTOR = "sector", "Secteur"
        OUTSIDE = "outside", "Hors secteurs"

    class Kind(models.TextChoices):
        MONTH = "month", "Mois"
        QUARTER = "quarter", "Trimestre"
        SEASON = "season", "Saison"
        YEAR = "year", "Année"

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=24)
    place = models.CharField(max_length=8, choices=Place)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    first_day = models.DateField()
    value = models.FloatField(null=True)
    published_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="figure_is_published_once",
                fields=["commune", "kind", "first_day", "measure", "place", "sector"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="figure_of_a_sector_names_it",
                condition=Q(place="sector", sector__isnull=False) | ~Q(place="sector") & Q(sector__isnull=True),
            ),
            models.CheckConstraint(name="figures_are_of_whole_months", condition=Q(first_day__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.kind} {self.first_day}"


class ReviewLedger(models.Model):
    """All that the review of a commune has published, and the counts it was made of: for the task alone."""

    commune = models.OneToOneField(Commune, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()

    retention = Retention(
        processing=NETWORK,
        title="Registre des publications du bilan",
        data="Nombres par secteur et par mois d'où viennent les chiffres publiés ; ni logement, ni personne",
        apart="sans limite",
        remains="sans objet",
        holder=ABOUT_NOBODY,
    )

    def __str__(self) -> str:
        return f"{self.commune_id}"
