"""Municipal police join two passages of one visit that no stop brings together: one of them was noted for none."""

from pathlib import Path

from django.db import migrations

from accounts.walls.operations import Admit

ALIKE = Path(__file__).parent.parent / "sql" / "passages_alike.sql"
SIGNED = (
    "(SELECT walls.holds('municipal_police')) AND NOT is_parted AND joined_at = now() AND decided_at = now()"
    " AND decided_by_id = (SELECT walls.person())"
)


class Migration(migrations.Migration):
    dependencies = [("patrols", "0017_follow_what_was_told")]

    operations = [
        migrations.RunSQL(ALIKE.read_text(encoding="utf-8"), "DROP FUNCTION walls.passages_alike(bigint)"),
        Admit(
            "patrols_joinedpassage",
            "INSERT",
            name="patrols_joinedpassage_web_by_hand",
            check=f"{SIGNED} AND passage_id IN (SELECT walls.passages_alike(counts_as_id))",
        ),
    ]
