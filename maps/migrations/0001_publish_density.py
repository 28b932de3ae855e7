"""Publish density by square, for whoever may read it; keep what was published from being undone."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.logins import Login
from accounts.walls.operations import Wall

OF_ALL = "(SELECT walls.is_police()) OR (SELECT walls.holds('clspd')) OR (SELECT walls.holds('dpo'))"
OF_MY_SECTOR = "sector_id = ANY ((SELECT walls.sectors('referent'))::bigint[])"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0019_withdraw_what_has_not_begun"),
        ("accounts", "0023_list_density_maps"),
    ]

    operations = [
        migrations.CreateModel(
            name="DensityLedger",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("text", models.TextField()),
                (
                    "commune",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DensityFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("first_day", models.DateField()),
                ("cell_m", models.PositiveSmallIntegerField()),
                ("column", models.IntegerField(null=True)),
                ("row", models.IntegerField(null=True)),
                ("value", models.PositiveIntegerField(null=True)),
                ("published_on", models.DateField()),
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
                        fields=("commune", "first_day", "column", "row"),
                        name="density_is_published_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cell_m__gte", 200), ("first_day__day", 1)),
                        name="density_of_a_square_is_wide_enough",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", True), ("value", 0), ("value__gte", 5), _connector="OR"
                        ),
                        name="density_is_of_five_reports",
                    ),
                ],
            },
        ),
        Wall("maps_densityfigure", read=f"commune_id = (SELECT walls.commune()) AND ({OF_ALL} OR {OF_MY_SECTOR})"),
        # What was published is changed by nobody.
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON maps_densityfigure FROM {Login.WORKER}", migrations.RunSQL.noop
        ),
        Wall("maps_densityledger"),
    ]
