"""Keep the texts from which messages begin, the commune's own."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

POLICE = "commune_id = (SELECT walls.police_commune())"


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0007_keep_agreements"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulletinnotice",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "en attente"),
                    ("sending", "en cours d'envoi"),
                    ("sent", "envoyé"),
                    ("no_address", "sans adresse électronique"),
                    ("failed", "échec de l'envoi"),
                    ("doubtful", "envoi incertain"),
                    ("no_server", "non envoyé (aucun serveur réglé)"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="BulletinTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("title", models.CharField(max_length=60, verbose_name="Titre du modèle")),
                ("subject", models.CharField(max_length=120, verbose_name="Objet")),
                ("text", models.TextField(max_length=4000, verbose_name="Texte")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
            ],
            options={
                "ordering": ["title"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commune", "title"), name="template_title_is_unique_in_commune"
                    )
                ],
            },
        ),
        Wall("sectors_bulletintemplate", read=POLICE, insert=POLICE, update=POLICE, delete=POLICE),
    ]
