"""One's own data: the page that tells of them, and the extract (GDPR, articles 15 and 20)."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.permissions import allows, person_of
from accounts.rights import Reach
from accounts.sealing import SealingError
from accounts.services import exports
from accounts.services.extract import extract
from accounts.services.keeping import tables_of, told_together
from config.own_data.document import FORMATS
from geo.models import Commune

logger = logging.getLogger(__name__)


@allows("dsar.extract_subject", "retention.state", reach=Reach.OWN)
@never_cache
@require_safe
def show_own_data(request: HttpRequest) -> HttpResponse:
    """Say until when each thing is kept and what remains of it, and lead to the extract."""
    account: Account = request.user  # type: ignore[assignment]
    context = {
        "dpo_contact": settings.DPO_CONTACT,
        "kept": told_together(tables_of(account)),
        "account_label": Account._meta.label,
        "account_kept_until": account.kept_until,
    }
    return render(request, "own_data/own_data.html", context)


@allows("dsar.extract_subject", reach=Reach.OWN, needs_recent_proof=True, takes_password=True)
@never_cache
@sensitive_variables("extracted", "content")
@require_safe
def download_own_data(request: HttpRequest, extension: str) -> HttpResponse:
    """Hand over all that is kept of the person, as PDF or JSON; nothing of it is written to disk."""
    account: Account = request.user  # type: ignore[assignment]
    try:
        extracted = extract(account)
    except SealingError as error:
        logger.error("Un extrait ne s'ouvre pas : %s", error)
        messages.error(request, _("Vos données ne s'ouvrent plus. Prévenez qui administre les comptes."))
        return HttpResponseRedirect(resolve_url("own_data"))
    form = FORMATS[extension]
    content = form.render(extracted, Commune.objects.defer("outline").of_site().name)
    exports.note(form.kind, content, about=account, by=person_of(request))
    response = HttpResponse(content, content_type=form.content_type)
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.{extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
