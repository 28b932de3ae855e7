"""The owner's pages: the code that the police hand over, one's own homes, to entrust them and take them back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from absences.errors import AbsencesError
from absences.forms.watch import CodeForm, EntrustForm
from absences.services.watch import owning
from absences.services.watch.owning import OwnHome
from absences.views.asking import READ_OR_SEND, account_of, record_or_404
from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach

OWN_HOME = ("absence.address", "absence.start_end_dates", "absence.update")


@allows("absence.update", "absence.address", reach=Reach.COMMUNE)
@never_cache
@sensitive_variables("code")
@sent_from("absences:record", "key")
def hand_out_code(request: HttpRequest, key: int) -> HttpResponse:
    """Make the code of a record, for its declarant: shown in this answer alone, the former one serves no more."""
    absence = record_or_404(key)
    code = owning.hand_out_code(absence)
    return render(request, "absences/watch/code.html", {"absence": absence, "code": code})


@allows(*OWN_HOME, reach=Reach.OWN)
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(READ_OR_SEND)
def show_own_homes(request: HttpRequest) -> HttpResponse:
    """One's own homes, to whom each is entrusted, and the code by which another becomes one's own."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            owning.take_home(form.cleaned_data["code"], by=account_of(request))
        except AbsencesError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("Ce logement est maintenant dans votre liste."))
            return HttpResponseRedirect(resolve_url("absences:own_homes"))
    return _show(request, code_form=form)


@allows(*OWN_HOME, reach=Reach.OWN)
@never_cache
@sent_from("absences:own_homes")
def entrust(request: HttpRequest, key: int) -> HttpResponse:
    """Entrust a home of one's own to the chain of its sector, for some days of its absence."""
    home = _own_or_404(key)
    form = EntrustForm(request.POST, home=home, today=timezone.localdate())
    if form.is_valid():
        try:
            owning.entrust(home, **form.cleaned_data, today=timezone.localdate())
        except AbsencesError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Votre logement est confié à la veille de votre secteur."))
            return HttpResponseRedirect(resolve_url("absences:own_homes"))
    return _show(request, sent={key: form})


@allows(*OWN_HOME, reach=Reach.OWN)
@never_cache
@sent_from("absences:own_homes")
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """Show which home nobody would look at any more, and revoke one's consent once that is confirmed."""
    home = _own_or_404(key)
    if request.POST.get("confirmed") != str(key):
        return render(request, "absences/watch/take_back.html", {"home": home})
    owning.revoke(home)
    messages.success(request, _("Votre accord est retiré : plus aucun veilleur ne voit ce logement."))
    return HttpResponseRedirect(resolve_url("absences:own_homes"))


def _own_or_404(key: int) -> OwnHome:
    home = next((own for own in owning.list_own_homes() if own.key == key), None)
    if home is None:
        raise Http404
    return home


def _show(
    request: HttpRequest, *, code_form: CodeForm | None = None, sent: dict[int, EntrustForm] | None = None
) -> HttpResponse:
    today = timezone.localdate()
    rows = [
        (home, (sent or {}).get(home.key) or EntrustForm(home=home, today=today))
        for home in owning.list_own_homes()
    ]
    context = {"rows": rows, "code_form": code_form or CodeForm(), "today": today}
    return render(request, "absences/watch/own.html", context)
