"""Count one look of a home a day, also where its owner took it back that day and entrusted it anew."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"
NOW = (SQL / "looks_by_day.sql").read_text(encoding="utf-8")
BEFORE = (SQL / "watch.sql").read_text(encoding="utf-8").replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("absences", "0008_note_looks_of_past_days")]

    operations = [migrations.RunSQL(NOW, BEFORE)]
