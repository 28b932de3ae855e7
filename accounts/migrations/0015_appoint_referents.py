"""Tell who the référents are to those whom the policy names, and let municipal police appoint them."""

from pathlib import Path

from django.db import migrations

from accounts.walls.operations import Admit

SQL = Path(__file__).parent.parent / "walls" / "sql"
MANDATES_OF_MY_COMMUNE = (
    "(SELECT walls.holds('municipal_police')) AND role = 'referent' AND commune_id = (SELECT walls.commune())"
)
TODAY = "(SELECT walls.today())"


def read(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_list_copies_of_agreements"),
        ("sectors", "0011_keep_meetings"),
    ]

    operations = [
        migrations.RunSQL(read("9_referents.sql"), "DROP FUNCTION walls.referents()"),
        migrations.RunSQL(read("10_mandates.sql"), read("10_mandates_undo.sql")),
        Admit("accounts_grant", "SELECT", name="accounts_grant_web_mandates", using=MANDATES_OF_MY_COMMUNE),
        Admit(
            "accounts_grant",
            "INSERT",
            name="accounts_grant_web_appoint",
            check=(
                f"{MANDATES_OF_MY_COMMUNE} AND given_by_id = (SELECT walls.person()) AND lower(valid) >= {TODAY}"
                " AND sector_id IN (SELECT id FROM sectors_sector WHERE commune_id = (SELECT walls.commune()))"
                " AND walls.may_be_referent(account_id)"
            ),
        ),
        Admit(
            "accounts_grant",
            "UPDATE",
            name="accounts_grant_web_end_mandate",
            using=MANDATES_OF_MY_COMMUNE,
            check=f"{MANDATES_OF_MY_COMMUNE} AND upper(valid) >= {TODAY}",
            columns=["valid"],
        ),
        # One that has not begun has opened nothing to anybody.
        Admit(
            "accounts_grant",
            "DELETE",
            name="accounts_grant_web_drop_mandate",
            using=f"{MANDATES_OF_MY_COMMUNE} AND lower(valid) > {TODAY}",
        ),
    ]
