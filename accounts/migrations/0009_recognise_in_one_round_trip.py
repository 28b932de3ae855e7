"""Let the site learn who asks, and say so to the walls, in one round trip; plan the walls at less cost."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "walls" / "sql"
DROP = "DROP FUNCTION walls.recognise(bigint, text, date), walls.describe(text, jsonb)"


def read(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_open_street_names")]

    operations = [
        # They answer as before: there is nothing to take back.
        migrations.RunSQL(read("5_opaque.sql"), migrations.RunSQL.noop),
        migrations.RunSQL(read("6_recognise.sql"), DROP),
    ]
