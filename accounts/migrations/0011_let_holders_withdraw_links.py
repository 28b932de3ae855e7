"""Let account holders see and close the links that are open for their own account."""

from django.db import migrations

from accounts.walls.operations import Admit

MINE = "account_id = (SELECT walls.person())"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_read_kept_accounts_at_once")]

    operations = [
        Admit("accounts_invitation", "SELECT", name="accounts_invitation_web_own", using=MINE),
        Admit(
            "accounts_invitation",
            "UPDATE",
            name="accounts_invitation_web_withdraw",
            using=MINE,
            check=f"{MINE} AND revoked_at IS NOT NULL",
            columns=["used_at", "revoked_at"],
        ),
    ]
