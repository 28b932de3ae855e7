"""Pages of the accounts of the commune: list, create, invite again, close and reopen. No name is ever shown."""

import logging
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.errors import AccountNotActive, LastAdministrator, LoginTaken, SectorHasTwoMandates
from accounts.models import Account
from accounts.permissions import allows, person_of
from accounts.presentation.pages import read_page
from accounts.presentation.sent_forms import sent_from
from accounts.presentation.tables import read_sorting
from accounts.rights import Reach
from accounts.sealing import SealingError
from accounts.services import accounts, shown_once
from config.desk.forms import AccountFilter, AccountForm, RoleForms, RolesInOne, places_of
from config.desk.listing import COLUMNS, FactorState, State, list_accounts, narrow, tell_role
from geo.models import Commune

READ_OR_SEND = ["GET", "HEAD", "POST"]
ACCOUNTS_A_PAGE = 50
FACTOR_NAMES = {"totp": gettext_lazy("Application d'authentification"), "webauthn": gettext_lazy("Clé d'accès")}
LINK_IN_SESSION = "ronde.link_to_show"
SHOWN_ONCE = gettext_lazy(
    "Le lien d'invitation a été montré une fois. S'il n'est pas remis, invitez de nouveau : "
    "le premier ne servira plus."
)
logger = logging.getLogger(__name__)


@allows("account.roles", "account.mfa_state", reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_accounts(request: HttpRequest) -> HttpResponse:
    """List the accounts of the commune, narrowed and sorted as the address asks."""
    form = AccountFilter(request.GET)
    sorting = read_sorting(request.GET.get("tri", ""), COLUMNS, default="identifiant")
    may_create = person_of(request).may("account.create")
    context: dict[str, object] = {"form": form, "columns": COLUMNS, "sorting": sorting, "may_create": may_create}
    if form.is_valid():
        today = timezone.localdate()
        asked = form.cleaned_data
        found = narrow(
            list_accounts(_commune(request), now=timezone.now(), today=today),
            login=asked["identifiant"].strip().lower(),
            role=asked["role"],
            state=asked["etat"],
            today=today,
        )
        page = read_page(found.order_by(*sorting.order_by), request.GET.get("page", ""), size=ACCOUNTS_A_PAGE)
        context |= {"page": page, "rows": [_row(account) for account in page], "is_narrowed": any(asked.values())}
        _record_reading(list(page))
    return render(request, "desk/accounts.html", context, status=200 if form.is_valid() else 400)


@allows("account.create", reach=Reach.COMMUNE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables("form", "token")
@require_http_methods(READ_OR_SEND)
def create_account(request: HttpRequest) -> HttpResponse:
    """Ask for a new account, create it with its roles, and lead to its one-time link."""
    commune = Commune.objects.defer("outline").get(pk=_commune(request))
    sent = request.POST if request.method == "POST" else None
    form = AccountForm(sent, initial={"login": accounts.propose_login()} if sent is None else None)
    roles: Any = RoleForms(sent, prefix="roles", form_kwargs={"places": places_of(commune)})
    if sent is not None and _are_valid(form, roles):
        made = _create(request, form, roles)
        if made is not None:
            return _lead_to_link(request, *made)
    return render(request, "desk/create_account.html", {"form": form, "roles": roles})


@allows("account.roles", "account.mfa_state", reach=Reach.COMMUNE)
@never_cache
@require_safe
def show_account(request: HttpRequest, key: int) -> HttpResponse:
    """Show one account: its roles and their days, its second factors, its invitation, and what can be done."""
    now, today = timezone.now(), timezone.localdate()
    account: Any = list_accounts(_commune(request), now=now, today=today).filter(pk=key).first()
    if account is None:
        raise Http404
    grants = account.grants.filter(commune=_commune(request)).select_related("sector", "crew")
    invitation = account.invitations.open_at(now).first()
    person = person_of(request)
    context = {
        "account": account,
        "state": State(account.state),
        "roles": [tell_role(grant, today=today) for grant in grants.order_by("-valid", "pk")],
        "factor_state": FactorState(account.factor_state),
        "factors": _read_factors(account),
        "open_until": invitation and invitation.expires_at,
        "devices": account.devices.in_use().count(),
        "may_invite": person.may("account.create"),
        "is_own": account.pk == person.account_id,
    }
    _record_reading([account])
    if token := _take_link(request, key):
        return _show_link(request, account, token)
    return render(request, "desk/account.html", context)


@allows("account.create", reach=Reach.COMMUNE, needs_recent_proof=True)
@never_cache
@sensitive_variables("token")
@sent_from("desk_account", "key")
def invite_again(request: HttpRequest, key: int) -> HttpResponse:
    """Make a new one-time link and lead to it; the former one opens nothing any more."""
    try:
        account, token = accounts.invite_again(key, commune=_commune(request), by=_account(request))
    except Account.DoesNotExist as error:
        raise Http404 from error
    except AccountNotActive as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(resolve_url("desk_account", key))
    return _lead_to_link(request, account, token)


@allows("account.disable", reach=Reach.COMMUNE)
@never_cache
@sent_from("desk_account", "key")
def disable_account(request: HttpRequest, key: int) -> HttpResponse:
    """Close an account at once."""
    try:
        account = accounts.disable(key, commune=_commune(request))
    except Account.DoesNotExist as error:
        raise Http404 from error
    except LastAdministrator as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("« %(login)s » est désactivé : il n'ouvre plus rien.") % {"login": account.login}
        )
    return HttpResponseRedirect(resolve_url("desk_account", key))


@allows("account.create", "account.disable", reach=Reach.COMMUNE)
@never_cache
@sent_from("desk_account", "key")
def enable_account(request: HttpRequest, key: int) -> HttpResponse:
    """Open an account again, with the roles it had."""
    try:
        account = accounts.enable(key, commune=_commune(request))
    except Account.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("« %(login)s » est de nouveau ouvert.") % {"login": account.login})
    return HttpResponseRedirect(resolve_url("desk_account", key))


def _are_valid(form: AccountForm, roles: RolesInOne) -> bool:
    """Check both, so that all that is wrong is said at once; the page's title then says that something is."""
    is_valid = form.is_valid()
    if not roles.is_valid():
        form.add_error(None, _("Les rôles sont à corriger."))
        return False
    return is_valid


def _create(request: HttpRequest, form: AccountForm, roles: RolesInOne) -> tuple[Account, str] | None:
    """Create the account, or say on the form why it cannot be."""
    try:
        return accounts.open_account(
            form.cleaned_data["login"],
            roles.given,
            commune=_commune(request),
            by=_account(request),
            holder=form.holder,
        )
    except LoginTaken as error:
        form.add_error("login", str(error))
    except SectorHasTwoMandates as error:
        form.add_error(None, str(error))
    except SealingError as error:
        logger.error("Un compte n'a pas pu être créé : %s", error)
        form.add_error(None, _("Le nom n'a pas pu être scellé : rien n'est créé. Prévenez qui gère le serveur."))
    return None


def _lead_to_link(request: HttpRequest, account: Account, token: str) -> HttpResponse:
    """Let the account's page show the link, sealed until then: loading that anew sends nothing again."""
    shown_once.keep(request, LINK_IN_SESSION, account.pk, token)
    return HttpResponseRedirect(resolve_url("desk_account", account.pk))


def _take_link(request: HttpRequest, key: int) -> str:
    """Return the link that waits to be shown, once; the next time, say that it was."""
    is_kept, token = (
        shown_once.is_kept(request, LINK_IN_SESSION, key),
        shown_once.take(request, LINK_IN_SESSION, key),
    )
    if is_kept and not token:
        messages.info(request, SHOWN_ONCE)
    return token


def _show_link(request: HttpRequest, account: Account, token: str) -> HttpResponse:
    """Answer with the link itself, which is kept nowhere."""
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    drawing = segno.make(link, error="m").svg_inline(scale=5, border=2, light="#ffffff")
    context = {
        "account": account,
        "link": link,
        "days": settings.INVITATION_DAYS,
        # Drawn here from the site's own address.
        "qr_code": mark_safe(drawing),  # noqa: S308
    }
    return render(request, "desk/invitation.html", context)


def _row(account: Any) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "account": account,
        "roles": [tell_role(grant, today=today) for grant in account.roles_here],
        "state": State(account.state),
        "factor_state": FactorState(account.factor_state),
    }


def _read_factors(account: Account) -> list[dict[str, object]]:
    """Return the kinds of second factor and their dates, through the function that shows no secret."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, created_at, last_used_at FROM walls.second_factors(%s)", [account.pk])
        rows = cursor.fetchall()
    return [
        {"name": FACTOR_NAMES[kind], "made_at": made_at, "used_at": used_at}
        for kind, made_at, used_at in rows
        if kind in FACTOR_NAMES
    ]


def _record_reading(listed: list[Account]) -> None:
    audit.record("account.roles", subjects=listed, reason=audit.Reason.ACCOUNT_CARE)
    audit.record("account.mfa_state", subjects=listed, reason=audit.Reason.ACCOUNT_CARE)


def _commune(request: HttpRequest) -> str:
    return person_of(request).commune


def _account(request: HttpRequest) -> Account:
    account: Account = request.user  # type: ignore[assignment]
    return account
