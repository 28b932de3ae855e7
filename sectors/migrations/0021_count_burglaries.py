"""Keep the numbers of burglaries that municipal police give, for the review to publish what it may of them."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

OF_MUNICIPAL_POLICE = "commune_id = (SELECT walls.commune()) AND (SELECT walls.holds('municipal_police'))"


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0020_say_what_made_a_drawing"),
    ]

    operations = [
        migrations.CreateModel(
            name="BurglaryCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[("commune", "Commune"), ("sector", "Secteur"), ("outside", "Hors secteurs")],
                        max_length=8,
                    ),
                ),
                ("month", models.DateField()),
                ("burglaries", models.PositiveIntegerField()),
                ("watched", models.PositiveIntegerField()),
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
                        fields=("commune", "month", "place", "sector"),
                        name="burglaries_are_counted_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="burglaries_are_counted_by_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", "sector"), ("sector__isnull", False)),
                            models.Q(models.Q(("place", "sector"), _negated=True), ("sector__isnull", True)),
                            _connector="OR",
                        ),
                        name="burglaries_of_a_sector_name_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("watched__lte", models.F("burglaries"))),
                        name="no_more_watched_homes_are_burgled_than_homes",
                    ),
                ],
            },
        ),
        Wall(
            "sectors_burglarycount",
            read=OF_MUNICIPAL_POLICE,
            insert=OF_MUNICIPAL_POLICE,
            delete=OF_MUNICIPAL_POLICE,
        ),
    ]
