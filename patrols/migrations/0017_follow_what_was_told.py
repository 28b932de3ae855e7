"""A crew's calls may follow a passage that it told by radio: its phone never sent that, and has no receipt of it."""

from pathlib import Path

from django.db import migrations

from accounts.walls.operations import Admit

TOLD = Path(__file__).parent.parent / "sql" / "crew_passages_told.sql"
AFTER_WHAT_I_TOLD = (
    "recorded_at = now() AND passage_id IN (SELECT told.passage_id FROM walls.crew_passages_told() told)"
)


class Migration(migrations.Migration):
    dependencies = [("patrols", "0016_order_crews_in_french")]

    operations = [
        migrations.RunSQL(TOLD.read_text(encoding="utf-8"), "DROP FUNCTION walls.crew_passages_told()"),
        Admit("patrols_callattempt", "INSERT", name="patrols_callattempt_web_told", check=AFTER_WHAT_I_TOLD),
        Admit("patrols_callattempt", "SELECT", name="patrols_callattempt_web_back", using=AFTER_WHAT_I_TOLD),
    ]
