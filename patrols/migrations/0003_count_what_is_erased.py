"""Keep the numbers of what is erased: passages by sector, month, hour of the day and result."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0002_wall_patrols"),
        ("geo", "0001_create_geo"),
        ("sectors", "0002_refuse_overlapping_perimeters"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassageCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("month", models.DateField()),
                ("hour", models.PositiveSmallIntegerField()),
                ("result", models.CharField(max_length=10)),
                ("passages", models.PositiveIntegerField()),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sectors.sector",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commune", "sector", "month", "hour", "result"),
                        name="passages_are_counted_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="passages_are_counted_by_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23)), name="passage_count_hour_exists"
                    ),
                ],
            },
        ),
        # When crews pass must not be guessable, not even from the past: police only, until figures are published.
        Wall(
            "patrols_passagecount",
            read="(SELECT walls.is_police()) AND commune_id = (SELECT walls.commune())",
        ),
    ]
