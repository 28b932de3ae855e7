"""Every object of the database is walled, or stands here with the reason why it need not be."""

import pytest
from django.db import connection

from accounts.walls.logins import Login

pytestmark = pytest.mark.django_db

OF_EXTENSIONS = """
    SELECT FROM pg_depend d WHERE d.objid = {oid} AND d.classid = '{catalog}'::regclass AND d.deptype = 'e'
"""
RELATIONS = f"""
    SELECT c.oid, c.oid::regclass::text, c.relkind, c.relrowsecurity AND c.relforcerowsecurity, c.reloptions
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'walls', 'authors')
       AND NOT EXISTS ({OF_EXTENSIONS.format(oid="c.oid", catalog="pg_class")})
"""
FUNCTIONS = f"""
    SELECT p.proname, p.prosecdef, p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE')
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname IN ('public', 'walls', 'authors')
       AND NOT EXISTS ({OF_EXTENSIONS.format(oid="p.oid", catalog="pg_proc")})
"""
TABLES, VIEWS, MATERIALISED, SEQUENCES = "rp", "v", "m", "S"

OPEN_DATA = "open data about the town, nobody in it"
COUNTS = "counts that remain of what was erased, without a person, a place or an hour"
OPEN_TABLES = {
    "geo_commune": OPEN_DATA,
    "geo_street": OPEN_DATA,
    "geo_building": OPEN_DATA,
    "geo_landfeature": OPEN_DATA,
    "geo_address": OPEN_DATA,
    "geo_streetname": OPEN_DATA,
    "geo_importrun": "names of open-data files and counts",
    "sectors_sector": "names of sectors, which the policy opens to visitors",
    "sectors_perimeter": "outlines of sectors, which the policy opens to all who are logged in",
    "sectors_reviewfigure": "figures that single nobody out, for the login of figures alone",
    "django_session": "looked up by a secret key of 160 bits, before anybody is known; it holds no name",
    "axes_accessattempt": "counters of failed log-ins by a digest, looked up before anybody is known",
    "axes_accessattemptexpiration": "the end of a lock-out, beside its counter",
    "axes_accessfailurelog": "not written: the audit chain tells refused log-ins",
    "axes_accesslog": "not written: the audit chain tells log-ins",
    "procrastinate_jobs": "keys of calculations and messages, read by the workers alone",
    "procrastinate_events": "hours of the jobs, read by the workers alone",
    "procrastinate_periodic_defers": "when each nightly job was last put in the queue, for the workers alone",
    "procrastinate_workers": "heartbeats of the workers, read by them alone",
    "django_migrations": "names of migrations",
    "django_content_type": "names of models",
    "auth_permission": "names of Django's own permissions, not used",
    "auth_group": "not used",
    "auth_group_permissions": "not used",
}
# What pages of figures may read, and nothing else.
AGGREGATES_READ = {
    "geo_commune",
    "geo_street",
    "geo_building",
    "geo_landfeature",
    "geo_address",
    "geo_streetname",
    "geo_importrun",
    "sectors_sector",
    "sectors_perimeter",
    "sectors_reviewfigure",
}
LOOK_PAST_THE_WALLS = {
    "bulletins_by_sector_month": "numbers of messages, for police and the CLSPD of the commune",
    "bulletins_received": "keys of the messages that were sent to one's sectors",
    "defer_bulletin": "puts in the queue the notices of a message that one's own commune has sent",
    "last_meetings": "when each sector of the commune met last, for every role",
    "referents_by_sector": "how many référents each sector of the commune has, never who, for every role",
    "accounts_of_commune": "the keys of the accounts of a keeper's commune",
    "is_account_of_commune": "tells a keeper whether an account is of their commune",
    "second_factors": "the kinds of second factor, never their secret",
    "with_second_factor": "which accounts of a keeper's commune have one",
    "crew_routes": "rounds of one's own crews around their shifts",
    "crew_plans": "the plans of these rounds",
    "crew_shifts": "one's own shift while it lasts",
    "defer_calculation": "puts in the queue a calculation that one's own commune asked for, and nothing else",
    "crew_absences": "homes at the stops of these rounds",
    "crew_anomalies": "those of them at which the crew has recorded an anomaly",
    "crews_of_police": "the keys of the crews of the commune, for police there",
    "crew_members": "identifiers of who is in the crews of the commune, or in one's own on its shift",
    "crew_stops_to_report": "keys and hours of the stops of one's own crews of the last week",
    "bring_into_force": "writes the perimeters of a proposal that was checked, for municipal police there",
    "take_out_of_force": "takes back what was approved and has not begun, for municipal police there",
    "crew_passages_told": "keys of what one's own crews told by radio in the last week",
    "crew_passages_given": "what one's own crews did on their open shift at stops that others have by now",
    "crew_stops_noted": "at which visit one's own crews noted, on their open shift, what they did at their homes",
    "crew_visits_told": "keys, hours and results of what one's own crews told by radio in the last week",
    "exports_masked": "the masked list of exports for the administrator",
    "audit": "the one way into the audit chain",
    "cut_audit": "the one way out of it, at the end of retention",
    "audit_masked": "the masked list for the administrator",
    "audit_links": "hashes alone, for whoever may verify the chain",
    "audit_cuts": "what was cut, for whoever may verify the chain",
    "referents": "who the référents are and how they are reached, by the columns that each role may read",
    "may_be_referent": "whether an account of the commune holds no role that bars a mandate, for municipal police",
    "candidate": "the account of the commune that an identifier names, for municipal police",
    "sector_has_two_mandates": "counts the mandates of a sector as one is given, and tells nothing",
    "keep": "seals oneself as the author of a report that one has just told",
    "mine": "the keys of one's own reports",
    "forget": "breaks the seal of a report of one's own",
    "known_as": "the pseudonyms under which reports were told, for the sector's référents and the DPO",
    "break_seal": "takes a seal away with its report, and tells nothing",
    "entrusted_on": "the homes entrusted on a day, for the functions of the watch alone",
    "watch_sectors": "the sectors in whose chain whoever asks watches",
    "homes_to_watch": "where the homes are that one watches today, and whether they were looked at",
    "was_entrusted": "whether a home was entrusted to a chain of one's own on one of the last days",
    "own_homes": "the homes of one's own and the sector of each",
    "home_of_code": "the home whose code the person holds",
    "watched_homes": "which homes are watched and how many looks each had, for the police",
    "watch_days": "how many homes were entrusted and looked at each day, for the sector's référents",
    "open_registration": "the sector of the registration whose link the visitor holds",
    "vigilants_by_sector": "how many vigilants there are, for the police, keepers and the sector",
    "pseudonyms": "the pseudonyms of the sector's vigilants, for its référents",
    "vigilants_masked": "what is sealed of the vigilants, for the administrator",
}


def ask(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def do(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def names_of(kinds: str) -> set[str]:
    return {name for _, name, kind, _, _ in ask(RELATIONS) if kind in kinds}


def test_every_table_is_walled_or_open_for_a_reason():
    walled = {name for _, name, kind, is_walled, _ in ask(RELATIONS) if kind in TABLES and is_walled}

    assert names_of(TABLES) - walled == set(OPEN_TABLES)


def test_a_table_that_nobody_thought_of_is_found():
    do("CREATE TABLE forgotten (name text)")
    do("CREATE TABLE half_walled (name text)")
    do("ALTER TABLE half_walled ENABLE ROW LEVEL SECURITY")

    walled = {name for _, name, kind, is_walled, _ in ask(RELATIONS) if kind in TABLES and is_walled}

    assert names_of(TABLES) - walled - set(OPEN_TABLES) == {"forgotten", "half_walled"}


def test_no_policy_is_for_everybody():
    assert ask("SELECT tablename, policyname FROM pg_policies WHERE 'public' = ANY (roles)") == []


def test_every_view_asks_in_the_name_of_whoever_reads_it():
    options = {name: options or [] for _, name, kind, _, options in ask(RELATIONS) if kind in VIEWS}

    assert [name for name, said in options.items() if "security_invoker=true" not in said] == []


def test_a_view_that_would_read_past_the_walls_is_found():
    do("CREATE VIEW open_window AS SELECT * FROM absences_absence")

    options = {name: options or [] for _, name, kind, _, options in ask(RELATIONS) if kind in VIEWS}

    assert [name for name, said in options.items() if "security_invoker=true" not in said] == ["open_window"]


def test_there_is_no_materialised_view_since_no_wall_can_stand_in_one():
    assert names_of(MATERIALISED) == set()


def test_what_looks_past_the_walls_is_known_has_a_fixed_search_path_and_is_not_for_everybody():
    definers = {
        name: (config or [], is_open) for name, is_definer, config, is_open in ask(FUNCTIONS) if is_definer
    }

    assert set(definers) == set(LOOK_PAST_THE_WALLS)
    assert [
        name for name, (config, _) in definers.items() if "search_path=pg_catalog, pg_temp" not in config
    ] == []
    assert [name for name, (_, is_open) in definers.items() if is_open] == []


def test_pages_of_figures_reach_no_nominative_table():
    reached = {
        name
        for name in names_of(TABLES + VIEWS)
        if ask(
            "SELECT has_any_column_privilege(%s, %s, 'SELECT, INSERT, UPDATE, REFERENCES')"
            " OR has_table_privilege(%s, %s, 'DELETE, TRUNCATE, TRIGGER')",
            Login.AGGREGATES,
            name,
            Login.AGGREGATES,
            name,
        )[0][0]
    }

    assert reached == AGGREGATES_READ


@pytest.mark.parametrize("login", [Login.WEB, Login.AGGREGATES, Login.WORKER])
def test_no_process_of_the_site_can_change_what_tables_are(login):
    changed = [
        name
        for name in names_of(TABLES)
        if ask("SELECT has_table_privilege(%s, %s, 'TRUNCATE, REFERENCES, TRIGGER')", login, name)[0][0]
    ]
    counters = [
        name
        for name in names_of(SEQUENCES)
        if ask("SELECT has_sequence_privilege(%s, %s, 'UPDATE, USAGE')", login, name)[0][0]
    ]
    schemas = ask("SELECT nspname FROM pg_namespace WHERE has_schema_privilege(%s, oid, 'CREATE')", login)

    assert changed == counters == schemas == []


@pytest.mark.parametrize("login", [Login.WEB, Login.AGGREGATES, Login.WORKER])
def test_no_login_of_the_site_rises_above_the_walls(login):
    rights = ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", login
    )
    above = ask("SELECT roleid::regrole FROM pg_auth_members WHERE member = %s::regrole", login)

    assert rights == [(False, False, False, False)]
    assert above == []


# Where the site may add or change rows, what a refusal for a row that is already there can tell.
CONFLICTS = {
    "burglaries_are_counted_once": "the commune is part of it, whose numbers municipal police see",
    "bulletin_is_for_a_sector_once": "a draft of one's own is part of it",
    "bulletin_is_read_once": "one's own readings only: the account is part of it",
    "bulletin_is_relayed_once_by_each_means": "one's own relays only: the account is part of it",
    "template_title_is_unique_in_commune": "the commune is part of it, whose texts the police see",
    "referent_is_told_once_of_a_bulletin": "a notice that the police see, of which they write the state alone",
    "bulletin_is_replaced_once": "a correction that was sent is shown to all police of the commune",
    "absences_homecode_absence_id_key": "the code of a home that the police see",
    "absences_homecode_token_sha256_key": "a fingerprint of 99 random bits: it cannot be guessed",
    "home_is_ones_own_once": "one's own homes only: the account is part of it",
    "absences_watcher_role_id_key": "a role of one's own: the row is shown",
    "home_has_one_watch_consent_at_once": "a home of one's own is part of it, whose consents one sees",
    "home_is_looked_at_once_a_day": "that one's chain has looked at a home that it watches; never who",
    "absences_draft_account_id_key": "one's own draft: the account is its key",
    "absences_absence_reference_key": "a random reference of 122 bits: it cannot be guessed",
    "absences_householdaccess_absence_id_key": "the row of a home that one sees already",
    "absences_householdcontacts_absence_id_key": "the row of a home that one sees already",
    "allowed_hours_are_said_once": "the hours of a home that one sees already",
    "accounts_account_login_key": "who gives an identifier, or gets one, learns that it is taken, nothing else",
    "accounts_identity_account_id_key": "the identity of an account that one sees already",
    "device_is_enrolled_once": "one's own devices only: the account is part of it",
    "accounts_invitation_token_sha256_key": "a fingerprint of 256 random bits: it cannot be guessed",
    "accounts_servicetoken_token_sha256_key": "a fingerprint of 256 random bits: it cannot be guessed",
    "token_label_is_unique": "the commune is part of it, whose tokens the administrator sees",
    "device_label_is_unique": "one's own devices only: the account is part of it",
    "grant_is_held_once_a_day": "an account and a commune that the giver sees are part of it",
    "passage_is_recorded_once": "a passage of one's own crew, by an identifier that the phone drew",
    "entry_is_taken_in_once": "an entry of one's own crew, by an identifier that the phone drew",
    "call_is_recorded_once": "a call after a passage that one sent or sees",
    "patrols_passagenote_passage_id_key": "a note on a passage recorded in the same transaction",
    "plan_number_is_unique_in_day": "the commune is part of it, whose plans the police see",
    "plan_version_is_unique_in_day": "the commune is part of it, whose plans the police see",
    "plan_edit_makes_one_revision": "a plan that one sees is part of it",
    "route_is_one_shift_of_a_plan": "a plan that one sees is part of it",
    "stop_has_one_place_in_route": "a round that one sees is part of it",
    "leg_has_one_place_in_route": "a round that one sees is part of it",
    "visit_is_left_out_once_in_a_plan": "a plan that one sees is part of it",
    "patrols_risksurface_plan_id_key": "a plan that one sees is part of it",
    "patrols_joinedpassage_counts_as_id_key": "a passage that one sees or has just sent is part of it",
    "stop_is_missed_once": "a stop at a home that one sees is part of it",
    "crew_works_one_shift_at_a_time": "a crew of the commune is part of it, whose shifts the police see",
    "patrols_calculation_plan_id_key": "only a worker writes it",
    "proposal_revision_is_there_once": "a proposal that one writes is part of it",
    "decision_is_read_once": "one's own readings only: the account is part of it",
    "proposal_step_is_taken_once": "a proposal that one writes is part of it",
    "proposed_sector_is_there_once": "a drawing that one saves is part of it",
    "proposed_number_is_there_once": "a drawing that one saves is part of it",
    "sectors_registration_token_sha256_key": "a fingerprint of 99 random bits: it cannot be guessed",
    "vigilant_has_one_pseudonym_a_sector": "one's own pseudonyms only: the account is part of it",
    "pseudonym_is_one_persons_in_a_sector": "in one's own sector alone, that a pseudonym is taken; never by whom",
    "sectors_minutes_meeting_id_key": "a meeting whose minutes one sees is part of it",
    "one_attends_a_training_once": "a training and a mandate that the desk sees are part of it",
    "sector_meets_once_a_day": "a sector whose meetings one sees is part of it",
    "sector_has_one_agreement_a_day": "a sector of the commune is part of it, whose agreements all roles see",
    "agreement_is_signed_once_by_a_party": "an agreement of the commune, whose signatories the desk sees",
    "sectors_signedcopy_agreement_id_key": "an agreement of the commune, whose copy the desk sees",
    "report_number_is_one_reports": "a random number, which tells of no report but that one has it",
    "reports_telling_report_id_key": "a report that one sees is part of it",
    "reports_relay_report_id_key": "a report of one's sector is part of it",
    "unique_authenticator_type": "one's own second factors only: the account is part of it",
}


def test_what_a_conflict_can_tell_about_a_hidden_row_is_known():
    unique = ask(
        """
        SELECT i.relname
          FROM pg_index x
          JOIN pg_class i ON i.oid = x.indexrelid
          JOIN pg_class t ON t.oid = x.indrelid
         WHERE t.relforcerowsecurity AND (x.indisunique OR x.indisexclusion) AND NOT x.indisprimary
           AND has_any_column_privilege('ronde_web', t.oid, 'INSERT, UPDATE')
        """
    )

    assert {name for (name,) in unique} == set(CONFLICTS)
