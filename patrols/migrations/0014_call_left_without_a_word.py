"""A call that was left without a word on how it ended is one of its outcomes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0013_withdraw_stops"),
    ]

    operations = [
        migrations.AlterField(
            model_name="callattempt",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("reached", "Joint"),
                    ("no_answer", "Pas de réponse"),
                    ("voicemail", "Message laissé"),
                    ("wrong_number", "Numéro erroné"),
                    ("not_said", "Issue non dite"),
                ],
                max_length=12,
            ),
        ),
    ]
