"""Name the maps of density among the exports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_end_mandates_on_their_first_day"),
    ]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="kind",
            field=models.CharField(
                choices=[
                    ("round_gpx", "Tournée (GPX)"),
                    ("round_csv", "Tournée (CSV)"),
                    ("round_pdf", "Feuille de route (PDF)"),
                    ("plan_geojson", "Plan du jour (GeoJSON)"),
                    ("plan_html", "Carte d'un plan (HTML)"),
                    ("notice", "Avis de passage (PDF)"),
                    ("statement", "Relevé des passages (PDF)"),
                    ("agreement", "Convention signée (PDF)"),
                    ("minutes", "Compte rendu d'une réunion (PDF)"),
                    ("review_csv", "Bilan (CSV)"),
                    ("review_xlsx", "Bilan (classeur)"),
                    ("review_pdf", "Bilan de l'année (PDF)"),
                    ("review_html", "Carte du bilan (HTML)"),
                    ("density_html", "Carte de densité (HTML)"),
                    ("rounds_csv", "Couverture par tournée (CSV)"),
                    ("own_data_pdf", "Extrait de ses données (PDF)"),
                    ("own_data_json", "Extrait de ses données (JSON)"),
                ],
                max_length=16,
            ),
        ),
    ]
