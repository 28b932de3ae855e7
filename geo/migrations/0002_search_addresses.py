"""Keep the names of streets in a form that is searched by likeness: accents, abbreviations and slips aside."""

from pathlib import Path

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"


def read(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("geo", "0001_create_geo")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(
            read("1_searchable_text.sql"),
            "DROP FUNCTION public.geo_street_key(text); DROP FUNCTION public.geo_searchable(text);",
        ),
        migrations.CreateModel(
            name="StreetName",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "searchable",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func("name", function="public.geo_searchable"),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.Func("name", function="public.geo_searchable"),
                            function="public.geo_street_key",
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="street_names",
                        to="geo.commune",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["key"], name="street_name_by_likeness", opclasses=["gin_trgm_ops"]
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("commune", "name"), name="street_name_is_there_once")
                ],
            },
        ),
        migrations.RunSQL(read("2_street_names.sql"), read("undo_street_names.sql")),
    ]
