"""Note what made each saved drawing of a proposal, and which earlier one it takes up."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sectors", "0019_withdraw_what_has_not_begun"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proposalrevision",
            name="origin",
            field=models.CharField(
                blank=True,
                choices=[
                    ("begun", "Départ de la proposition"),
                    ("drawn", "Dessiné dans l'atelier"),
                    ("streets", "Liste de rues"),
                    ("file", "Fichier"),
                    ("taken_up", "Reprise d'un tracé"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="proposalrevision",
            name="takes_up",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="proposalrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("origin", "taken_up"), ("takes_up__isnull", False), ("takes_up__lt", models.F("number"))
                    ),
                    models.Q(models.Q(("origin", "taken_up"), _negated=True), ("takes_up__isnull", True)),
                    _connector="OR",
                ),
                name="proposal_revision_takes_up_an_earlier_one",
            ),
        ),
    ]
