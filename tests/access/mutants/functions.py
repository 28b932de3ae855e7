"""The functions by which the walls know who asks: each loses its conditions, one after the other."""

from collections.abc import Iterator

import psycopg

from tests.access.mutants.mutant import SQL_TESTS, Mutant, first_of

FUNCTION_TESTS = (
    *SQL_TESTS,
    "test_who_asks.py",
    "../sectors/bulletins/test_figures.py",
    "../accounts/test_audit_chain.py",
    "../accounts/test_audit_recording.py",
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
                f"walls.{name} no longer says « {piece} »: say in tests/access/mutants/functions.py what it does"
            )
        yield Mutant(
            kind="function",
            name=f"{name}: {piece}",
            tests=first_of(FUNCTION_TESTS, FUNCTIONS_TRIED.get(name, "test_wall_matrix.py")),
            apply=was.replace(piece, instead, 1),
            undo=was,
        )
