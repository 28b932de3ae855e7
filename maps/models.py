"""What maps publish: density by square, and the ledger that keeps it from being undone."""

from django.db import models
from django.db.models import Q

from accounts.retention import Retention
from geo.models import Commune
from reports.declarations import REPORTS
from sectors.models import Sector

ABOUT_NOBODY = "Des nombres : ni logement, ni personne."


class DensityFigure(models.Model):
    """Reports of one square in one closed quarter, as published: never changed, never taken back (decision 48).

    ``column`` and ``row`` count squares of ``cell_m`` from the origin of the commune's projection; both null for
    the whole commune. ``value`` is null where the figure is left out. ``sector`` is the one that held the
    middle of the square at the end of the quarter, none where none did.
    """

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    cell_m = models.PositiveSmallIntegerField()
    column = models.IntegerField(null=True)
    row = models.IntegerField(null=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+")
    value = models.PositiveIntegerField(null=True)
    published_on = models.DateField()

    retention = Retention(
        processing=REPORTS,
        title="Cartes de densité publiées",
        data="Nombre de signalements par carré et trimestre, à partir de 5 signalements et de 11 logements",
        apart="sans limite",
        remains="sans objet",
        holder=ABOUT_NOBODY,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="density_is_published_once",
                fields=["commune", "first_day", "column", "row"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="density_of_a_square_is_wide_enough", condition=Q(cell_m__gte=200, first_day__day=1)
            ),
            models.CheckConstraint(
                name="density_is_of_five_reports", condition=Q(value__isnull=True) | Q(value=0) | Q(value__gte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} {self.column} {self.row}"


class DensityLedger(models.Model):
    """All that the density of a commune has published, and the counts it was made of: for the task alone."""

    commune = models.OneToOneField(Commune, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()

    retention = Retention(
        processing=REPORTS,
        title="Registre des cartes de densité publiées",
        data="Nombres de signalements par carré et trimestre d'où viennent les cartes ; ni logement, ni personne",
        apart="sans limite",
        remains="sans objet",
        holder=ABOUT_NOBODY,
    )

    def __str__(self) -> str:
        return f"{self.commune_id}"
