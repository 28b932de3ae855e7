"""Who may see and do what, written by hand from the access policy; a later feature adds its rows here.

Each right is one row of the policy: a field that is read, or an action that is done. What is not listed for a role
is refused. Break-glass access (a written motive and a second person's approval) does not exist yet: those cells of
the policy are refused, and so are not listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from accounts.roles import HELD_IN_A_SECTOR, Role


class Reach(StrEnum):
    """How far a right goes; the letters of the policy."""

    OWN = "O"
    SECTOR = "S"
    ENTRUSTED = "W"
    ROUTE = "T"
    ANOMALY = "A"
    COMMUNE = "C"
    AGGREGATE = "G"
    MASKED = "M"
    PSEUDONYM = "P"


@dataclass(frozen=True, kw_only=True)
class Right:
    """One row of the policy; ``anyone`` is how far it goes for a visitor who is not logged in."""

    name: str
    reaches: Mapping[Role, Reach] = field(default_factory=dict)
    anyone: Reach | None = None

    def reach_of(self, role: Role | None) -> Reach | None:
        """How far the right goes for a role, or for a visitor (None); None when it is refused."""
        return self.anyone if role is None else self.reaches.get(role)


_OWN = dict.fromkeys(Role, Reach.OWN)
_POLICE = {Role.MUNICIPAL_POLICE: Reach.COMMUNE, Role.NATIONAL_POLICE: Reach.COMMUNE}
_POLICE_AND_CREW = _POLICE | {Role.CREW: Reach.ROUTE}
_HOME_READERS = _POLICE_AND_CREW | {Role.VIGILANT: Reach.OWN}
_MUNICIPAL = {Role.MUNICIPAL_POLICE: Reach.COMMUNE}
_CALLERS = _HOME_READERS | {Role.CREW: Reach.ANOMALY}
_REGISTRARS = _MUNICIPAL | {Role.VIGILANT: Reach.OWN}
_KEEPERS = {Role.ADMINISTRATOR: Reach.COMMUNE, Role.DPO: Reach.COMMUNE}
_IN_A_SECTOR = dict.fromkeys(HELD_IN_A_SECTOR, Reach.SECTOR)
_TELLERS = {Role.VIGILANT: Reach.OWN, Role.REFERENT: Reach.SECTOR}
_REPORT_READERS = _POLICE | _TELLERS
_EVERY_ROLE = dict.fromkeys(Role, Reach.COMMUNE)

RIGHTS = {
    right.name: right
    for right in (
        Right(name="absence.access_instructions", reaches=_HOME_READERS),
        Right(name="absence.address", reaches=_HOME_READERS),
        Right(name="absence.allowed_people", reaches=_HOME_READERS),
        Right(name="absence.exact_point", reaches=_HOME_READERS),
        Right(name="absence.exists_in_list", reaches=_HOME_READERS),
        Right(name="absence.name", reaches=_HOME_READERS),
        Right(name="absence.phone", reaches=_CALLERS),
        Right(name="absence.sector", reaches=_HOME_READERS),
        Right(name="absence.start_end_dates", reaches=_HOME_READERS),
        Right(name="absence.trusted_person", reaches=_CALLERS),
        Right(name="absence.create", reaches=_REGISTRARS),
        Right(name="absence.delete", reaches=_REGISTRARS),
        Right(name="absence.export"),
        Right(name="absence.import", reaches=_MUNICIPAL),
        Right(name="absence.search_by_name", reaches=_MUNICIPAL),
        Right(name="absence.update", reaches=_REGISTRARS),
        Right(name="account.mfa_state", reaches=_OWN | _KEEPERS),
        Right(name="account.roles", reaches=_OWN | _KEEPERS),
        Right(name="account.create", reaches={Role.ADMINISTRATOR: Reach.COMMUNE}),
        Right(name="account.disable", reaches=_KEEPERS),
        Right(name="anomaly.call_chain", reaches=_MUNICIPAL | {Role.CREW: Reach.ROUTE}),
        Right(name="audit.all_entries", reaches={Role.ADMINISTRATOR: Reach.MASKED, Role.DPO: Reach.COMMUNE}),
        Right(name="audit.own_entries", reaches=_OWN | {Role.DPO: Reach.COMMUNE}),
        Right(name="audit.verify_chain", reaches=_KEEPERS),
        Right(
            name="bulletin.text",
            reaches=_POLICE | {Role.VIGILANT: Reach.SECTOR, Role.REFERENT: Reach.SECTOR},
        ),
        Right(name="bulletin.relay", reaches={Role.REFERENT: Reach.SECTOR}),
        Right(name="bulletin.send", reaches=_POLICE),
        Right(name="coverage.by_route", reaches=_POLICE_AND_CREW),
        Right(
            name="coverage.by_sector_month",
            reaches=_POLICE | {Role.CLSPD: Reach.AGGREGATE, Role.DPO: Reach.AGGREGATE},
        ),
        Right(
            name="coverage.export",
            reaches=_MUNICIPAL | {Role.CLSPD: Reach.AGGREGATE, Role.DPO: Reach.AGGREGATE},
        ),
        Right(name="device.revoke", reaches=_MUNICIPAL | {Role.CREW: Reach.OWN} | _KEEPERS),
        Right(name="dsar.extract_subject", reaches={Role.VIGILANT: Reach.OWN}),
        Right(
            name="export.manifest",
            reaches=dict.fromkeys((*_POLICE, Role.CLSPD), Reach.OWN)
            | {Role.ADMINISTRATOR: Reach.MASKED, Role.DPO: Reach.COMMUNE},
        ),
        Right(name="heatmap.exact", reaches=_POLICE),
        Right(
            name="heatmap.published",
            reaches=_POLICE
            | {Role.REFERENT: Reach.SECTOR, Role.CLSPD: Reach.AGGREGATE, Role.DPO: Reach.AGGREGATE},
        ),
        Right(name="import.error_report", reaches=_MUNICIPAL),
        Right(name="keys.inventory", reaches=_KEEPERS),
        Right(name="passage.amend", reaches=_MUNICIPAL),
        Right(name="passage.create", reaches=_MUNICIPAL | {Role.CREW: Reach.ROUTE}),
        Right(name="passage.crew_identity", reaches=_MUNICIPAL | {Role.CREW: Reach.ROUTE}),
        Right(name="passage.result", reaches=_HOME_READERS),
        Right(name="passage.stop", reaches=_HOME_READERS),
        Right(name="passage.time", reaches=_POLICE_AND_CREW | {Role.VIGILANT: Reach.MASKED}),
        Right(
            name="retention.state",
            reaches=_MUNICIPAL
            | {Role.VIGILANT: Reach.OWN, Role.ADMINISTRATOR: Reach.MASKED, Role.DPO: Reach.COMMUNE},
        ),
        *(
            Right(name=f"report.{field}", reaches=_REPORT_READERS | {Role.CLSPD: Reach.AGGREGATE})
            for field in ("category", "sector", "status", "time_rounded_1h")
        ),
        *(Right(name=f"report.{field}", reaches=_REPORT_READERS) for field in ("exact_point", "relayed_text")),
        Right(name="report.author_pseudonym", reaches=_TELLERS | {Role.DPO: Reach.PSEUDONYM}),
        Right(name="report.original_text", reaches=_TELLERS),
        Right(name="report.close", reaches=_POLICE),
        Right(name="report.create", reaches=_TELLERS),
        Right(name="report.delete", reaches={Role.VIGILANT: Reach.OWN}),
        Right(name="report.reject", reaches=_MUNICIPAL | {Role.REFERENT: Reach.SECTOR}),
        Right(name="report.relay", reaches={Role.REFERENT: Reach.SECTOR}),
        Right(name="retention.run_now", reaches=_KEEPERS),
        Right(name="route.crew_members", reaches=_MUNICIPAL | {Role.CREW: Reach.ROUTE}),
        Right(name="route.geometry", reaches=_POLICE_AND_CREW),
        Right(name="route.plan", reaches=_POLICE),
        Right(name="route.publish", reaches=_POLICE),
        Right(name="route.schedule", reaches=_POLICE_AND_CREW),
        Right(name="route.stops_order", reaches=_POLICE_AND_CREW),
        Right(name="route.download", reaches={Role.CREW: Reach.ROUTE}),
        Right(name="sector.approve_perimeter", reaches=_MUNICIPAL),
        Right(name="sector.import_geo", reaches=_MUNICIPAL | {Role.REFERENT: Reach.SECTOR}),
        Right(name="sector.propose_perimeter", reaches=_MUNICIPAL | {Role.REFERENT: Reach.SECTOR}),
        Right(
            name="sector.perimeter_draft",
            reaches=_POLICE | {Role.REFERENT: Reach.SECTOR, Role.CLSPD: Reach.COMMUNE},
        ),
        Right(name="sector.name", reaches=_EVERY_ROLE, anyone=Reach.COMMUNE),
        Right(name="sector.perimeter", reaches=_EVERY_ROLE),
        Right(name="sector.referent_names", reaches=_IN_A_SECTOR | _POLICE | _KEEPERS),
        Right(
            name="sector.referent_contact",
            reaches=_IN_A_SECTOR | _POLICE | {Role.ADMINISTRATOR: Reach.COMMUNE},
        ),
        Right(name="sector.appoint_referent", reaches=_MUNICIPAL),
        *(
            Right(
                name=f"vigilant.{field}",
                reaches={Role.VIGILANT: Reach.OWN, Role.ADMINISTRATOR: Reach.MASKED},
            )
            for field in ("name", "contact")
        ),
        Right(name="watch.entrusted_home", reaches=_POLICE | {Role.VIGILANT: Reach.ENTRUSTED}),
        Right(name="watch.tick", reaches={Role.VIGILANT: Reach.ENTRUSTED}),
    )
}


def right_named(name: str) -> Right:
    """Return the right of a row of the policy.

    Raises
    ------
    KeyError
        When the policy as built so far has no such row.
    """
    return RIGHTS[name]
