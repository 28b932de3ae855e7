"""A relayed report as the police see it, and what they do with it; their list and map are in ``maps``."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
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
from accounts.roles import POLICE
from reports.choices import OPEN_TO_POLICE, Category, Rejection, State
from reports.errors import AlreadyDealtWith
from reports.forms.triage import CategoryForm, CloseForm, DismissForm, ReplyForm
from reports.models import Report
from reports.services import triage
from reports.services.triage import Officer
from reports.views.asking import FACT, account_of, read_texts

CASE = (*FACT, "report.exact_point", "report.relayed_text")
Keep = Callable[[Report, forms.Form, Officer], str]


@allows(*CASE, reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_case(request: HttpRequest, key: UUID) -> HttpResponse:
    """A relayed report: the référent's words, the exact place, what was done, and what may be done."""
    return _show(request, _case_or_404(key))


@allows("report.close", *CASE, reach=Reach.COMMUNE)
@never_cache
@sent_from("reports:case", "key")
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a new report in hand."""

    def keep(report: Report, form: forms.Form, by: Officer) -> str:
        triage.take(report, by)
        return _("Le signalement est pris en charge.")

    return _act(request, key, forms.Form, "take", keep)


@allows("report.close", *CASE, reach=Reach.COMMUNE)
@never_cache
@sent_from("reports:case", "key")
def categorise(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what a report is taken for."""

    def keep(report: Report, form: forms.Form, by: Officer) -> str:
        triage.categorise(report, Category(form.cleaned_data["category"]), by)
        return _("La qualification est notée.")

    return _act(request, key, CategoryForm, "category", keep)


@allows("report.close", *CASE, reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@sent_from("reports:case", "key")
def reply(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer the référent."""

    def keep(report: Report, form: forms.Form, by: Officer) -> str:
        triage.answer(report, form.cleaned_data["text"], by)
        return _("Le référent lira votre réponse.")

    return _act(request, key, ReplyForm, "reply", keep)


@allows("report.close", *CASE, reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@sent_from("reports:case", "key")
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a report."""

    def keep(report: Report, form: forms.Form, by: Officer) -> str:
        said = form.cleaned_data
        triage.close(report, Category(said["category"]), said["text"], by)
        return _("Le signalement est clos.")

    return _act(request, key, CloseForm, "close", keep)


@allows("report.reject", *CASE, reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form")
@sent_from("reports:case", "key")
def reject(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say why a relayed report is not followed up."""

    def keep(report: Report, form: forms.Form, by: Officer) -> str:
        said = form.cleaned_data
        triage.reject(report, Rejection(said["reason"]), said["text"], by)
        return _("Le signalement est écarté ; son référent en lit la raison.")

    return _act(request, key, DismissForm, "reject", keep)


@allows("report.close", *CASE, reach=Reach.COMMUNE)
@never_cache
@sent_from("reports:case", "key")
def wish_patrol(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask that a crew passes by, take that back, or say that one has passed."""

    def keep(report: Report, form: forms.Form, by: Officer) -> str:
        match request.POST.get("patrol"):
            case "asked":
                triage.ask_patrol(report, by)
                return _("Le passage est demandé : il est à côté du plan du jour.")
            case "made":
                triage.end_patrol(report, by, was_made=True)
                return _("Le passage est noté.")
            case "off":
                triage.end_patrol(report, by, was_made=False)
                return _("Le passage n'est plus demandé.")
        raise Http404

    return _act(request, key, forms.Form, "patrol", keep)


def _act(request: HttpRequest, key: UUID, form_class: type[forms.Form], name: str, keep: Keep) -> HttpResponse:
    report = _case_or_404(key)
    form = form_class(request.POST, prefix=name)
    if not form.is_valid():
        return _show(request, report, **{name: form})
    role = next(role for role in sorted(POLICE) if role in person_of(request).roles)
    try:
        said = keep(report, form, Officer(account=account_of(request), role=role, now=timezone.now()))
        messages.success(request, said)
    except AlreadyDealtWith as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(resolve_url("reports:case", report.pk))


def _case_or_404(key: UUID) -> Report:
    """The relayed report of that key, if the walls show it."""
    report = Report.objects.relayed().with_first_answer().select_related("sector").filter(pk=key).first()
    if report is None:
        raise Http404
    return report


def _show(request: HttpRequest, report: Report, **bound: forms.Form) -> HttpResponse:
    audit.record("report.exact_point", subjects=[report], reason=audit.Reason.REPORT)
    context = {
        "report": report,
        "steps": report.steps.all(),
        "is_open": report.state in OPEN_TO_POLICE,
        "is_new": report.state == State.NEW,
        "may_reject": person_of(request).may("report.reject"),
        "forms": {
            "category": CategoryForm(prefix="category", initial={"category": report.category}),
            "reply": ReplyForm(prefix="reply"),
            "close": CloseForm(prefix="close", initial={"category": report.category}),
            "reject": DismissForm(prefix="reject"),
            **bound,
        },
        "form": next(iter(bound.values()), None),
        **read_texts(report, audit.Reason.REPORT),
    }
    return render(request, "reports/case.html", context)
