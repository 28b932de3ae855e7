"""The texts from which messages begin, for police to add, change and remove."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from geo import french
from sectors.forms.bulletins import TemplateForm
from sectors.models import BulletinTemplate
from sectors.services.bulletins.templates import load_starters
from sectors.views.bulletins.asking import READ_OR_SEND, commune_of


@allows("bulletin.send", "bulletin.text")
@never_cache
@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """List the texts of the commune."""
    return render(request, "sectors/bulletins/templates.html", {"templates": BulletinTemplate.objects.all()})


@allows("bulletin.send", "bulletin.text")
@never_cache
@sent_from("sectors:bulletin_templates")
def take_starters(request: HttpRequest) -> HttpResponse:
    """Give the commune the texts that come with Ronde."""
    added = load_starters(commune_of(request))
    messages.success(request, french.counted(added, _("modèle ajouté."), _("modèles ajoutés.")))
    return HttpResponseRedirect(resolve_url("sectors:bulletin_templates"))


@allows("bulletin.send", "bulletin.text")
@never_cache
@require_http_methods(READ_OR_SEND)
def add(request: HttpRequest) -> HttpResponse:
    """Write a text of the commune."""
    return _write(request, BulletinTemplate(commune=commune_of(request)))


@allows("bulletin.send", "bulletin.text")
@never_cache
@require_http_methods(READ_OR_SEND)
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Change a text; the messages that began from it stay as they are."""
    return _write(request, _template_or_404(key))


@allows("bulletin.send", "bulletin.text")
@never_cache
@sent_from("sectors:bulletin_templates")
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Remove a text."""
    _template_or_404(key).delete()
    messages.success(request, _("Le modèle est supprimé."))
    return HttpResponseRedirect(resolve_url("sectors:bulletin_templates"))


def _template_or_404(key: int) -> BulletinTemplate:
    template = BulletinTemplate.objects.filter(pk=key).first()
    if template is None:
        raise Http404
    return template


def _write(request: HttpRequest, template: BulletinTemplate) -> HttpResponse:
    form = TemplateForm(request.POST if request.method == "POST" else None, instance=template)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Le modèle est enregistré."))
        return HttpResponseRedirect(resolve_url("sectors:bulletin_templates"))
    return render(request, "sectors/bulletins/template.html", {"template": template, "form": form})
