"""Keep the meetings of sectors: counts for the sector and the police, the last day for every role."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

SQL = Path(__file__).parent.parent / "sql" / "last_meetings.sql"
OF_MY_COMMUNE = "sector_id IN (SELECT id FROM sectors_sector WHERE commune_id = (SELECT walls.commune()))"
AS_REFERENT = "sector_id = ANY ((SELECT walls.sectors('referent'))::bigint[])"
READS = f"""
    (((SELECT walls.is_police()) OR (SELECT walls.is_keeper())) AND {OF_MY_COMMUNE})
    OR {AS_REFERENT} OR sector_id = ANY ((SELECT walls.sectors('vigilant'))::bigint[])
"""
KEEPS = f"((SELECT walls.holds('municipal_police')) AND {OF_MY_COMMUNE}) OR {AS_REFERENT}"


class Migration(migrations.Migration):
    dependencies = [
        ("sectors", "0010_join_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("held_on", models.DateField()),
                ("place_name", models.CharField(max_length=80)),
                ("present", models.PositiveSmallIntegerField()),
                ("referents_present", models.PositiveSmallIntegerField()),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="sectors.sector"
                    ),
                ),
            ],
            options={
                "ordering": ["-held_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("sector", "held_on"), name="sector_meets_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("present__gte", models.F("referents_present")), ("referents_present__lte", 2)
                        ),
                        name="referents_are_among_those_present",
                    ),
                ],
            },
        ),
        Wall("sectors_meeting", read=READS, insert=KEEPS, delete=KEEPS),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP FUNCTION walls.last_meetings()"),
    ]
