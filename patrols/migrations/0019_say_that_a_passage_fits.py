from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0018_join_by_hand"),
    ]

    operations = [
        migrations.AlterField(
            model_name="omission",
            name="reason",
            field=models.CharField(
                choices=[
                    ("nothing", "Pas encore placé"),
                    ("no_time_left", "Plus de temps disponible"),
                    ("window", "Horaires incompatibles"),
                    ("unreachable", "Inaccessible par la route"),
                    ("excluded", "Exclue pour les équipages du jour"),
                    ("by_hand", "Écarté à la main"),
                ],
                max_length=20,
            ),
        ),
    ]
