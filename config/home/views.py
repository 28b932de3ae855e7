"""The page at the door: a block for each role that one holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import logged_in


@logged_in
@require_safe
@never_cache
def show_home(request: HttpRequest) -> HttpResponse:
    """What the person has to do now, role by role."""
    return render(request, "home/home.html", {"blocks": ()})
