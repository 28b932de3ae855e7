"""Look at a plan as it is changed, change it, undo, publish, compare."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.models import Account
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from patrols.forms.exchange import ChangeForm, RevisionForm, read_body
from patrols.models import PassageOrigin, Plan
from patrols.services import editing, publishing
from patrols.services.difference import difference
from patrols.services.editing import Author, Trial
from patrols.services.gone import StopsAreGone
from patrols.views.answering import (
    CONFLICT,
    GONE,
    SERVICE_OF,
    answers_in_french,
    checked,
    leads_back,
    refuse_other_service,
)
from patrols.views.as_json import (
    Json,
    tell_changes,
    tell_difference,
    tell_head,
    tell_omissions,
    tell_rounds,
    tell_trial,
)

BROKEN = 422
SEEN = ("route.stops_order", "route.schedule", "absence.exists_in_list")


@allows("route.plan", *SEEN)
@never_cache
@sent_from("maps:day")
@leads_back
@answers_in_french
def begin_draft(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Begin a draft from a version."""
    plan = _plan(request, plan_id)
    draft = publishing.begin_draft(plan)
    return JsonResponse({"plan": draft.pk, "revision": draft.revision}, status=201)


@allows("route.plan", *SEEN)
@never_cache
@require_safe
def show_state(request: HttpRequest, plan_id: int) -> HttpResponse:
    """How a plan stands, and what was changed since a revision; short where nothing was."""
    plan = get_object_or_404(Plan.objects.select_related("commune"), pk=plan_id)
    since = request.GET.get("depuis", "")
    if since.isdigit() and int(since) == plan.revision:
        return JsonResponse({**_head(plan), "changes": []})
    return JsonResponse(_state(request, plan, since=int(since) if since.isdigit() else plan.revision))


@allows("route.plan", *SEEN)
@never_cache
@require_POST
@answers_in_french
def try_change(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What a change would do; nothing is saved."""
    plan = _plan(request, plan_id)
    change = checked(ChangeForm(read_body(request))).change
    trial = editing.try_change(plan, change, now=timezone.now(), routing_dir=settings.ROUTING_DIR)
    return JsonResponse(tell_trial(trial, revision=plan.revision))


@allows("route.plan", *SEEN)
@never_cache
@sent_from("maps:day")
@leads_back
@answers_in_french
def make_change(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Make a change, if no rule is broken by it; sent to a version, in the draft that begins with it."""
    plan, body = _plan(request, plan_id), read_body(request)
    # A page that shows a version sends no revision: one that comes is of a draft, published since.
    is_of_version = plan.is_published and "revision" not in body
    trial = publishing.make_change(
        plan,
        checked(ChangeForm(body)).change,
        revision=None if is_of_version else checked(RevisionForm(body)).cleaned_data["revision"],
        by=_author(request),
        now=timezone.now(),
        routing_dir=settings.ROUTING_DIR,
    )
    return _tell_done(trial)


@allows("route.plan", *SEEN)
@never_cache
@sent_from("maps:day")
@leads_back
@answers_in_french
def undo(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Undo the last change."""
    plan, body = _plan(request, plan_id), read_body(request)
    trial = editing.undo_last(
        plan,
        revision=checked(RevisionForm(body)).cleaned_data["revision"],
        by=_author(request),
        now=timezone.now(),
        routing_dir=settings.ROUTING_DIR,
    )
    if not trial.consequences.is_allowed:
        return _tell_done(trial)
    return JsonResponse(_state(request, Plan.objects.get(pk=plan.pk), since=0))


@allows("route.publish", "route.plan", *SEEN, "passage.time")
@never_cache
@sent_from("maps:day")
@leads_back
@answers_in_french
def publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Publish a draft: the crews see it from now on."""
    plan, sent = _plan(request, plan_id), checked(RevisionForm(read_body(request))).cleaned_data
    try:
        version = publishing.publish(
            plan,
            revision=sent["revision"],
            over=sent["over"],
            withdraws=sent["withdraw"],
            by=_author(request),
            now=timezone.now(),
            routing_dir=settings.ROUTING_DIR,
        )
    except StopsAreGone as error:
        return JsonResponse(
            {"error": str(error), "kind": GONE, "gone": _tell_gone(request, error)}, status=CONFLICT
        )
    return JsonResponse({"version": version.version})


@allows("route.plan", *SEEN)
@never_cache
@require_safe
def show_difference(request: HttpRequest, plan_id: int, other_id: int) -> HttpResponse:
    """What changed from another plan of the day to this one."""
    after = get_object_or_404(Plan, pk=plan_id)
    before = get_object_or_404(Plan, pk=other_id, day=after.day, commune=after.commune_id)
    audit.record("route.schedule", subjects=[before, after], reason=audit.Reason.PATROL)
    return JsonResponse(tell_difference(difference(before, after)))


def _author(request: HttpRequest) -> Author:
    """Who asks; of somebody who plans for both polices, municipal police is told."""
    role = next((role for role in SERVICE_OF if role in person_of(request).roles), None)
    return Author(account=cast(Account, request.user), role=role)


def _tell_gone(request: HttpRequest, error: StopsAreGone) -> list[Json]:
    """Return the stops that are gone, with who passed for whoever may know; each passage told leaves its trace."""
    passages = [each.passage for each in error.gone if each.passage]
    knows_crews = Reach.COMMUNE in person_of(request).reach_of("passage.crew_identity")
    origins = PassageOrigin.objects.filter(passage__in=passages if knows_crews else ()).select_related("crew")
    crews = {origin.passage_id: origin.crew.name for origin in origins}
    for action in ("passage.time", *(["passage.crew_identity"] if crews else [])):
        audit.record(action, subjects=passages, reason=audit.Reason.PATROL)
    return [
        {
            "absence": each.stop.absence_id,
            "number": each.stop.visit_number,
            "sentence": each.sentence(passed_by=crews.get(each.passage.pk, "") if each.passage else ""),
        }
        for each in error.gone
    ]


def _plan(request: HttpRequest, plan_id: int) -> Plan:
    plan = get_object_or_404(Plan.objects.select_related("commune", "base"), pk=plan_id)
    refuse_other_service(request, plan.service)
    return plan


def _tell_done(trial: Trial) -> JsonResponse:
    plan = trial.in_hand.plan
    told = tell_trial(trial, revision=plan.revision)
    if not trial.consequences.is_allowed:
        return JsonResponse(told, status=BROKEN)
    return JsonResponse({**told, "plan": plan.pk})


def _head(plan: Plan) -> Json:
    latest = Plan.objects.of_day(plan.commune, plan.day).filter(service=plan.service).first()
    return {
        **tell_head(plan, latest=latest.pk if latest else None),
        "latest_version": publishing.latest_version(plan),
    }


def _state(request: HttpRequest, plan: Plan, *, since: int) -> Json:
    audit.record("route.stops_order", subjects=[plan], reason=audit.Reason.PATROL)
    account = person_of(request).account_id
    whole = Plan.objects.with_rounds().get(pk=plan.pk)
    changes = editing.changes_since(plan, 0)
    return {
        **_head(plan),
        "changes": tell_changes([edit for edit in changes if edit.revision > since], account=account),
        "can_undo": plan.version is None and any(editing.may_be_undone(edit) for edit in changes),
        "rounds": tell_rounds(whole),
        "omissions": tell_omissions(whole),
    }
