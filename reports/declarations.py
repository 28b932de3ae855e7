"""How long the tables of the reports are kept, and whose their rows are."""

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.db.models.expressions import RawSQL

from accounts import scope
from accounts.retention import Holder, Processing, first_moment_kept

REPORTS = Processing(
    name="Signalements",
    purpose="Recueillir ce que voient les habitants, le faire relayer par le référent et y donner suite",
    legal_basis="Mission d'intérêt public (RGPD, art. 6.1.e) ; convention « Citoyens vigilants »",
    people="Citoyens vigilants, référents, correspondants de police",
    recipients="L'auteur pour les siens ; référents du secteur ; correspondants de police, une fois relayés, "
    "sans le texte d'origine ni l'auteur",
)
NOBODYS = "Un fait, un lieu et une heure ; rien n'y mène à un compte"


def tell_point(point: Point) -> str:
    """Say a position: « 44.93020, 4.88400 », latitude first."""
    return f"{point.y:.5f}, {point.x:.5f}"


@dataclass(frozen=True, kw_only=True)
class AuthorsHolder(Holder):
    """Rows of the reports whose author asks: found through the seal, and opened without naming who opens them."""

    def rows_of(self, account_id: int) -> Q:
        return Q(**{f"{self.path}__in": RawSQL("SELECT unnest(authors.mine())", [])})

    def reading(self) -> AbstractContextManager[None]:
        return scope.as_author()


def report_is_over(today: dt.date) -> Q:
    """Condition on reports that were told longer ago than they are kept, whatever became of them."""
    return Q(told_at__lt=first_moment_kept("report", today))
