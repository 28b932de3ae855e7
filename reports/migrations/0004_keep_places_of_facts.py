"""Keep of relayed reports that are erased where and when the fact was, for the police's maps of density."""

import uuid

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

KINDS = [
    ("break_in", "Traces d'effraction"),
    ("scouting", "Repérage de logements"),
    ("canvassing", "Démarchage douteux"),
    ("damage", "Dégradation"),
    ("vehicle", "Véhicule abandonné ou gênant"),
    ("rodeo", "Rodéo, vitesse"),
    ("noise", "Bruit"),
    ("dumping", "Dépôt sauvage"),
    ("lighting", "Éclairage ou voirie"),
    ("other", "Autre fait"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("reports", "0003_name_acts_of_patrols"),
        ("sectors", "0019_withdraw_what_has_not_begun"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportPlace",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("happened_at", models.DateTimeField()),
                ("point", django.contrib.gis.db.models.fields.PointField(srid=4326)),
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
                "indexes": [models.Index(fields=["commune", "happened_at"], name="report_place_by_hour")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("happened_at__minute", 0), ("happened_at__second", 0)),
                        name="report_place_has_a_whole_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", [value for value, _ in KINDS])),
                        name="report_place_kind_exists",
                    ),
                ],
            },
        ),
        Wall("reports_reportplace", read="commune_id = (SELECT walls.police_commune())"),
    ]
