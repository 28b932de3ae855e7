"""Every wall, word and exclusion that guards the site, each with a way to take it away; see script/teeth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import psycopg

from accounts import rights
from accounts.permissions import Access, access_of
from accounts.rights import Reach
from accounts.roles import Role
from tests.access.addresses import ADDRESSES, Free, routes
from tests.access.test_bulletin_walls import TABLES as MESSAGES
from tests.access.test_wall_matrix import SHOWN
from tests.access.test_written_rows import ADDED

SQL_TESTS = (
    "test_wall_matrix.py",
    "test_round_walls.py",
    "test_all_tables.py",
    "test_account_walls.py",
    "test_way_in_walls.py",
    "test_identity_walls.py",
    "test_desk_walls.py",
    "test_export_walls.py",
    "test_token_walls.py",
    "test_agreement_walls.py",
    "test_meeting_walls.py",
    "test_crew_member_walls.py",
    "test_passage_walls.py",
    "test_joining_walls.py",
    "test_plan_walls.py",
    "test_written_rows.py",
    "test_proposal_walls.py",
    "test_bulletin_walls.py",
    "test_journal.py",
)
FUNCTION_TESTS = (
    *SQL_TESTS,
    "test_who_asks.py",
    "../sectors/bulletins/test_figures.py",
    "../accounts/test_audit_chain.py",
    "../accounts/test_audit_recording.py",
)
PAGE_TESTS = ("test_every_address.py", "test_reach.py", "test_matrix.py")
RIGHTS_TESTS = ("test_policy.py", "test_every_address.py", "test_matrix.py")
POLICIES = """
    SELECT schemaname, tablename, policyname, cmd, qual, with_check FROM pg_policies ORDER BY tablename, policyname
"""
WALLED = "SELECT oid::regclass::text FROM pg_class WHERE relforcerowsecurity ORDER BY 1"


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One guard taken away: in the database by ``apply`` and back by ``undo``, or in the code by ``patch``."""

    kind: str
    name: str
    tests: tuple[str, ...]
    apply: str = ""
    undo: str = ""
    patch: Callable[[], None] | None = None
    # The tests most likely to turn red, as pytest's -k; all of them follow when they stay green.
    hint: str = ""


def all_mutants(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Every mutant of the database as it stands and of the code as it is imported."""
    yield from opened_policies(connection)
    yield from fallen_walls(connection)
    yield from weakened_functions(connection)
    yield from opened_views()
    yield from changed_rights()
    yield from lost_exclusions()


def opened_policies(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Each policy of row-level security lets every row through."""
    for schema, table, policy, command, qual, check in connection.execute(POLICIES).fetchall():
        target = f'ALTER POLICY "{policy}" ON {schema}."{table}"'
        was = (f" USING ({qual})" if qual else "") + (f" WITH CHECK ({check})" if check else "")
        opened = (" USING (true)" if qual else "") + (" WITH CHECK (true)" if check else "")
        if was != opened:
            tests = _likeliest_first(table, command)
            # Those for jobs and for our functions let in whoever has declared none.
            hint = "declared" if policy.endswith(("_job", "_past", "_jobs")) else ""
            yield Mutant(
                kind="policy", name=policy, tests=tests, apply=target + opened, undo=target + was, hint=hint
            )


# Where rows are written that are not in the matrix of writing.
WRITTEN_APART = {
    "accounts_identity": "test_identity_walls.py",
    "accounts_invitation": "test_way_in_walls.py",
    "accounts_purgerun": "test_desk_walls.py",
    "accounts_device": "test_all_tables.py",
    "accounts_export": "test_export_walls.py",
    "accounts_servicetoken": "test_token_walls.py",
    "patrols_joinedpassage": "test_joining_walls.py",
    "sectors_agreement": "test_agreement_walls.py",
    "sectors_meeting": "test_meeting_walls.py",
    "sectors_signatory": "test_agreement_walls.py",
    "sectors_signedcopy": "test_agreement_walls.py",
}


def _likeliest_first(table: str, command: str) -> tuple[str, ...]:
    if table in MESSAGES:
        return _first_of(SQL_TESTS, "test_bulletin_walls.py")
    if command in ("INSERT", "UPDATE", "DELETE"):
        written = table in {model._meta.db_table for model in ADDED}
        first = "test_written_rows.py" if written else WRITTEN_APART.get(table, _apart_by_app(table))
    else:
        first = "test_wall_matrix.py" if table in SHOWN else "test_all_tables.py"
    return _first_of(SQL_TESTS, first)


def _apart_by_app(table: str) -> str:
    app, _, _ = table.partition("_")
    return {"patrols": "test_passage_walls.py", "sectors": "test_proposal_walls.py"}.get(
        app, "test_account_walls.py"
    )


def _first_of(files: tuple[str, ...], first: str) -> tuple[str, ...]:
    return tuple(sorted(files, key=lambda name: name != first))


def fallen_walls(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Each walled table loses its wall, or keeps it for everybody but its owner."""
    for (table,) in connection.execute(WALLED).fetchall():
        for what in ("ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"):
            take, give = ("DISABLE", "ENABLE") if what.startswith("ROW") else ("NO", "")
            yield Mutant(
                kind="wall",
                name=f"{table}: {take} {what}",
                tests=("test_walls_stand.py",),
                apply=f"ALTER TABLE {table} {take} {what}",
                undo=f"ALTER TABLE {table} {give} {what}",
            )


# What each function of the walls excludes, by a piece of its text and what stands in its place.
FUNCTION_PIECES = (
    ("crew_routes", "shift.crew_id = ANY (walls.crews())", "true"),
    ("crew_routes", "now() >= shift.starts_at - interval '2 hours'", "true"),
    ("crew_routes", "now() < shift.ends_at", "true"),
    ("crew_routes", "plan.commune_id = walls.commune()", "true"),
    ("crew_routes", "plan.version IS NOT NULL", "true"),
    ("crew_routes", "later.version > plan.version", "false"),
    ("crew_plans", "route.id = ANY (walls.crew_routes())", "true"),
    ("crew_shifts", "shift.crew_id = ANY (walls.crews())", "true"),
    ("crew_shifts", "now() >= shift.starts_at - interval '2 hours'", "true"),
    ("crew_shifts", "now() < shift.ends_at", "true"),
    ("crew_absences", "stop.route_id = ANY (walls.crew_routes())", "true"),
    ("crew_stops_to_report", "shift.crew_id = ANY (walls.crews())", "true"),
    ("crew_stops_to_report", "plan.commune_id = walls.commune()", "true"),
    ("crew_stops_to_report", "plan.version IS NOT NULL", "true"),
    ("crew_stops_to_report", "now() >= shift.starts_at - interval '2 hours'", "true"),
    ("crew_stops_to_report", "now() < shift.ends_at + interval '7 days'", "true"),
    ("crew_passages_told", "origin.crew_id = ANY (walls.crews())", "true"),
    ("crew_passages_told", "crew.commune_id = walls.commune()", "true"),
    ("crew_passages_told", "told.clock = 'told'", "true"),
    ("crew_passages_told", "told.recorded_at > now() - interval '7 days'", "true"),
    ("crew_visits_told", "shift.crew_id = ANY (walls.crews())", "true"),
    ("crew_visits_told", "origin.crew_id = shift.crew_id", "true"),
    ("crew_visits_told", "crew.commune_id = walls.commune()", "true"),
    ("crew_visits_told", "stop.visit_number = noted.visit_number", "true"),
    ("crew_visits_told", "stop.absence_id = told.absence_id", "true"),
    ("crew_visits_told", "told.clock = 'told'", "true"),
    ("crew_visits_told", "now() >= shift.starts_at - interval '2 hours'", "true"),
    ("crew_visits_told", "now() < shift.ends_at + interval '7 days'", "true"),
    ("crew_visits_told", "told.id IN (joined.passage_id, joined.counts_as_id)", "false"),
    ("crew_anomalies", "route.id = ANY (walls.crew_routes())", "true"),
    ("crew_anomalies", "origin.crew_id = shift.crew_id", "true"),
    ("crew_anomalies", "passage.result = 'anomaly'", "true"),
    ("crew_anomalies", "passage.done_at >= shift.starts_at - interval '2 hours'", "true"),
    ("crew_members", "held.valid @> shift.day", "true"),
    ("crew_members", "account.is_active", "true"),
    ("crew_members", "crew.commune_id = walls.commune()", "true"),
    ("crew_members", "walls.holds('municipal_police')", "true"),
    ("crew_members", "shift.id = ANY (walls.crew_shifts())", "walls.holds('crew')"),
    ("crew_shifts", "crew.commune_id = walls.commune()", "true"),
    ("bulletins_received", "bulletin.sent_at IS NOT NULL", "true"),
    ("bulletins_received", "bulletin.commune_id = walls.commune()", "true"),
    ("bulletins_received", "addressed.sector_id = ANY (walls.sectors('referent'))", "walls.holds('referent')"),
    ("bulletins_received", "addressed.sector_id = ANY (walls.sectors('vigilant'))", "walls.holds('vigilant')"),
    ("bulletins_received", "relay.bulletin_id = bulletin.id", "true"),
    ("bulletins_received", "relay.sector_id = addressed.sector_id", "true"),
    ("last_meetings", "sector.commune_id = walls.commune()", "true"),
    ("last_meetings", "walls.holdings() -> 'roles' <> '[]'", "true"),
    ("referents_by_sector", "held.role = 'referent'", "true"),
    ("referents_by_sector", "held.valid @> walls.today()", "true"),
    ("referents_by_sector", "account.is_active", "true"),
    ("referents_by_sector", "sector.commune_id = walls.commune()", "true"),
    ("referents_by_sector", "walls.holdings() -> 'roles' <> '[]'", "true"),
    ("bulletins_by_sector_month", "told.commune_id = walls.commune()", "true"),
    ("bulletins_by_sector_month", "walls.is_police()", "true"),
    ("bulletins_by_sector_month", "walls.holds('clspd')", "true"),
    ("bulletins_by_sector_month", "told.month < date_trunc('month', walls.today())", "true"),
    ("defer_bulletin", "sent.sent_at IS NOT NULL", "true"),
    ("defer_bulletin", "sent.commune_id = walls.police_commune()", "true"),
    ("defer_calculation", "asked.state = 'waiting'", "true"),
    ("defer_calculation", "asked.commune_id = walls.police_commune()", "true"),
    ("with_second_factor", "walls.is_keeper()", "true"),
    ("with_second_factor", "held.commune_id = walls.commune()", "true"),
    ("police_commune", "held -> 'roles' ?| ARRAY['municipal_police', 'national_police']", "true"),
    ("is_police", "walls.holds('municipal_police') OR walls.holds('national_police')", "true"),
    ("is_keeper", "walls.holds('administrator') OR walls.holds('dpo')", "true"),
    ("crews_of_police", "crew.commune_id = walls.police_commune()", "true"),
    ("commune_of_crews", "walls.is_police() OR walls.is_keeper() OR walls.holds('crew')", "true"),
    ("recognise", "account.is_active IS NOT TRUE", "false"),
    ("recognise", "held.commune_id = town", "true"),
    ("recognise", "held.valid @> day", "true"),
    ("recognise", "count(*) = 1", "true"),
    ("describe", "held ->> 0 <> 'crew'", "true"),
    ("accounts_of_commune", "held.commune_id = (SELECT walls.commune())", "true"),
    ("accounts_of_commune", "(SELECT walls.is_keeper())", "true"),
    ("is_account_of_commune", "bool_or(held.commune_id = walls.commune())", "true"),
    ("second_factors", "walls.is_keeper() AND walls.is_account_of_commune(account)", "walls.is_keeper()"),
    ("second_factors", "walls.is_keeper() AND walls.is_account_of_commune(account)", "true"),
    ("second_factors", "account = walls.person()", "false"),
    ("keep_password_to_its_owner", "current_user = 'ronde_web'", "false"),
    ("bring_into_force", "checked.state = 'checked'", "true"),
    ("bring_into_force", "checked.commune_id = walls.commune()", "true"),
    ("bring_into_force", "walls.holds('municipal_police')", "true"),
    ("bring_into_force", "step.kind = 'checked'", "true"),
    ("bring_into_force", "step.revision = checked.revision", "true"),
    ("bring_into_force", "day >= walls.today()", "true"),
    ("bring_into_force", "lower(planned.valid) >= day", "false"),
    ("exports_masked", "walls.holds('administrator')", "true"),
    ("exports_masked", "export.commune_id = walls.commune()", "true"),
    ("audit_masked", "walls.audit_reader_is('administrator')", "true"),
    ("audit_masked", "e.commune IN ('', walls.audit_town())", "true"),
    ("audit_links", "walls.audit_reader_is('administrator')", "true"),
    ("audit_cuts", "walls.audit_reader_is('administrator')", "true"),
    ("audit_stream", "caller NOT IN ('ronde_web', 'ronde_aggregates')", "true"),
    ("audit_refuse_change", "RAISE EXCEPTION", "RETURN OLD; RAISE EXCEPTION"),
)


# Where each function is tried; the others in the matrix.
FUNCTIONS_TRIED = {
    "crew_routes": "test_round_walls.py",
    "crew_stops_to_report": "test_passage_walls.py",
    "crew_visits_told": "test_joining_walls.py",
    "crew_passages_told": "test_joining_walls.py",
    "crew_anomalies": "test_passage_walls.py",
    "crew_members": "test_crew_member_walls.py",
    "crew_shifts": "test_plan_walls.py",
    "bulletins_received": "test_bulletin_walls.py",
    "last_meetings": "test_meeting_walls.py",
    "referents_by_sector": "test_bulletin_walls.py",
    "bulletins_by_sector_month": "../sectors/bulletins/test_figures.py",
    "defer_bulletin": "test_bulletin_walls.py",
    "defer_calculation": "test_plan_walls.py",
    "with_second_factor": "test_desk_walls.py",
    "second_factors": "test_account_walls.py",
    "accounts_of_commune": "test_account_walls.py",
    "is_account_of_commune": "test_account_walls.py",
    "keep_password_to_its_owner": "test_account_walls.py",
    "recognise": "test_who_asks.py",
    "describe": "test_who_asks.py",
    "bring_into_force": "test_proposal_walls.py",
    "exports_masked": "test_export_walls.py",
    "audit_masked": "test_journal.py",
    "audit_links": "test_all_tables.py",
    "audit_cuts": "test_all_tables.py",
    "audit_stream": "../accounts/test_audit_recording.py",
    "audit_refuse_change": "../accounts/test_audit_recording.py",
}


def weakened_functions(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Each condition in the functions by which the walls know who asks is lost."""
    for name, piece, instead in FUNCTION_PIECES:
        row = connection.execute(
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = 'walls' AND p.proname = %s",
            [name],
        ).fetchone()
        was = row[0] if row else ""
        if piece not in was:
            raise LookupError(
                f"walls.{name} no longer says « {piece} »: say in tests/access/mutants.py what it does"
            )
        yield Mutant(
            kind="function",
            name=f"{name}: {piece}",
            tests=_first_of(FUNCTION_TESTS, FUNCTIONS_TRIED.get(name, "test_wall_matrix.py")),
            apply=was.replace(piece, instead, 1),
            undo=was,
        )


def opened_views() -> Iterator[Mutant]:
    """Each view that is not for everybody becomes so, or loses one of its conditions."""
    for name, route in routes():
        said = access_of(route.callback)
        if said is None or isinstance(ADDRESSES[name], Free):
            continue
        changes = {"for everybody": Access(is_public=True)}
        if said.rights:
            changes["for whoever is logged in"] = replace(said, rights=(), reach=None)
        admits_somebody = bool(_holders(said))
        if said.needs_recent_proof and admits_somebody:
            changes["without a recent proof"] = replace(said, needs_recent_proof=False)
        if _narrows(said):
            changes["however far the right goes"] = replace(said, reach=None)
        if not said.is_on_the_way_in and admits_somebody:
            changes["before the second factor"] = replace(said, is_on_the_way_in=True)
        for what, access in changes.items():
            view = route.callback
            yield Mutant(
                kind="view",
                name=f"{name} {what}",
                tests=PAGE_TESTS,
                patch=lambda view=view, access=access: setattr(view, "access", access),
                hint=_hint(name, what, said),
            )


def _narrows(said: Access) -> bool:
    """Whether a view's reach refuses it to a role that holds its rights in some other way."""
    return bool(_stopped_by_reach(said))


def _holders(said: Access) -> list[Role]:
    """The roles that hold all rights of a view, however far they go."""
    return [role for role in Role if all(rights.RIGHTS[right].reach_of(role) for right in said.rights)]


def _stopped_by_reach(said: Access) -> list[Role]:
    return [
        role
        for role in _holders(said)
        if said.reach is not None
        and not all(rights.RIGHTS[right].reach_of(role) is said.reach for right in said.rights)
    ]


def _hint(name: str, what: str, said: Access) -> str:
    holders = " or ".join(_holders(said)) or "nobody"
    stopped = " or ".join(_stopped_by_reach(said)) or "nobody"
    return {
        "for everybody": f"visitor and {name.replace(':', ' and ')}",
        "for whoever is logged in": "serves_the_rows",
        "without a recent proof": f"given_long_ago and ({holders})",
        "however far the right goes": f"refused_does_not_exist and ({stopped})",
        "before the second factor": f"test_before and ({holders})",
    }[what]


def changed_rights() -> Iterator[Mutant]:
    """Each right is given to every role, or taken from all."""
    for name, right in rights.RIGHTS.items():
        for what, reaches in (("all", dict.fromkeys(Role, Reach.COMMUNE)), ("none", {})):
            changed = replace(right, reaches=reaches)
            if changed != right:
                yield Mutant(
                    kind="right",
                    name=f"{name} for {what}",
                    tests=RIGHTS_TESTS,
                    patch=lambda name=name, changed=changed: rights.RIGHTS.__setitem__(name, changed),
                    # Without a database, it would come last.
                    hint=f"says_what_the_policy_says and {name}",
                )


def lost_exclusions() -> Iterator[Mutant]:
    """Each exclusion in the code that a leak would pass through is lost."""
    from accounts.models.people import DeviceQuerySet, InvitationQuerySet
    from accounts.models.service_tokens import ServiceTokenQuerySet
    from accounts.person import Person
    from accounts.services import sessions
    from config import kept_sessions, walled_requests
    from config.walled_requests import WalledRequests

    def lose(owner: object, name: str, instead: object) -> Callable[[], None]:
        return lambda: setattr(owner, name, instead)

    every = lambda rows, *_, **__: rows.all()  # noqa: E731
    holdings_anywhere = lambda person: person.holdings  # noqa: E731
    for name, patch, tests in (
        ("revoked devices", lose(DeviceQuerySet, "in_use", every), ("test_reach.py", "test_matrix.py")),
        (
            "withdrawn and expired tokens",
            lose(ServiceTokenQuerySet, "in_use", every),
            ("../accounts/test_service_tokens.py",),
        ),
        (
            "whether a tool holds a token",
            lose(walled_requests, "holds_token", lambda *_: True),
            ("test_every_address.py",),
        ),
        (
            "used, revoked and expired invitations",
            lose(InvitationQuerySet, "open_at", every),
            ("../accounts/test_invitations.py",),
        ),
        ("a crew's device", lose(Person, "_usable", holdings_anywhere), ("test_reach.py", "test_matrix.py")),
        ("the end of sessions", lose(sessions, "end_reason", lambda *_, **__: ""), ("test_matrix.py",)),
        (
            "what a proof was given for",
            lose(sessions, "is_proved_for", lambda *_, **__: True),
            ("../accounts/test_devices.py",),
        ),
        (
            "a session's device",
            lose(sessions, "has_lost_device", lambda *_: False),
            ("../accounts/test_devices.py",),
        ),
        ("the age of a proof", lose(kept_sessions, "_is_recent", lambda age: True), ("test_every_address.py",)),
        ("no keeping of answers", lose(walled_requests, "forbid_keeping", lambda *_: None), ("test_reach.py",)),
        ("the trace of a refusal", lose(walled_requests, "note_refusal", lambda *_: None), ("test_reach.py",)),
        ("who asks, said to the database", lose(walled_requests.scope, "enter", lambda *_: None), PAGE_TESTS),
        ("the refusal itself", lose(WalledRequests, "process_view", lambda *_: None), PAGE_TESTS),
    ):
        yield Mutant(kind="exclusion", name=name, tests=tests, patch=patch)
