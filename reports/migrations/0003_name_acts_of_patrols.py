"""Name what is done about the patrol that a report asks for, and what a crew has found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_wall_reports"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportstep",
            name="act",
            field=models.CharField(
                choices=[
                    ("entered", "Recueilli de vive voix"),
                    ("relayed", "Relayé"),
                    ("answered", "Répondu"),
                    ("rejected", "Écarté"),
                    ("taken", "Pris en charge"),
                    ("categorised", "Qualifié"),
                    ("patrol_asked", "Passage demandé"),
                    ("patrol_made", "Passage fait"),
                    ("patrol_off", "Passage plus demandé"),
                    ("patrol_found", "Constaté par un équipage"),
                    ("closed", "Clos"),
                ],
                max_length=12,
            ),
        ),
    ]
