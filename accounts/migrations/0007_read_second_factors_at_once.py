"""Let keepers of accounts read at once which of them have a second factor."""

from pathlib import Path

from django.db import migrations

CREATE = Path(__file__).parent.parent / "walls" / "sql" / "4_with_second_factor.sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_ask_for_purges")]

    operations = [
        migrations.RunSQL(CREATE.read_text(encoding="utf-8"), "DROP FUNCTION walls.with_second_factor()"),
    ]
