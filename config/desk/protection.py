"""Pages of the protection of data: what is kept and why, what was erased, which keys exist; no value, no key."""

import logging
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.keys.current import key_store
from accounts.models import Account, PurgeRun
from accounts.permissions import allows, person_of
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from accounts.sealing import SealingError
from accounts.services import purge_runs
from accounts.services.register import SECURITY, register
from config.desk.key_weeks import sort_keys
from config.desk.listing import FactorState, State, list_accounts

RUNS_SHOWN = 10
logger = logging.getLogger(__name__)


@allows("retention.run_now", "keys.inventory", "account.roles", "account.mfa_state", reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_protection(request: HttpRequest) -> HttpResponse:
    """Say where the protection of data stands, and lead to each of its pages."""
    commune, now, today = person_of(request).commune, timezone.now(), timezone.localdate()
    accounts: QuerySet[Any] = list_accounts(commune, now=now, today=today)
    states = accounts.prefetch_related(None).order_by().values_list("state")
    by_state = dict(states.annotate(Count("pk")))
    active = accounts.filter(is_active=True, factor_state=FactorState.MISSING)
    context = {
        "states": [{"state": state, "count": by_state.get(state, 0)} for state in State],
        "without_factor": active.count(),
        "last_run": PurgeRun.objects.done().first(),
        "shows_register": _is_dpo(request),
    }
    return render(request, "desk/protection.html", context)


@allows("retention.state", "keys.inventory", reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_register(request: HttpRequest) -> HttpResponse:
    """Show the register of processing, as the models declare it."""
    return render(request, "desk/register.html", {"register": register(), "security": SECURITY})


@allows("retention.run_now", reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_retention(request: HttpRequest) -> HttpResponse:
    """Show the last ends of retention and the last count of what is due; table by table for the DPO alone."""
    runs = list(PurgeRun.objects.order_by("-asked_at", "-pk")[:RUNS_SHOWN])
    logins = dict(Account.objects.filter(pk__in={run.asked_by_id for run in runs}).values_list("pk", "login"))
    context = {
        "runs": [{"run": run, "login": logins.get(run.asked_by_id or 0, "")} for run in runs],
        "shows_tables": _is_dpo(request),
        "is_waiting": any(run.ended_at is None for run in runs),
    }
    audit.record("retention.state")
    return render(request, "desk/retention.html", context)


@allows("retention.run_now", reach=Reach.COMMUNE, needs_recent_proof=True)
@never_cache
@sent_from("desk_retention")
def ask_purge(request: HttpRequest) -> HttpResponse:
    """Ask the worker to erase what is over, without waiting for the night."""
    return _ask(
        request, is_rehearsal=False, words=_("Effacement demandé : il commence dans les secondes qui viennent.")
    )


@allows("retention.run_now", reach=Reach.COMMUNE)
@never_cache
@sent_from("desk_retention")
def ask_count(request: HttpRequest) -> HttpResponse:
    """Ask the worker to count what is over; nothing leaves."""
    return _ask(
        request, is_rehearsal=True, words=_("Compte demandé : il commence dans les secondes qui viennent.")
    )


@allows("keys.inventory", reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_keys(request: HttpRequest) -> HttpResponse:
    """List the weeks whose key exists or was destroyed; the keys themselves are shown by nothing."""
    try:
        inventory = key_store().inventory()
    except SealingError as error:
        logger.error("L'inventaire des clés ne se lit pas : %s", error)
        return render(request, "desk/keys.html", {"inventory": None}, status=503)
    audit.record("keys.inventory")
    context = {"inventory": inventory, "keys": sort_keys(inventory, timezone.localdate())}
    return render(request, "desk/keys.html", context)


def _ask(request: HttpRequest, *, is_rehearsal: bool, words: str) -> HttpResponse:
    account: Account = request.user  # type: ignore[assignment]
    purge_runs.ask(account, is_rehearsal=is_rehearsal)
    messages.success(request, words)
    return HttpResponseRedirect(resolve_url("desk_retention"))


def _is_dpo(request: HttpRequest) -> bool:
    """Whether the state of retention is shown in full: to an administrator it is masked."""
    return Reach.COMMUNE in person_of(request).reach_of("retention.state")
