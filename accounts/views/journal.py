"""The audit chain on screen: one's own entries, those of the commune for its keepers, and its verification."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.audit.reading import KEEPERS
from accounts.forms.journal import FullJournalFilter, JournalFilter
from accounts.permissions import allows, person_of
from accounts.presentation.pages import read_page
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.services import journal, verification

LINES_A_PAGE = 50


@allows("audit.own_entries")
@never_cache
@require_safe
def show_own(request: HttpRequest) -> HttpResponse:
    """Show what was done under one's own account."""
    account_id = person_of(request).account_id or 0
    page = _read_page(request, journal.entries_of(account_id))
    return render(request, "accounts/own_journal.html", {"page": page, "lines": journal.tell(page)})


@allows("audit.all_entries")
@never_cache
@require_safe
def show_all(request: HttpRequest) -> HttpResponse:
    """Show the acts of the commune: all of them to the DPO, masked to the administrator."""
    is_masked = Reach.COMMUNE not in person_of(request).reach_of("audit.all_entries")
    form: Any = (JournalFilter if is_masked else FullJournalFilter).read(request.GET)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context |= _masked_page(request, form) if is_masked else _page(request, form)
        audit.record("audit.all_entries")
    template = "accounts/masked_journal.html" if is_masked else "accounts/journal.html"
    return render(request, template, context, status=200 if form.is_valid() else 400)


@allows("audit.verify_chain")
@never_cache
@sent_from("journal")
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the whole chain and say what was found."""
    verdict = verification.verify(settings.AUDIT_DIR, source=KEEPERS)
    return render(request, "accounts/journal_verdict.html", {"verdict": verdict})


def _page(request: HttpRequest, form: FullJournalFilter) -> dict[str, object]:
    asked = form.cleaned_data
    entries = journal.entries_between(
        asked["first_day"],
        asked["last_day"],
        account_id=asked["compte"],
        outcome=asked["issue"],
        kind=form.kind,
        row=form.row,
    )
    page = _read_page(request, entries)
    return {"page": page, "lines": journal.tell(page), "is_narrowed": bool(asked["compte"] or form.kind)}


def _masked_page(request: HttpRequest, form: JournalFilter) -> dict[str, object]:
    lines = journal.read_masked(form.cleaned_data["first_day"], form.cleaned_data["last_day"])
    if outcome := form.cleaned_data["issue"]:
        lines = [line for line in lines if line.is_refused == (outcome == "refused")]
    page = _read_page(request, lines)
    return {"page": page, "lines": page.object_list}


def _read_page(request: HttpRequest, rows: Any) -> Page[Any]:
    return read_page(rows, request.GET.get("page", ""), size=LINES_A_PAGE)
