"""Keep the house number that was given where the address file has none such, and let the registry change it."""

from django.db import migrations, models

from accounts.walls.logins import Login

CHANGED_BY_WEB = f"UPDATE (missing_number) ON absences_absence {{}} {Login.WEB}"


class Migration(migrations.Migration):
    dependencies = [("absences", "0005_keep_drafts")]

    operations = [
        migrations.AddField(
            model_name="absence",
            name="missing_number",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("missing_number", ""),
                    ("missing_number__regex", "^[0-9]{1,5}( [a-z0-9]{1,9})?$"),
                    _connector="OR",
                ),
                name="absence_missing_number_is_a_house_number",
            ),
        ),
        migrations.RunSQL(f"GRANT {CHANGED_BY_WEB.format('TO')}", f"REVOKE {CHANGED_BY_WEB.format('FROM')}"),
    ]
