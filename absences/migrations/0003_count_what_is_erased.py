"""Keep the numbers of what is erased: absences and nights, by sector and month."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("absences", "0002_wall_absences"),
        ("geo", "0001_create_geo"),
        ("sectors", "0002_refuse_overlapping_perimeters"),
    ]

    operations = [
        migrations.CreateModel(
            name="AbsenceCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("month", models.DateField()),
                ("begun", models.PositiveIntegerField()),
                ("nights", models.PositiveIntegerField()),
                ("passages_owed", models.DecimalField(decimal_places=4, max_digits=12)),
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
                        fields=("commune", "sector", "month"),
                        name="absences_are_counted_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="absences_are_counted_by_month"
                    ),
                ],
            },
        ),
        Wall(
            "absences_absencecount",
            read="(SELECT walls.is_police()) AND commune_id = (SELECT walls.commune())",
        ),
    ]
