"""What several pages of the reports ask: whose they are, the report, the commune."""

from uuid import UUID

from django.http import Http404, HttpRequest

from accounts.models import Account
from accounts.permissions import person_of
from accounts.roles import Role
from geo.models import Commune
from reports.models import Report
from reports.services.telling import list_mine

READ_OR_SEND = ["GET", "HEAD", "POST"]
FACT = ("report.category", "report.sector", "report.status", "report.time_rounded_1h")
TOLD = (*FACT, "report.exact_point", "report.original_text", "report.relayed_text")


def commune_of(request: HttpRequest) -> Commune:
    """The commune of whoever asks, without its outline."""
    return Commune.objects.defer("outline").get(pk=person_of(request).commune)


def account_of(request: HttpRequest) -> Account:
    """The account of whoever asks."""
    account: Account = request.user  # type: ignore[assignment]
    return account


def own_or_404(key: UUID) -> Report:
    """The report of that key, if whoever asks has told it."""
    report = next((mine for mine in list_mine() if mine.pk == key), None)
    if report is None:
        raise Http404
    return report


def received_or_404(request: HttpRequest, key: UUID) -> Report:
    """The report of that key, if whoever asks is a référent of its sector."""
    sectors = person_of(request).sectors(Role.REFERENT)
    report = Report.objects.select_related("sector").filter(pk=key, sector__in=sectors).first()
    if report is None:
        raise Http404
    return report
