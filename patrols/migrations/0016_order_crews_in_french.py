"""Names of crews are in the order of French: É stands with E."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0015_join_what_tells_one_visit"),
    ]

    operations = [
        migrations.AlterField(
            model_name="crew",
            name="name",
            field=models.CharField(db_collation="fr-x-icu", max_length=80),
        ),
    ]
