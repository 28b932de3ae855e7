"""Wall the reports: their author by the seal, référents in their sector, police once relayed; figures to nobody."""

from pathlib import Path

from django.db import migrations

from accounts.walls.operations import Admit, Wall

SQL = Path(__file__).parent.parent / "sql" / "authors.sql"
UNDO = """
DROP TRIGGER seal_goes_with_its_report ON reports_report;
DROP POLICY author_in_functions ON authors.author;
DROP FUNCTION authors.keep(uuid), authors.mine(), authors.forget(uuid), authors.known_as(), authors.break_seal();
DROP INDEX authors.author_by_account
"""
ME = "(SELECT walls.person())"
MINE = "{} = ANY ((SELECT authors.mine())::uuid[])"
AS_REFERENT = "sector_id = ANY ((SELECT walls.sectors('referent'))::bigint[])"
AS_VIGILANT = "sector_id = ANY ((SELECT walls.sectors('vigilant'))::bigint[])"
POLICE = "commune_id = (SELECT walls.police_commune()) AND relayed_at IS NOT NULL"
JUST_TOLD = (
    "state = 'told' AND commune_id = (SELECT walls.commune()) AND relayed_at IS NULL"
    " AND taken_at IS NULL AND category = '' AND patrol_asked_at IS NULL"
)
# What the police say is left alone.
BY_REFERENT = (
    f"{AS_REFERENT} AND state IN ('told', 'new', 'answered', 'rejected')"
    " AND taken_at IS NULL AND category = '' AND patrol_asked_at IS NULL"
)
# What was told is never rewritten.
MOVED = ("state", "relayed_at", "taken_at", "ended_at", "rejection", "category", "patrol_asked_at")
SHOWN = "report_id IN (SELECT id FROM reports_report)"
OF_MINE = MINE.format("report_id")
OF_MY_SECTOR = f"report_id IN (SELECT id FROM reports_report WHERE {AS_REFERENT})"
WAITING_IN_MY_SECTOR = f"report_id IN (SELECT id FROM reports_report WHERE {AS_REFERENT} AND state = 'told')"
RELAYED_BY_MY_SECTOR = f"report_id IN (SELECT id FROM reports_report WHERE {AS_REFERENT} AND state = 'new')"
OF_POLICE = f"report_id IN (SELECT id FROM reports_report WHERE {POLICE})"
UNTOUCHED = "report_id IN (SELECT id FROM reports_report WHERE relayed_at IS NULL)"


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_create_reports"),
        ("accounts", "0020_keep_acts_of_authors_apart"),
        ("sectors", "0014_register_vigilants"),
    ]

    operations = [
        Wall("authors.author"),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), UNDO),
        Wall(
            "reports_report",
            read=f"{MINE.format('id')} OR {AS_REFERENT} OR ({POLICE})",
            insert=f"{JUST_TOLD} AND ((NOT is_spoken AND {AS_VIGILANT}) OR (is_spoken AND {AS_REFERENT}))",
            update=f"{AS_REFERENT} AND state = 'told'",
            after_update=BY_REFERENT,
            # Once relayed, it is the référent's word to the police: its author takes their own back, and leaves it.
            delete=f"{MINE.format('id')} AND relayed_at IS NULL",
            columns=MOVED,
        ),
        Admit(
            "reports_report",
            "UPDATE",
            name="reports_report_web_triage",
            using=f"{POLICE} AND state IN ('new', 'in_hand')",
            check=f"{POLICE} AND state IN ('new', 'in_hand', 'closed', 'rejected')",
            columns=MOVED,
        ),
        Wall(
            "reports_reportstep",
            read=SHOWN,
            insert=f"taken_by_id = {ME} AND walls.holds(by_role) AND ({OF_MY_SECTOR} OR {OF_POLICE})",
            delete=f"{OF_MINE} AND {UNTOUCHED}",
        ),
        Wall(
            "reports_telling",
            read=f"{OF_MINE} OR {OF_MY_SECTOR}",
            insert=f"{OF_MINE} OR {WAITING_IN_MY_SECTOR}",
            delete=OF_MINE,
        ),
        Wall(
            "reports_relay",
            read=SHOWN,
            insert=RELAYED_BY_MY_SECTOR,
            delete=f"{OF_MINE} AND {UNTOUCHED}",
        ),
        Wall(
            "reports_answer",
            read=(
                f"(audience = 'author' AND ({OF_MINE} OR {OF_MY_SECTOR}))"
                f" OR (audience = 'referent' AND ({OF_MY_SECTOR} OR {OF_POLICE}))"
            ),
            insert=f"(audience = 'author' AND {OF_MY_SECTOR}) OR (audience = 'referent' AND {OF_POLICE})",
            delete=f"{OF_MINE} AND {UNTOUCHED}",
        ),
        Wall("reports_reportcount", read="commune_id = (SELECT walls.police_commune())"),
    ]
