"""Keep what authors of reports do in one stream of the audit chain, which names none of them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "audit_of_authors.sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_list_review_documents")]

    operations = [
        # Where nobody acts as an author, they answer as before: there is nothing to take back.
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
