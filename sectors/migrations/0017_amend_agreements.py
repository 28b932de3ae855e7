"""Let an agreement that was recorded wrongly be replaced by another row, and stay in the history."""

import django.contrib.postgres.constraints
from django.db import migrations, models

from accounts.walls.logins import Login


class Migration(migrations.Migration):
    dependencies = [("sectors", "0016_undo_relays_and_send_notices_again")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="replaced_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterModelManagers(name="agreement", managers=[("history", models.Manager())]),
        migrations.RemoveConstraint(model_name="agreement", name="sector_has_one_agreement_a_day"),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("replaced_at__isnull", True)),
                expressions=[("sector", "="), ("valid", "&&")],
                name="sector_has_one_agreement_a_day",
            ),
        ),
        migrations.RunSQL(
            f"GRANT UPDATE (replaced_at) ON sectors_agreement TO {Login.WEB}",
            f"REVOKE UPDATE (replaced_at) ON sectors_agreement FROM {Login.WEB}",
        ),
    ]
