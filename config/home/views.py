"""The page at the door: a block for each role that one holds."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Account
from accounts.permissions import logged_in, person_of, public
from accounts.person import Person
from accounts.roles import Role
from config.home import council
from config.home.blocks import Block
from config.home.crew import describe_crew_round
from config.home.keepers import describe_accounts, describe_protection
from config.home.neighbours import describe_referent, describe_sectors, describe_vigilant
from config.home.network import describe_network_in_figures, describe_network_to_keep
from config.home.own_account import describe_own_account
from config.home.police import describe_police_day
from geo.errors import GeoError
from geo.models import Commune

# What the page of a day was asked for with, when it lay at the door: a bookmark still leads to its day.
ASKS_FOR_A_DAY = frozenset({"jour", "version", "equipage", "vue", "couleur"})

# Whose own account is a good part of what there is to do here.
LITTLE_TO_DO = frozenset({Role.REFERENT, Role.VIGILANT, Role.CLSPD})


@public
@require_safe
def enter_site(request: HttpRequest) -> HttpResponse:
    """Lead to the home page, or an address of old to its day; say how to begin where no commune is served yet."""
    try:
        Commune.objects.defer("outline").of_site()
    except GeoError as error:
        return _ask_for_commune(request, error)
    if ASKS_FOR_A_DAY.isdisjoint(request.GET):
        return redirect("home")
    return redirect(f"{reverse('maps:day')}?{request.GET.urlencode()}")


@logged_in
@require_safe
@never_cache
def show_home(request: HttpRequest) -> HttpResponse:
    """What the person has to do now, role by role."""
    try:
        commune = Commune.objects.defer("outline").of_site()
    except GeoError as error:
        return _ask_for_commune(request, error)
    account: Account = request.user  # type: ignore[assignment]
    blocks = tuple(_describe(person_of(request), account, commune)) or (_nothing_held(),)
    return render(request, "home/home.html", {"blocks": blocks})


def _ask_for_commune(request: HttpRequest, error: GeoError) -> HttpResponse:
    known = Commune.objects.defer("outline").order_by("name")
    return render(request, "home/no_commune.html", {"reason": str(error), "communes": known}, status=503)


def _describe(person: Person, account: Account, commune: Commune) -> Iterator[Block]:
    # A crew member on a phone that is not enrolled holds no role, and must be told what to do.
    if any(holding.role is Role.CREW for holding in person.holdings):
        yield describe_crew_round(person)
    if person.is_police:
        yield describe_police_day(commune, calls=person.may("anomaly.call_chain"))
    if Role.MUNICIPAL_POLICE in person.roles:
        yield describe_network_to_keep(commune, person)
    if Role.ADMINISTRATOR in person.roles:
        yield describe_accounts(commune)
    if Role.DPO in person.roles:
        yield describe_protection(commune)
    if Role.CLSPD in person.roles:
        yield council.describe_coverage(commune)
        yield council.describe_sectors(commune)
        yield describe_network_in_figures(commune)
    yield from describe_sectors(person)
    if Role.REFERENT in person.roles:
        yield describe_referent(person)
    if Role.VIGILANT in person.roles:
        yield describe_vigilant(person)
    if person.roles & LITTLE_TO_DO:
        yield describe_own_account(account)


def _nothing_held() -> Block:
    return Block(
        title=_("Votre compte ne porte aucun rôle aujourd'hui"),
        words=(
            _("Un rôle commence et finit à des dates : le vôtre n'a pas commencé, ou il est terminé."),
            _("Demandez à la personne qui administre les comptes de votre commune."),
        ),
    )
