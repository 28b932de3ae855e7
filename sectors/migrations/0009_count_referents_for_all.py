"""Tell whoever holds a role in the commune how many référents each sector has."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


def read(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("sectors", "0008_keep_templates")]

    operations = [migrations.RunSQL(read("referents_by_sector"), read("referents_by_sector_for_police"))]
