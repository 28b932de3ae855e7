"""The accounts of a commune as its keepers list them: identifiers, roles and states, never a name."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Prefetch, QuerySet, Value, When
from django.db.models.enums import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Grant, Invitation
from accounts.presentation.tables import Column
from accounts.roles import WITHOUT_SECOND_FACTOR, Role
from accounts.services.accounts import ENTERED, WITHOUT_PASSWORD, accounts_of, with_second_factor


class State(TextChoices):
    """Where an account stands; the first that fits, from the bottom of the list up."""

    ACTIVE = "actif", _("Actif")
    INVITED = "invite", _("Invité")
    READY = "pas-entre", _("Pas encore entré")
    TO_INVITE = "a-inviter", _("À inviter")
    WITHOUT_ROLE = "sans-role", _("Sans rôle aujourd'hui")
    DISABLED = "desactive", _("Désactivé")


class FactorState(TextChoices):
    """Whether an account has the second factor that its roles demand."""

    SET = "en-place", _("En place")
    MISSING = "manque", _("À mettre en place")
    NOT_ASKED = "facultatif", _("Facultatif")


COLUMNS = (
    Column(key="identifiant", label=_("Identifiant"), order_by=("login",)),
    Column(key="facteur", label=_("Second facteur"), order_by=("factor_state", "login")),
    Column(key="etat", label=_("État"), order_by=("state", "login")),
    Column(key="cree", label=_("Créé le"), order_by=("created_at", "login")),
)


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    """A role of an account in words, with its days."""

    role: str | Promise
    place: str
    first_day: dt.date
    last_day: dt.date | None
    is_over: bool


def list_accounts(commune: str, *, now: dt.datetime, today: dt.date) -> QuerySet[Account]:
    """Return the accounts of the commune, each with its ``state``, its ``factor_state`` and its ``roles_here``."""
    here = Grant.objects.filter(commune=commune)
    held = here.filter(account=OuterRef("pk")).in_force_on(today)
    invited = Invitation.objects.open_at(now).filter(account=OuterRef("pk"))
    state = Case(
        When(is_active=False, then=Value(State.DISABLED)),
        When(~Exists(held), then=Value(State.WITHOUT_ROLE)),
        When(ENTERED, then=Value(State.ACTIVE)),
        When(Exists(invited), then=Value(State.INVITED)),
        When(WITHOUT_PASSWORD, then=Value(State.TO_INVITE)),
        default=Value(State.READY),
        output_field=CharField(),
    )
    factor_state = Case(
        When(has_second_factor=True, then=Value(FactorState.SET)),
        When(Exists(held.exclude(role__in=WITHOUT_SECOND_FACTOR)), then=Value(FactorState.MISSING)),
        default=Value(FactorState.NOT_ASKED),
        output_field=CharField(),
    )
    roles = here.ending_after(today).select_related("sector", "crew").order_by("valid", "pk")
    return (
        with_second_factor(accounts_of(commune))
        .annotate(state=state, factor_state=factor_state)
        .prefetch_related(Prefetch("grants", queryset=roles, to_attr="roles_here"))
    )


def narrow(accounts: QuerySet[Any], *, login: str, role: str, state: str, today: dt.date) -> QuerySet[Any]:
    """Keep the accounts whose identifier holds ``login``, that hold ``role`` today, that are in ``state``."""
    if login:
        accounts = accounts.filter(login__icontains=login)
    if role:
        held = Grant.objects.filter(account=OuterRef("pk"), role=role).in_force_on(today)
        accounts = accounts.filter(Exists(held))
    return accounts.filter(state=state) if state else accounts


def tell_role(grant: Grant, *, today: dt.date) -> HeldRole:
    """Put a grant in words."""
    return HeldRole(
        role=Role(grant.role).label,
        place=str(grant.sector or grant.crew or ""),
        first_day=grant.valid.lower,
        last_day=grant.last_day,
        is_over=grant.last_day is not None and grant.last_day < today,
    )
