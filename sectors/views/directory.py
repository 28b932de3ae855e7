"""The list of the sectors, and the page of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.permissions import allows, person_of
from accounts.person import Person
from accounts.presentation.tables import Column, Sorting, read_sorting
from accounts.rights import Reach
from accounts.roles import Role
from sectors.forms.directory import SectorFilter
from sectors.models import Agreement, AgreementState, Meeting, Perimeter, Registration, Sector, SignedCopy
from sectors.services.directory import SectorLine, read_sectors
from sectors.services.meetings import read_last_meetings
from sectors.services.referents import count_referents, read_referents
from sectors.services.trainings import followed_by
from sectors.services.vigilants import count_vigilants, read_masked, read_pseudonyms
from sectors.views.asking import (
    APPOINTS,
    DOWNLOADS,
    KEEPS_AGREEMENTS,
    NAMED,
    OWN_NAME,
    REACHED,
    SECTOR,
    keeps_sector,
    sector_or_404,
)

# Sorted in memory: the state of an agreement is reckoned, not stored.
COLUMNS = (
    Column(key="secteur", label=_("Secteur"), order_by=("number",)),
    Column(key="perimetre", label=_("Périmètre depuis"), order_by=("perimeter_since",)),
    Column(key="convention", label=_("Convention"), order_by=("state",)),
    Column(key="terme", label=_("Terme"), order_by=("until",)),
    Column(key="referents", label=_("Référents"), order_by=("referents",)),
    Column(key="reunion", label=_("Dernière réunion"), order_by=("met_on",)),
)
MEETINGS_SHOWN = 20
# What wants an act comes first.
ORDER_OF_STATES = (
    None,
    AgreementState.OVER,
    AgreementState.ENDING,
    AgreementState.TO_RENEW,
    AgreementState.UPCOMING,
    AgreementState.IN_FORCE,
)


@allows(*SECTOR)
@never_cache
@require_safe
def list_sectors(request: HttpRequest) -> HttpResponse:
    """List the sectors of the commune, narrowed and sorted as the address asks."""
    form = SectorFilter(request.GET)
    sorting = read_sorting(request.GET.get("tri", ""), COLUMNS, default="secteur")
    lines = read_sectors(person_of(request).commune, today=timezone.localdate())
    context: dict[str, Any] = {"form": form, "columns": COLUMNS, "sorting": sorting}
    context |= {"today": timezone.localdate(), "downloads": DOWNLOADS}
    context["may_read_trainings"] = person_of(request).may(NAMED)
    if form.is_valid():
        context |= {"lines": _sorted(form.narrow(lines), sorting), "is_narrowed": any(form.cleaned_data.values())}
    return render(request, "sectors/list.html", context, status=200 if form.is_valid() else 400)


@allows(*SECTOR)
@never_cache
@require_safe
def show_sector(request: HttpRequest, key: int) -> HttpResponse:
    """Show one sector: its agreement, those before it, its perimeter."""
    sector, today = sector_or_404(request, key), timezone.localdate()
    agreements = [_tell(agreement, today) for agreement in _read_agreements(sector)]
    in_force = [each for each in agreements if each["is_in_force"]]
    upcoming = [each for each in agreements if each["is_upcoming"]]
    audit.record("agreement.signatories", subjects=[each["agreement"] for each in agreements if each["signed_by"]])
    context = {
        "sector": sector,
        "perimeter": Perimeter.objects.filter(sector=sector).in_force_on(today).defer("area").first(),
        "current": in_force[0] if in_force else None,
        "upcoming": upcoming,
        "others": [each for each in agreements if each not in in_force + upcoming],
        "today": today,
        "may_read_proposals": person_of(request).may("sector.perimeter_draft"),
        **_tell_referents(person_of(request), sector),
        **_tell_vigilants(person_of(request), sector),
        "meetings": list(Meeting.objects.filter(sector=sector).with_minutes()[:MEETINGS_SHOWN]),
        "met": read_last_meetings().get(sector.pk),
        "may_note": keeps_sector(person_of(request), sector.pk),
        "may_keep": person_of(request).may(KEEPS_AGREEMENTS),
    }
    return render(request, "sectors/sector.html", context)


def _tell_referents(person: Person, sector: Sector) -> dict[str, Any]:
    """How many mandates are held; by whom, and how they are reached, to those who may read it."""
    known = read_referents(sector, with_contact=person.may(REACHED)) if person.may(NAMED) else []
    followed = followed_by([each.mandate for each in known])
    return {
        "referents": count_referents().get(sector.pk, 0),
        "known": [(each, followed.get(each.mandate, [])) for each in known],
        "may_appoint": person.may(APPOINTS),
    }


def _tell_vigilants(person: Person, sector: Sector) -> dict[str, Any]:
    """How many vigilants are registered where it may be known, and in which form some are told who they are."""
    is_referent = sector.pk in person.sectors(Role.REFERENT)
    is_of_sector = is_referent or sector.pk in person.sectors(Role.VIGILANT)
    is_masked = Reach.MASKED in person.reach_of(OWN_NAME)
    return {
        "tells_vigilants": is_of_sector or person.is_police or bool(person.roles & {Role.ADMINISTRATOR, Role.DPO}),
        "vigilants": count_vigilants().get(sector.pk, 0),
        "known_vigilants": read_pseudonyms(sector) if is_referent else [],
        "masked": read_masked(sector) if is_masked else [],
        "registrations": Registration.objects.filter(sector=sector).open_at(timezone.now()) if is_referent else [],
        "may_hand_out": is_referent,
    }


def _read_agreements(sector: Sector) -> list[Agreement]:
    return list(Agreement.history.filter(sector=sector).latest_first().prefetch_related("signatories"))


def _tell(agreement: Agreement, today: Any) -> dict[str, Any]:
    """What the page tells of an agreement; the walls show names and copy to some."""
    state = agreement.state_on(today)
    copy = SignedCopy.objects.filter(agreement=agreement).defer("content").first()
    return {
        "agreement": agreement,
        "state": state,
        "term": agreement.term_on(today),
        "is_urgent": agreement.is_urgent_on(today),
        "is_upcoming": not agreement.replaced_at and state is AgreementState.UPCOMING,
        "is_in_force": not agreement.replaced_at and state not in (AgreementState.UPCOMING, AgreementState.OVER),
        "signed_by": list(agreement.signatories.all()),
        "copy": copy,
    }


def _sorted(lines: list[SectorLine], sorting: Sorting) -> list[SectorLine]:
    """Sort as asked, by number within what is equal; what has no day comes last."""
    rank = {
        "number": lambda line: line.sector.number,
        "perimeter_since": lambda line: (line.perimeter_since is None, line.perimeter_since),
        "state": lambda line: ORDER_OF_STATES.index(line.state),
        "met_on": lambda line: (line.met_on is not None, line.met_on),
        "referents": lambda line: line.referents,
        "until": lambda line: (line.until is None, line.until),
    }[sorting.column.order_by[0]]
    return sorted(lines, key=rank, reverse=sorting.is_descending)
