"""From a home that one watches to a report at its address: the one page that knows both, and joins nothing."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache

from absences.services.watch.looking import read_entrusted
from absences.views.asking import account_of
from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from reports.services.starting import begin_at


@allows("watch.entrusted_home", reach=Reach.ENTRUSTED)
@never_cache
@sent_from("absences:watch")
def tell_about_home(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask first whether it is happening now; then the form of a report begins at the address of the home."""
    home = next((entrusted for entrusted in read_entrusted(account_of(request)) if entrusted.key == key), None)
    if home is None:
        raise Http404
    begin_at(request.session, home.address)
    return HttpResponseRedirect(resolve_url("reports:emergency"))
