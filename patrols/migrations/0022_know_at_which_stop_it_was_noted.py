"""A crew reads what it did on its round as done there too, once a later version has given the round new stops."""

from pathlib import Path

from django.db import migrations

NOTED = Path(__file__).parent.parent / "sql" / "crew_stops_noted.sql"


class Migration(migrations.Migration):
    dependencies = [("patrols", "0021_read_what_was_given")]

    operations = [
        migrations.RunSQL(NOTED.read_text(encoding="utf-8"), "DROP FUNCTION walls.crew_stops_noted()"),
    ]
