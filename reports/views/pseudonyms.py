"""Which reports carry which pseudonym, for the DPO: no report, no account, no text."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import allows
from accounts.rights import Reach
from reports.models import Report
from reports.services.inbox import read_sources


@allows("report.author_pseudonym", reach=Reach.PSEUDONYM)
@never_cache
@require_safe
def list_pseudonyms(request: HttpRequest) -> HttpResponse:
    """The references of reports by source and pseudonym; each look leaves its trace."""
    sources = read_sources()
    audit.record("report.author_pseudonym", kind=Report, subjects=sources, reason=audit.Reason.UPKEEP)
    # What one source told in two sectors stands apart, under the pseudonym of each.
    told = sorted((source.pseudonym, str(source.key), str(report)) for report, source in sources.items())
    rows = [
        (pseudonym, [report for *_rest, report in reports])
        for (pseudonym, _key), reports in groupby(told, key=lambda one: one[:2])
    ]
    return render(request, "reports/pseudonyms.html", {"rows": rows, "reports": len(told)})
