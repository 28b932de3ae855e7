"""Find streets by likeness in one call, by the index whatever the planner believes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("geo", "0002_search_addresses")]

    operations = [
        migrations.RunSQL(
            (SQL / "3_find_streets.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION public.geo_find_streets(text[], text, text, integer);",
        )
    ]
