"""The eight roles of the scheme, and what each demands of a session."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person does in the scheme; the values are those of the access policy's columns."""

    VIGILANT = "vigilant"
    REFERENT = "referent"
    MUNICIPAL_POLICE = "municipal_police"
    NATIONAL_POLICE = "national_police"
    CREW = "crew"
    CLSPD = "clspd"
    ADMINISTRATOR = "administrator"
    DPO = "dpo"

    @property
    def label(self) -> str | Promise:
        """The role's name on screen."""
        return LABELS[self]


LABELS: Mapping[Role, str | Promise] = {
    Role.VIGILANT: _("Citoyen vigilant"),
    Role.REFERENT: _("Référent"),
    Role.MUNICIPAL_POLICE: _("Correspondant de police municipale"),
    Role.NATIONAL_POLICE: _("Correspondant de police nationale"),
    Role.CREW: _("Équipage"),
    Role.CLSPD: _("CLSPD"),
    Role.ADMINISTRATOR: _("Administrateur"),
    Role.DPO: _("Déléguée ou délégué à la protection des données (DPO)"),
}

POLICE = frozenset({Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE})
HELD_IN_A_SECTOR = frozenset({Role.VIGILANT, Role.REFERENT})
WITHOUT_SECOND_FACTOR = frozenset({Role.VIGILANT})


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """How long a session may rest without a request, and live in all."""

    idle: dt.timedelta
    absolute: dt.timedelta


_DESK = SessionLimits(idle=dt.timedelta(minutes=15), absolute=dt.timedelta(hours=8))
_NEIGHBOUR = SessionLimits(idle=dt.timedelta(minutes=30), absolute=dt.timedelta(hours=12))
# A crew's phone is looked at between two homes: it may rest as long as a shift, which lasts at most sixteen hours.
_SHIFT = SessionLimits(idle=dt.timedelta(hours=16), absolute=dt.timedelta(hours=16))

LIMITS = dict.fromkeys(Role, _DESK) | {Role.VIGILANT: _NEIGHBOUR, Role.REFERENT: _NEIGHBOUR, Role.CREW: _SHIFT}


def strictest_limits(roles: frozenset[Role]) -> SessionLimits:
    """Return the shortest idle time and the shortest life among those of the roles; a desk's for no role."""
    held = [LIMITS[role] for role in roles] or [_DESK]
    return SessionLimits(
        idle=min(limits.idle for limits in held), absolute=min(limits.absolute for limits in held)
    )
