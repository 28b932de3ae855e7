"""Ask the walls of crews and shifts at less cost: the same rows, without a wall within the wall."""

from pathlib import Path

from django.db import migrations

CREATE = (Path(__file__).parent.parent / "sql" / "crews_of_police.sql").read_text(encoding="utf-8")
DROP = "DROP FUNCTION walls.crews_of_police(), walls.commune_of_crews()"
CREWS = "ALTER POLICY patrols_crew_web_select ON patrols_crew USING ({})"
SHIFTS = (
    "ALTER POLICY patrols_shift_web_select ON patrols_shift"
    " USING ({} OR id = ANY ((SELECT walls.crew_shifts())::bigint[]))"
)
CREWS_ONE_BY_ONE = (
    "((SELECT walls.is_police()) OR (SELECT walls.is_keeper()) OR (SELECT walls.holds('crew')))"
    " AND commune_id = (SELECT walls.commune())"
)
SHIFTS_ONE_BY_ONE = (
    "((SELECT walls.is_police()) AND EXISTS (SELECT FROM patrols_crew crew WHERE crew.id = crew_id))"
)


class Migration(migrations.Migration):
    dependencies = [("patrols", "0005_take_in_passages"), ("accounts", "0009_recognise_in_one_round_trip")]

    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(
            CREWS.format("commune_id = (SELECT walls.commune_of_crews())"), CREWS.format(CREWS_ONE_BY_ONE)
        ),
        migrations.RunSQL(
            SHIFTS.format("crew_id = ANY ((SELECT walls.crews_of_police())::bigint[])"),
            SHIFTS.format(SHIFTS_ONE_BY_ONE),
        ),
    ]
