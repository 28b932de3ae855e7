"""Let municipal police, and a crew on its shift, know who is in a crew, by identifier."""

from pathlib import Path

from django.db import migrations

MEMBERS = Path(__file__).parent.parent / "sql" / "crew_members.sql"


class Migration(migrations.Migration):
    dependencies = [("patrols", "0009_name_the_role_of_an_edit"), ("accounts", "0012_list_exports")]

    operations = [
        migrations.RunSQL(
            MEMBERS.read_text(encoding="utf-8"), "DROP FUNCTION walls.crew_members(shifts bigint[])"
        ),
    ]
