"""Create the functions by which the walls know who asks, and wall the accounts and what serves to log in."""

from pathlib import Path

from django.db import migrations

from accounts.walls.operations import EVERYTHING, Open, Wall, check_logins

SQL = Path(__file__).parent.parent / "walls" / "sql"
MINE = "(SELECT walls.person())"
KEEPERS = "(SELECT walls.is_keeper())"
ADMINISTRATOR = "(SELECT walls.holds('administrator'))"
OF_MY_COMMUNE = "commune_id = (SELECT walls.commune())"
# Whoever is logging in: by identifier, halfway between the password and the second factor, or by a one-time link.
ENTERING = (
    f"id = {MINE} OR login = (SELECT walls.claimed_login()) OR id = (SELECT walls.claimed_account())"
    " OR id IN (SELECT account_id FROM accounts_invitation WHERE token_sha256 = (SELECT walls.bearer()))"
)
THEIR_FACTOR = (
    f"user_id = {MINE} OR user_id = (SELECT walls.claimed_account())"
    " OR user_id IN (SELECT id FROM accounts_account WHERE login = (SELECT walls.claimed_login()))"
)


def read(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_keep_an_audit_chain"),
        ("geo", "0001_create_geo"),
        ("sectors", "0002_refuse_overlapping_perimeters"),
        ("patrols", "0001_create_patrols"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.RunPython(check_logins, migrations.RunPython.noop),
        migrations.RunSQL(read("1_who_asks.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("2_accounts.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("3_crews.sql"), read("undo.sql")),
        Wall(
            "accounts_account",
            read=f"{ENTERING} OR ({KEEPERS} AND walls.is_account_of_commune(id))",
            insert=ADMINISTRATOR,
            update=f"{ENTERING} OR ({KEEPERS} AND walls.is_account_of_commune(id))",
        ),
        Wall(
            "accounts_grant",
            read=f"account_id = {MINE} OR ({KEEPERS} AND {OF_MY_COMMUNE})",
            # Roles are given along with the account, before anybody has entered it; later is break-glass.
            insert=(
                f"{ADMINISTRATOR} AND {OF_MY_COMMUNE} AND given_by_id = {MINE}"
                " AND account_id IN (SELECT id FROM accounts_account WHERE last_login IS NULL)"
            ),
            # A grant may be ended, today at the latest, and not prolonged nor taken up again.
            update=f"{KEEPERS} AND {OF_MY_COMMUNE} AND COALESCE(upper(valid) > (SELECT walls.today()), true)",
            after_update=f"{KEEPERS} AND {OF_MY_COMMUNE} AND upper(valid) <= (SELECT walls.today()) + 1",
            columns=["valid"],
        ),
        Wall(
            "accounts_invitation",
            read=(
                "token_sha256 = (SELECT walls.bearer())"
                f" OR ({KEEPERS} AND walls.is_account_of_commune(account_id))"
            ),
            insert=f"{ADMINISTRATOR} AND walls.is_account_of_commune(account_id) AND made_by_id = {MINE}",
            update=(
                "token_sha256 = (SELECT walls.bearer())"
                f" OR ({KEEPERS} AND walls.is_account_of_commune(account_id))"
            ),
            columns=["used_at", "revoked_at"],
        ),
        Wall(
            "accounts_device",
            read=(
                f"account_id = {MINE} OR token_sha256 = (SELECT walls.bearer())"
                f" OR (({KEEPERS} OR (SELECT walls.holds('municipal_police'))) AND {OF_MY_COMMUNE})"
            ),
            insert=f"account_id = {MINE}",
            update=(
                f"account_id = {MINE} OR (({KEEPERS} OR (SELECT walls.holds('municipal_police'))) AND {OF_MY_COMMUNE})"
            ),
            columns=["label", "last_seen_on", "revoked_at"],
        ),
        Wall(
            "mfa_authenticator", read=THEIR_FACTOR, insert=THEIR_FACTOR, update=THEIR_FACTOR, delete=THEIR_FACTOR
        ),
        # No address is kept in the clear: nothing of the site can write one here.
        Wall("account_emailaddress", read=f"user_id = {MINE}"),
        Wall("account_emailconfirmation"),
        # Keys and counters that the site looks up for people it does not know yet; see decision 0009.
        Open("django_session", web=EVERYTHING, aggregates=""),
        Open("axes_accessattempt", web=EVERYTHING, aggregates=""),
        Open("axes_accessattemptexpiration", web=EVERYTHING, aggregates=""),
        Open("axes_accessfailurelog", web=EVERYTHING, aggregates=""),
        Open("axes_accesslog", web=EVERYTHING, aggregates=""),
        # Django's own ledger and unused tables.
        Open("django_migrations", web="", aggregates=""),
        Open("django_content_type", web="", aggregates=""),
        Open("auth_permission", web="", aggregates=""),
        Open("auth_group", web="", aggregates=""),
        Open("auth_group_permissions", web="", aggregates=""),
        # The ground and the sectors.
        Open("geo_commune"),
        Open("geo_street"),
        Open("geo_building"),
        Open("geo_landfeature"),
        Open("geo_address"),
        Open("geo_importrun"),
        Open("sectors_sector"),
        Open("sectors_perimeter"),
    ]
