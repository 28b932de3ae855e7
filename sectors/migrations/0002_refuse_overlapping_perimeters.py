"""Add the constraint trigger that keeps two sectors' perimeters apart on any day."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "perimeters_do_not_overlap.sql"


class Migration(migrations.Migration):
    dependencies = [("sectors", "0001_create_sectors")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "DROP FUNCTION sectors_refuse_overlapping_perimeter() CASCADE",
        )
    ]
