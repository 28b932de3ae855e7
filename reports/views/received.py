"""The reports of a référent's sectors: the list, one of them, and what is done with it."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.roles import Role
from reports.choices import Act, Rejection, State
from reports.errors import AlreadyDealtWith, TextRefused
from reports.forms.received import AnswerForm, InboxFilter, RejectForm, RelayForm
from reports.models import Report
from reports.services import inbox, relaying
from reports.views.asking import FACT, TOLD, account_of, read_texts, received_or_404

A_PAGE = 50
RECEIVED = (*TOLD, "report.author_pseudonym")


@allows(*FACT, reach=Reach.SECTOR)
@never_cache
@require_safe
def list_received(request: HttpRequest) -> HttpResponse:
    """The reports of one's sectors, those that wait first and the longest waiting before the others."""
    form = InboxFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    reports = Report.objects.select_related("sector").filter(sector__in=person_of(request).sectors(Role.REFERENT))
    if asked.get("etat"):
        reports = reports.filter(state=asked["etat"])
    if asked.get("nature"):
        reports = reports.filter(kind=asked["nature"])
    if asked.get("numero"):
        reports = reports.filter(number="".join(asked["numero"].split()))
    if form.has_error("numero"):
        reports = reports.none()
    page = Paginator(reports.waiting_first(), A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(report, (now - report.told_at).days if report.state == State.TOLD else None) for report in page]
    return render(request, "reports/inbox.html", {"filter": form, "page": page, "rows": rows})


@allows(*RECEIVED, reach=Reach.SECTOR)
@never_cache
@require_safe
def show_received(request: HttpRequest, key: UUID) -> HttpResponse:
    """A report of one's sector, with what looks like it and what may be done."""
    return _show(request, received_or_404(request, key))


@allows("report.relay", *RECEIVED, reach=Reach.SECTOR)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@sent_from("reports:received", "key")
def relay(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand a report to the police in one's own words."""

    def keep(report: Report, form: forms.Form) -> str:
        relaying.relay(report, form.cleaned_data["text"], by=account_of(request), now=timezone.now())
        return _("Le signalement est relayé à la police, dans vos mots.")

    return _act(request, key, RelayForm, "relay", keep)


@allows("report.relay", *RECEIVED, reach=Reach.SECTOR)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@sent_from("reports:received", "key")
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer the author."""

    def keep(report: Report, form: forms.Form) -> str:
        relaying.answer(report, form.cleaned_data["text"], by=account_of(request), now=timezone.now())
        if report.is_spoken:
            return _("Votre réponse est notée : dites-la à l'habitant.")
        return _("Votre réponse est donnée à l'auteur.")

    return _act(request, key, AnswerForm, "answer", keep)


@allows("report.reject", *RECEIVED, reach=Reach.SECTOR)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@sent_from("reports:received", "key")
def reject(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say why a report is not followed up."""

    def keep(report: Report, form: forms.Form) -> str:
        said = form.cleaned_data
        reason = Rejection(said["reason"])
        relaying.reject(report, reason, said["text"], by=account_of(request), now=timezone.now())
        return _("Le signalement est écarté ; son auteur en lit la raison.")

    return _act(request, key, RejectForm, "reject", keep)


def _act(
    request: HttpRequest,
    key: UUID,
    form_class: type[forms.Form],
    name: str,
    keep: Callable[[Report, forms.Form], str],
) -> HttpResponse:
    report = received_or_404(request, key)
    form = form_class(request.POST, prefix=name)
    if not form.is_valid():
        return _show(request, report, **{name: form})
    try:
        messages.success(request, keep(report, form))
    except AlreadyDealtWith as error:
        messages.error(request, str(error))
    except TextRefused as refusal:
        form.add_error("text", str(refusal))
        return _show(request, report, **{name: form})
    return HttpResponseRedirect(resolve_url("reports:received", report.pk))


def _show(request: HttpRequest, report: Report, **bound: forms.Form) -> HttpResponse:
    why = audit.Reason.REPORT
    sources = inbox.read_sources()
    # The street is enough to recognise a fact; a référent who wrote the place down knows it.
    is_place_known = report.steps.filter(act=Act.ENTERED, taken_by=account_of(request)).exists()
    audit.record("report.exact_point", subjects=[report] if is_place_known else [], reason=why)
    audit.record("report.author_pseudonym", subjects=[report] if report.pk in sources else [], reason=why)
    context = {
        "report": report,
        "is_rounded": not is_place_known,
        "source": sources.get(report.pk),
        "alike": list(inbox.find_alike(report)),
        "of_one_source": list(inbox.find_of_one_source(report, sources)),
        "steps": report.steps.all(),
        "is_waiting": report.state == State.TOLD,
        "forms": {
            "relay": RelayForm(prefix="relay"),
            "answer": AnswerForm(prefix="answer"),
            "reject": RejectForm(prefix="reject"),
            **bound,
        },
        "form": next(iter(bound.values()), None),
        **read_texts(report, why),
    }
    return render(request, "reports/received.html", context)
