"""Keep the numbers of messages that are erased, and tell those of all by sector and month."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

SQL = Path(__file__).parent.parent / "sql" / "count_bulletins.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0005_tell_referents"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulletinCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("month", models.DateField()),
                ("sent", models.PositiveIntegerField()),
                ("read", models.PositiveIntegerField()),
                ("relayed", models.PositiveIntegerField()),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sectors.sector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sector", "month"), name="bulletins_are_counted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="bulletins_are_counted_by_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("read__lte", models.F("sent")), ("relayed__lte", models.F("sent"))),
                        name="no_more_bulletins_are_read_or_relayed_than_sent",
                    ),
                ],
            },
        ),
        Wall("sectors_bulletincount", read="commune_id = (SELECT walls.police_commune())"),
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"), "DROP FUNCTION walls.bulletins_by_sector_month(date, date)"
        ),
    ]
