"""Find a record by the name of who declared it: the name is sent in the body, and shown nowhere else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from absences import records
from absences.forms.endings import NameForm
from absences.services.households import find_by_name
from absences.views.asking import READ_OR_SEND
from absences.views.records import HOME
from accounts.permissions import allows, person_of
from accounts.rights import Reach


@allows("absence.search_by_name", *HOME, reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters("name")
@sensitive_variables("form")
@require_http_methods(READ_OR_SEND)
def search_by_name(request: HttpRequest) -> HttpResponse:
    """Ask for a name, and list the records whose declarant has all its words."""
    form = NameForm(request.POST if request.method == "POST" else None)
    found, is_searched, today = [], False, timezone.localdate()
    if form.is_bound and form.is_valid():
        is_searched = True
        absences = find_by_name(person_of(request).commune, form.cleaned_data["name"])
        found = [(absence, records.label_of(records.state_of(absence, today))) for absence in absences]
    return render(request, "absences/search.html", {"form": form, "found": found, "is_searched": is_searched})
