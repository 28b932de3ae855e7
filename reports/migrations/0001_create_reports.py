"""Create the reports: what was told, its texts, what was done with it, and its author apart."""

import uuid

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.models.sealed_fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0017_amend_agreements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Nobody is let in before the walls stand (0002).
        migrations.RunSQL("CREATE SCHEMA authors", "DROP SCHEMA authors"),
        migrations.CreateModel(
            name="AuthorSeal",
            fields=[
                ("report", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.BigIntegerField()),
            ],
            options={
                "db_table": '"authors"."author"',
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=8)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("break_in", "Traces d'effraction"),
                            ("scouting", "Repérage de logements"),
                            ("canvassing", "Démarchage douteux"),
                            ("damage", "Dégradation"),
                            ("vehicle", "Véhicule abandonné ou gênant"),
                            ("rodeo", "Rodéo, vitesse"),
                            ("noise", "Bruit"),
                            ("dumping", "Dépôt sauvage"),
                            ("lighting", "Éclairage ou voirie"),
                            ("other", "Autre fait"),
                        ],
                        max_length=12,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
                ("is_spoken", models.BooleanField(default=False)),
                (
                    "place_kind",
                    models.CharField(
                        choices=[
                            ("address", "Une adresse"),
                            ("street", "Une rue"),
                            ("spot", "Un point sur la carte"),
                        ],
                        max_length=8,
                    ),
                ),
                ("place_name", models.CharField(blank=True, max_length=240)),
                ("point", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ("street_name", models.CharField(blank=True, max_length=200)),
                ("street_point", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("told", "Reçu par le référent"),
                            ("new", "Relayé à la police"),
                            ("in_hand", "Pris en charge"),
                            ("closed", "Clos"),
                            ("answered", "Répondu par le référent"),
                            ("rejected", "Écarté"),
                        ],
                        default="told",
                        max_length=10,
                    ),
                ),
                ("relayed_at", models.DateTimeField(blank=True, null=True)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "rejection",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_fact", "Aucun fait observé"),
                            ("about_somebody", "Vise une personne plutôt qu'un fait"),
                            ("already_told", "Déjà signalé"),
                            ("unclear", "Trop imprécis"),
                            ("out_of_scope", "Ne relève pas du dispositif"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("offence", "Infraction possible"),
                            ("incivility", "Incivilité"),
                            ("public_space", "Espace public"),
                            ("prevention", "Prévention"),
                            ("no_follow_up", "Sans suite"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("patrol_asked_at", models.DateTimeField(blank=True, null=True)),
                ("is_invented", models.BooleanField(default=False)),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sectors.sector"
                    ),
                ),
            ],
            options={
                "ordering": ["-told_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Relay",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("text", accounts.models.sealed_fields.SealedText(max_length=500)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relay", to="reports.report"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                (
                    "audience",
                    models.CharField(
                        choices=[("author", "À l'auteur du signalement"), ("referent", "Au référent")],
                        max_length=8,
                    ),
                ),
                ("written_at", models.DateTimeField()),
                ("text", accounts.models.sealed_fields.SealedText(max_length=500)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="reports.report"
                    ),
                ),
            ],
            options={
                "ordering": ["written_at", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("month", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("break_in", "Traces d'effraction"),
                            ("scouting", "Repérage de logements"),
                            ("canvassing", "Démarchage douteux"),
                            ("damage", "Dégradation"),
                            ("vehicle", "Véhicule abandonné ou gênant"),
                            ("rodeo", "Rodéo, vitesse"),
                            ("noise", "Bruit"),
                            ("dumping", "Dépôt sauvage"),
                            ("lighting", "Éclairage ou voirie"),
                            ("other", "Autre fait"),
                        ],
                        max_length=12,
                    ),
                ),
                ("told", models.PositiveIntegerField()),
                ("relayed", models.PositiveIntegerField()),
                ("answered", models.PositiveIntegerField()),
                ("answer_hours", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sectors.sector"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("entered", "Recueilli de vive voix"),
                            ("relayed", "Relayé"),
                            ("answered", "Répondu"),
                            ("rejected", "Écarté"),
                            ("taken", "Pris en charge"),
                            ("categorised", "Qualifié"),
                            ("patrol_asked", "Passage demandé"),
                            ("closed", "Clos"),
                        ],
                        max_length=12,
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "by_role",
                    models.CharField(
                        choices=[
                            ("referent", "Référent"),
                            ("municipal_police", "Correspondant de police municipale"),
                            ("national_police", "Correspondant de police nationale"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="reports.report"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["taken_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("text", accounts.models.sealed_fields.SealedText(max_length=500)),
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="telling", to="reports.report"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["sector", "state", "told_at"], name="report_by_sector_and_state"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["commune", "happened_at"], name="report_by_commune_and_hour"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("commune", "number"), name="report_number_is_one_reports"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9]{8}$")), name="report_number_is_said_in_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("happened_at__minute", 0),
                    ("happened_at__second", 0),
                    ("told_at__minute", 0),
                    ("told_at__second", 0),
                ),
                name="report_hours_are_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("happened_at__lte", models.F("told_at"))),
                name="report_happened_before_it_was_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("relayed_at__isnull", False), ("state__in", ("new", "in_hand", "closed"))),
                    models.Q(("relayed_at__isnull", True), ("state__in", ("told", "answered"))),
                    ("state", "rejected"),
                    _connector="OR",
                ),
                name="report_is_with_police_once_relayed",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ("closed", "answered", "rejected"))),
                    models.Q(
                        models.Q(("state__in", ("closed", "answered", "rejected")), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="report_has_ended_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "rejected"), models.Q(("rejection", ""), _negated=True)),
                    models.Q(models.Q(("state", "rejected"), _negated=True), ("rejection", "")),
                    _connector="OR",
                ),
                name="report_rejection_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("category__in", ["", "offence", "incivility", "public_space", "prevention", "no_follow_up"]),
                    (
                        "kind__in",
                        [
                            "break_in",
                            "scouting",
                            "canvassing",
                            "damage",
                            "vehicle",
                            "rodeo",
                            "noise",
                            "dumping",
                            "lighting",
                            "other",
                        ],
                    ),
                    ("place_kind__in", ["address", "street", "spot"]),
                    (
                        "rejection__in",
                        ["", "no_fact", "about_somebody", "already_told", "unclear", "out_of_scope"],
                    ),
                    ("state__in", ["told", "new", "in_hand", "closed", "answered", "rejected"]),
                ),
                name="report_words_are_of_the_closed_lists",
            ),
        ),
        migrations.AddConstraint(
            model_name="relay",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")), name="relay_dies_in_a_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")), name="answer_dies_in_a_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportcount",
            constraint=models.UniqueConstraint(
                fields=("commune", "sector", "month", "kind"), name="reports_are_counted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="reports_are_counted_by_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="telling",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")), name="telling_dies_in_a_week"
            ),
        ),
    ]
