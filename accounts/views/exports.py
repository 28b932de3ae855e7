"""The list of the files that left the site: one's own, those of the commune for the DPO, masked for the rest."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import allows, person_of
from accounts.presentation.pages import read_page
from accounts.rights import Reach
from accounts.services import exports

LINES_A_PAGE = 50


@allows("export.manifest")
@never_cache
@require_safe
def list_exports(request: HttpRequest) -> HttpResponse:
    """List the exports as far as the person's right goes, the widest first."""
    person = person_of(request)
    reaches = person.reach_of("export.manifest")
    is_whole = Reach.COMMUNE in reaches
    if is_whole or Reach.MASKED in reaches:
        audit.record("export.manifest")
    context: dict[str, Any] = {"is_whole": is_whole, "is_masked": not is_whole and Reach.MASKED in reaches}
    if context["is_masked"]:
        page = read_page(exports.read_masked(), request.GET.get("page", ""), size=LINES_A_PAGE)
        return render(request, "accounts/exports.html", {**context, "page": page, "lines": page.object_list})
    rows = exports.listed() if is_whole else exports.of_account(person.account_id)
    page = read_page(rows, request.GET.get("page", ""), size=LINES_A_PAGE)
    return render(request, "accounts/exports.html", {**context, "page": page, "lines": exports.tell(list(page))})
