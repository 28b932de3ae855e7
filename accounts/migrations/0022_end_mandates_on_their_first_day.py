"""Let municipal police end a mandate given by mistake on the very day that it begins."""

from django.db import migrations

from accounts.walls.operations import Admit


class Migration(migrations.Migration):
    dependencies = [("accounts", "0021_list_coverage_by_round")]

    operations = [
        # Days are whole: what would last none leaves, and the log keeps who gave it and who ended it.
        Admit(
            "accounts_grant",
            "DELETE",
            name="accounts_grant_web_end_mandate_at_once",
            using=(
                "(SELECT walls.holds('municipal_police')) AND role = 'referent'"
                " AND commune_id = (SELECT walls.commune()) AND lower(valid) = (SELECT walls.today())"
            ),
        ),
    ]
