"""Documents that go with a message: joined to a draft, taken away, handed over to whoever reads the message."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from sectors.errors import TooManyAttached
from sectors.forms.bulletins import AttachmentForm
from sectors.models import BulletinAttachment
from sectors.services.bulletins import attachments
from sectors.views.bulletins.asking import READ_OR_SEND, draft_or_404
from sectors.views.documents import send_pdf


@allows("bulletin.send", "bulletin.text")
@never_cache
@require_http_methods(READ_OR_SEND)
def attach(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a document and join it to a draft."""
    bulletin = draft_or_404(key)
    sent = request.method == "POST"
    form = AttachmentForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        try:
            attachments.attach(bulletin, form.cleaned_data["title"], form.cleaned_data["content"])
        except TooManyAttached as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Le document est joint."))
            return HttpResponseRedirect(resolve_url("sectors:write_bulletin", bulletin.pk))
    return render(request, "sectors/bulletins/attach.html", {"bulletin": bulletin, "form": form})


@allows("bulletin.send", "bulletin.text")
@never_cache
@sent_from("sectors:write_bulletin", "key")
def detach(request: HttpRequest, key: int, piece: int) -> HttpResponse:
    """Take a document away from a draft."""
    bulletin = draft_or_404(key)
    bulletin.attachments.filter(pk=piece).delete()
    messages.success(request, _("Le document est retiré."))
    return HttpResponseRedirect(resolve_url("sectors:write_bulletin", bulletin.pk))


@allows("bulletin.text")
@never_cache
@require_safe
def hand_over(request: HttpRequest, key: int, piece: int) -> HttpResponse:
    """Send a document to be saved: never shown in the page."""
    attached: Any = BulletinAttachment.objects.filter(bulletin=key, pk=piece).first()
    if attached is None:
        raise Http404
    return send_pdf(bytes(attached.content), f"piece-jointe-{attached.pk}.pdf")
