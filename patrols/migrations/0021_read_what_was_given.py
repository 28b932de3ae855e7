"""A crew reads what it did at a stop that a later version has given to another."""

from pathlib import Path

from django.db import migrations

GIVEN = Path(__file__).parent.parent / "sql" / "crew_passages_given.sql"


class Migration(migrations.Migration):
    dependencies = [("patrols", "0020_calculate_around_decisions")]

    operations = [
        migrations.RunSQL(GIVEN.read_text(encoding="utf-8"), "DROP FUNCTION walls.crew_passages_given()"),
    ]
