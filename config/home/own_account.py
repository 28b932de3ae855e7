"""Where one's own account stands: its roles and their end, and what protects it."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account, Grant
from accounts.roles import Role
from accounts.services import second_factors
from config.home.blocks import Block, Fact, Task, Urgency
from geo import french

ENDS_SOON = dt.timedelta(days=30)


def describe_own_account(account: Account) -> Block:
    """The block of those who have little else to do here: roles, second factor, recovery codes."""
    today = timezone.localdate()
    grants = list(account.grants.in_force_on(today).select_related("sector").order_by("valid", "pk"))
    ends = {last_day for grant in grants if (last_day := grant.last_day) and last_day - today <= ENDS_SOON}
    return Block(
        title=_("Votre compte"),
        facts=(
            Fact(label=_("Votre identifiant"), value=account.login),
            *(Fact(label=_tell_role(grant), value=_tell_end(grant.last_day)) for grant in grants),
        ),
        tasks=(*map(_tell_near_end, sorted(ends)), *_tell_protection(account)),
    )


def _tell_role(grant: Grant) -> str:
    label = str(Role(grant.role).label)
    return f"{label}, {grant.sector.name}" if grant.sector else label


def _tell_end(last_day: dt.date | None) -> str:
    return _("sans terme") if last_day is None else _("jusqu'au %(day)s") % {"day": french.day(last_day)}


def _tell_near_end(last_day: dt.date) -> Task:
    return Task(
        words=_("Votre rôle finit le %(day)s.") % {"day": french.day(last_day)},
        detail=_("S'il doit continuer, dites-le à la personne qui administre les comptes de votre commune."),
    )


def _tell_protection(account: Account) -> tuple[Task, ...]:
    factors, action = reverse("second_factors"), _("Double authentification")
    if not second_factors.has_second_factor(account):
        return (
            Task(
                words=_("Votre mot de passe est seul à protéger ce compte."),
                detail=_("Une application ou une clé d'accès le protégerait mieux ; c'est facultatif pour vous."),
                url=factors,
                action=action,
            ),
        )
    if not second_factors.count_recovery_codes(account):
        return (
            Task(
                words=_("Vous n'avez aucun code de secours."),
                detail=_(
                    "Si le téléphone ou la clé se perdait, vous ne pourriez plus entrer. Faites-en maintenant."
                ),
                url=factors,
                action=action,
            ),
        )
    return (Task(words=_("Votre compte est protégé par un second facteur."), urgency=Urgency.DONE),)
