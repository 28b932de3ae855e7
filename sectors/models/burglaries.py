"""Burglaries as the police counted them, by month and sector: the review publishes of them what it may."""

from django.db import models
from django.db.models import F, Q

from accounts.retention import Retention
from geo.models import Commune
from sectors.declarations import BURGLARIES
from sectors.models.perimeters import Sector
from sectors.models.reviews import ABOUT_NOBODY, ReviewFigure


class BurglaryCount(models.Model):
    """Burglaries of homes in a month: of a sector, outside all, or of the whole commune where it is not divided.

    ``watched`` of them were of homes whose absence had been declared. Source: municipal police, by their file.
    """

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=8, choices=ReviewFigure.Place)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    burglaries = models.PositiveIntegerField()
    watched = models.PositiveIntegerField()

    retention = Retention(
        processing=BURGLARIES,
        title="Nombres de cambriolages",
        data="Cambriolages de logements par secteur et par mois, dont logements surveillés ; ni lieu, ni personne",
        apart="sans limite",
        remains="sans objet",
        holder=ABOUT_NOBODY,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="burglaries_are_counted_once",
                fields=["commune", "month", "place", "sector"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="burglaries_are_counted_by_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="burglaries_of_a_sector_name_it",
                condition=Q(place="sector", sector__isnull=False) | ~Q(place="sector") & Q(sector__isnull=True),
            ),
            models.CheckConstraint(
                name="no_more_watched_homes_are_burgled_than_homes", condition=Q(watched__lte=F("burglaries"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.place} {self.burglaries}"
