"""List the files that leave the site; each person reads their own, the DPO those of the commune, nobody a content."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

MASK = Path(__file__).parent.parent / "walls" / "sql" / "8_exports_masked.sql"
MINE = "made_by_id = (SELECT walls.person())"
OF_COMMUNE = "commune_id = (SELECT walls.commune())"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_let_holders_withdraw_links"),
        ("geo", "0005_search_small_words_run_together"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("job", models.CharField(blank=True, max_length=60)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("round_gpx", "Tournée (GPX)"),
                            ("round_csv", "Tournée (CSV)"),
                            ("round_pdf", "Feuille de route (PDF)"),
                            ("plan_geojson", "Plan du jour (GeoJSON)"),
                            ("plan_html", "Carte d'un plan (HTML)"),
                            ("notice", "Avis de passage (PDF)"),
                            ("statement", "Relevé des passages (PDF)"),
                            ("own_data_pdf", "Extrait de ses données (PDF)"),
                            ("own_data_json", "Extrait de ses données (JSON)"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject_kind", models.CharField(max_length=60)),
                ("subject_key", models.CharField(max_length=36)),
                ("content_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField()),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["commune", "-made_at"], name="export_by_commune_and_moment")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                        name="export_content_is_told_by_its_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "roles__contained_by",
                                [
                                    "vigilant",
                                    "referent",
                                    "municipal_police",
                                    "national_police",
                                    "crew",
                                    "clspd",
                                    "administrator",
                                    "dpo",
                                ],
                            )
                        ),
                        name="export_roles_exist",
                    ),
                ],
            },
        ),
        Wall(
            "accounts_export",
            read=f"{MINE} OR ((SELECT walls.holds('dpo')) AND {OF_COMMUNE})",
            insert=f"{MINE} AND {OF_COMMUNE}",
        ),
        migrations.RunSQL(MASK.read_text(encoding="utf-8"), "DROP FUNCTION walls.exports_masked()"),
    ]
