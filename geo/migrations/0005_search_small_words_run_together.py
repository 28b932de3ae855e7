"""Leave « dela » out of the names of streets as « de la » is; the names kept already are written anew."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("geo", "0004_search_soon_after_an_import")]

    operations = [
        migrations.RunSQL(
            (SQL / "1_searchable_text.sql").read_text(encoding="utf-8"),
            migrations.RunSQL.noop,
        ),
        # A generated column keeps what its function said when the row was written.
        migrations.RunSQL("UPDATE public.geo_streetname SET name = name;", migrations.RunSQL.noop),
    ]
