from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0019_say_that_a_passage_fits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="calculation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("day", "La journée, autour de ce qui est décidé"),
                    ("afresh", "La journée, à partir de zéro"),
                    ("rest", "Le reste de la vacation"),
                ],
                default="day",
                max_length=10,
            ),
        ),
    ]
