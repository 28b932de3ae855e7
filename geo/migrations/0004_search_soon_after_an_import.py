"""Keep the index of street names whole: a list of pending names, read by each search, made them seven times slower."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("geo", "0003_find_streets")]

    operations = [
        migrations.RemoveIndex(model_name="streetname", name="street_name_by_likeness"),
        migrations.AddIndex(
            model_name="streetname",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["key"], name="street_name_by_likeness", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
