"""Who told a report: sealed in a schema of its own, which the site's login reaches by functions alone."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.retention import Retention, first_moment_kept
from reports.declarations import REPORTS
from reports.models.reports import Report

TOLD_BY_THE_REPORT = (
    "Le lien entre un compte et ses signalements est scellé : il n'est lu que pour vous montrer les vôtres, qui "
    "sont dans cet extrait."
)


def _is_over(today: dt.date) -> Q:
    report = Report.objects.filter(pk=OuterRef("report"))
    return Q(Exists(report.filter(ended_at__lt=first_moment_kept("report_author", today)))) | ~Q(Exists(report))


class AuthorSealQuerySet(models.QuerySet["AuthorSeal"]):
    def select_for_update(self, *args: Any, of: Sequence[str] = (), **kwargs: Any) -> "AuthorSealQuerySet":
        """Lock without naming the table, which PostgreSQL refuses by a qualified name; no other is joined."""
        return super().select_for_update(*args, **kwargs)


class AuthorSeal(models.Model):
    """The account that told a report: two keys without a foreign key, a sequence or a moment.

    ``authors.keep`` writes it in the name of whoever asks, ``authors.mine`` reads one's own; see ``reports/sql``.
    """

    report = models.UUIDField(primary_key=True)
    account = models.BigIntegerField()

    objects = AuthorSealQuerySet.as_manager()

    retention = Retention(
        processing=REPORTS,
        title="Auteurs des signalements",
        data="Compte de l'auteur, sans date",
        duration="report_author",
        since="la fin du signalement",
        over=_is_over,
        holder=TOLD_BY_THE_REPORT,
    )

    class Meta:
        db_table = '"authors"."author"'

    def __str__(self) -> str:
        return str(self.report)
