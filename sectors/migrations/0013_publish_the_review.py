"""Keep the published figures of the review, for pages of figures, and the ledger that only the task reads."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.logins import Login
from accounts.walls.operations import Open, Wall


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0011_keep_meetings"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewFigure",
            fields=[
                ("id", key()),
                ("measure", models.CharField(max_length=24)),
                (
                    "place",
                    models.CharField(
                        choices=[("commune", "Commune"), ("sector", "Secteur"), ("outside", "Hors secteurs")],
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("month", "Mois"),
                            ("quarter", "Trimestre"),
                            ("season", "Saison"),
                            ("year", "Année"),
                        ],
                        max_length=8,
                    ),
                ),
                ("first_day", models.DateField()),
                ("value", models.FloatField(null=True)),
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
                        fields=("commune", "kind", "first_day", "measure", "place", "sector"),
                        name="figure_is_published_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", "sector"), ("sector__isnull", False)),
                            models.Q(models.Q(("place", "sector"), _negated=True), ("sector__isnull", True)),
                            _connector="OR",
                        ),
                        name="figure_of_a_sector_names_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_day__day", 1)), name="figures_are_of_whole_months"
                    ),
                ],
            },
        ),
        # What was published may be read by the login of figures alone, and is changed by nobody.
        Open("sectors_reviewfigure", web=""),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON sectors_reviewfigure FROM {Login.WORKER}", migrations.RunSQL.noop
        ),
        migrations.CreateModel(
            name="ReviewLedger",
            fields=[
                ("id", key()),
                ("text", models.TextField()),
                (
                    "commune",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
            ],
        ),
        Wall("sectors_reviewledger"),
    ]
