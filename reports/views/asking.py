"""What several pages of the reports ask: whose they are, the report, the commune."""

from uuid import UUID

from django.http import Http404, HttpRequest

from accounts import audit
from accounts.models import Account
from accounts.permissions import person_of
from accounts.roles import Role
from accounts.unsealing import unseal_all
from geo.models import Commune
from reports.choices import Audience
from reports.models import Answer, Relay, Report, Telling
from reports.services.telling import list_mine
from reports.services.wording import open_text

READ_OR_SEND = ["GET", "HEAD", "POST"]
FACT = ("report.category", "report.sector", "report.status", "report.time_rounded_1h")
TOLD = (*FACT, "report.exact_point", "report.original_text", "report.relayed_text")


def read_texts(report: Report, reason: audit.Reason) -> dict[str, object]:
    """Open the texts of a report that whoever asks is shown, on the record.

    ``answers`` are those to the author, ``replies`` those of the police to the référent.
    """
    answers = list(Answer.objects.filter(report=report))
    told = [
        (answer, words["text"])
        for answer, words in zip(answers, unseal_all(answers, "text", reason=reason), strict=True)
    ]
    return {
        "original": open_text(Telling, report, reason),
        "relayed": open_text(Relay, report, reason),
        "answers": [each for each in told if each[0].audience == Audience.AUTHOR],
        "replies": [each for each in told if each[0].audience == Audience.REFERENT],
    }


def commune_of(request: HttpRequest) -> Commune:
    """The commune of whoever asks, without its outline."""
    return Commune.objects.defer("outline").get(pk=person_of(request).commune)


def account_of(request: HttpRequest) -> Account:
    """The account of whoever asks."""
    account: Account = request.user  # type: ignore[assignment]
    return account


def own_or_404(request: HttpRequest) -> Report:
    """The report whose key is sent along, if whoever asks has told it; no address holds the key of one's own."""
    key = request.POST.get("report", "")
    report = next((mine for mine in list_mine() if str(mine.pk) == key), None)
    if report is None:
        raise Http404
    return report


def received_or_404(request: HttpRequest, key: UUID) -> Report:
    """The report of that key, if whoever asks is a référent of its sector."""
    sectors = person_of(request).sectors(Role.REFERENT)
    report = Report.objects.with_first_answer().select_related("sector").filter(pk=key, sector__in=sectors).first()
    if report is None:
        raise Http404
    return report
