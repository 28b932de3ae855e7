"""Take in what crews note at a home: what was checked, calls, receipts, corrections; who may add and read them."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models.sealed_fields
from accounts.walls.operations import Admit, Wall

CREATE = (Path(__file__).parent.parent / "sql" / "crew_reports.sql").read_text(encoding="utf-8")
DROP = "DROP FUNCTION walls.crew_stops_to_report()"

# A default that is drawn anew for each row, and a column that takes over another's values: neither is an UPDATE,
# which row-level security would keep from the rows.
REFERENCE_EACH = """
    ALTER TABLE patrols_passage ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid();
    ALTER TABLE patrols_passage ALTER COLUMN reference DROP DEFAULT;
"""
RECORDED_WHEN_DONE = """
    ALTER TABLE patrols_passage ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
    ALTER TABLE patrols_passage ALTER COLUMN recorded_at DROP DEFAULT;
    ALTER TABLE patrols_passage ALTER COLUMN recorded_at TYPE timestamptz USING done_at;
"""

MUNICIPAL = "(SELECT walls.holds('municipal_police'))"
OF_MY_CREW = "crew_id = ANY ((SELECT walls.crews())::bigint[])"
OF_A_SHOWN_CREW = "EXISTS (SELECT FROM patrols_crew crew WHERE crew.id = crew_id)"
AT_A_SHOWN_HOME = "EXISTS (SELECT FROM absences_absence home WHERE home.id = absence_id)"
# On the round, at the stop that it names; a stop that is gone since is named by none.
ON_MY_RECENT_ROUND = (
    "absence_id IN (SELECT due.absence_id FROM walls.crew_stops_to_report() due)"
    " AND (stop_id IS NULL OR (stop_id, absence_id) IN"
    " (SELECT due.stop_id, due.absence_id FROM walls.crew_stops_to_report() due))"
)
OF_A_SHOWN_PASSAGE = "EXISTS (SELECT FROM patrols_passage done WHERE done.id = passage_id)"
OF_A_PASSAGE_JUST_MADE = (
    "EXISTS (SELECT FROM patrols_passage done WHERE done.id = passage_id AND done.recorded_at = now()"
    f" AND ({MUNICIPAL} OR done.{OF_MY_CREW}))"
)
OF_A_PASSAGE_OF_MY_CREW = (
    f"EXISTS (SELECT FROM patrols_passage done WHERE done.id = passage_id AND done.{OF_MY_CREW})"
)
OF_A_PASSAGE_I_SENT = (
    "EXISTS (SELECT FROM patrols_receipt mine WHERE mine.passage_id = patrols_callattempt.passage_id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("absences", "0003_count_what_is_erased"),
        ("accounts", "0007_read_second_factors_at_once"),
        ("patrols", "0004_publish_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("owner", "Propriétaire"),
                            ("trusted_person", "Personne de confiance"),
                            ("national_police", "Police nationale"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "Joint"),
                            ("no_answer", "Pas de réponse"),
                            ("voicemail", "Message laissé"),
                            ("wrong_number", "Numéro erroné"),
                        ],
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["started_at"],
            },
        ),
        migrations.CreateModel(
            name="PassageAmendment",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("amended_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("mistyped", "Erreur de saisie de l'équipage"),
                            ("checked_again", "Vérification sur place"),
                            ("owner_explained", "Explication du propriétaire"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "former_result",
                    models.CharField(choices=[("ras", "RAS"), ("anomaly", "Anomalie")], max_length=10),
                ),
                (
                    "former_anomaly",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("broken_in", "Effraction constatée"),
                            ("attempt", "Traces de tentative"),
                            ("opening", "Porte ou fenêtre ouverte"),
                            ("presence", "Présence inattendue"),
                            ("damage", "Dégradation"),
                            ("hazard", "Fuite, fumée ou danger"),
                            ("vehicle", "Véhicule absent ou abîmé"),
                            ("animal", "Animal en difficulté"),
                            ("full_box", "Courrier ou poubelles à relever"),
                            ("other", "Autre anomalie"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "former_wrong",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("gate", "Portail"),
                                ("letter_box", "Boîte aux lettres"),
                                ("bins", "Poubelles"),
                                ("vehicle", "Véhicule"),
                                ("door", "Porte"),
                                ("handle", "Poignée"),
                                ("levering", "Traces de pesée"),
                                ("shutters", "Volets"),
                                ("windows", "Fenêtres"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
            ],
            options={
                "ordering": ["amended_at"],
            },
        ),
        migrations.CreateModel(
            name="PassageNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("text", accounts.models.sealed_fields.SealedText(max_length=280)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("reference", models.UUIDField()),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("recorded", "Enregistré"), ("refused", "Mis de côté")],
                        default="recorded",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=20)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="RefusedEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("unreadable", "L'envoi n'a pas la forme attendue"),
                            ("changed", "Déjà reçu avec un autre contenu"),
                            ("not_on_round", "Le logement n'est sur aucune tournée récente de l'équipage"),
                            ("no_passage", "L'appel ne suit aucun passage connu de l'équipage"),
                        ],
                        max_length=20,
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("content", accounts.models.sealed_fields.SealedText(max_length=4000)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="passage",
            name="passage_is_recorded_once",
        ),
        migrations.AddField(
            model_name="passage",
            name="amended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="passage",
            name="anomaly",
            field=models.CharField(
                blank=True,
                choices=[
                    ("broken_in", "Effraction constatée"),
                    ("attempt", "Traces de tentative"),
                    ("opening", "Porte ou fenêtre ouverte"),
                    ("presence", "Présence inattendue"),
                    ("damage", "Dégradation"),
                    ("hazard", "Fuite, fumée ou danger"),
                    ("vehicle", "Véhicule absent ou abîmé"),
                    ("animal", "Animal en difficulté"),
                    ("full_box", "Courrier ou poubelles à relever"),
                    ("other", "Autre anomalie"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="passage",
            name="checked",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("gate", "Portail"),
                        ("letter_box", "Boîte aux lettres"),
                        ("bins", "Poubelles"),
                        ("vehicle", "Véhicule"),
                        ("door", "Porte"),
                        ("handle", "Poignée"),
                        ("levering", "Traces de pesée"),
                        ("shutters", "Volets"),
                        ("windows", "Fenêtres"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="passage",
            name="clock",
            field=models.CharField(
                choices=[
                    ("trusted", "Heure du téléphone"),
                    ("corrected", "Heure corrigée : l'horloge du téléphone était fausse"),
                    ("implausible", "Heure estimée : celle du téléphone est impossible"),
                ],
                default="trusted",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="passage",
            name="clock_off_s",
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="passage",
            name="content_sha256",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="passage",
            name="device",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="accounts.device",
            ),
        ),
        migrations.AddField(
            model_name="passage",
            name="phone_said_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="passage",
            name="presence",
            field=models.CharField(
                choices=[
                    ("within", "Au logement"),
                    ("away", "Hors du rayon du logement"),
                    ("not_measured", "Non mesurée"),
                ],
                default="not_measured",
                max_length=12,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(RECORDED_WHEN_DONE, "ALTER TABLE patrols_passage DROP COLUMN recorded_at")
            ],
            state_operations=[
                migrations.AddField(
                    model_name="passage",
                    name="recorded_at",
                    field=models.DateTimeField(default=django.utils.timezone.now),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(REFERENCE_EACH, "ALTER TABLE patrols_passage DROP COLUMN reference")
            ],
            state_operations=[
                migrations.AddField(
                    model_name="passage",
                    name="reference",
                    field=models.UUIDField(default=uuid.uuid4, editable=False),
                ),
            ],
        ),
        migrations.AddField(
            model_name="passage",
            name="stop",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="passages",
                to="patrols.stop",
            ),
        ),
        migrations.AddField(
            model_name="passage",
            name="wrong",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("gate", "Portail"),
                        ("letter_box", "Boîte aux lettres"),
                        ("bins", "Poubelles"),
                        ("vehicle", "Véhicule"),
                        ("door", "Porte"),
                        ("handle", "Poignée"),
                        ("levering", "Traces de pesée"),
                        ("shutters", "Volets"),
                        ("windows", "Fenêtres"),
                    ],
                    max_length=12,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="passage",
            index=models.Index(fields=["recorded_at"], name="passage_by_arrival"),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.UniqueConstraint(fields=("crew", "reference"), name="passage_is_recorded_once"),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["ras", "anomaly"])), name="passage_result_exists"
            ),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("result", "anomaly"),
                    models.Q(("anomaly", ""), ("result", "ras"), ("wrong", [])),
                    _connector="OR",
                ),
                name="passage_without_anomaly_names_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "checked__contained_by",
                        [
                            "gate",
                            "letter_box",
                            "bins",
                            "vehicle",
                            "door",
                            "handle",
                            "levering",
                            "shutters",
                            "windows",
                        ],
                    )
                ),
                name="passage_checks_exist",
            ),
        ),
        migrations.AddConstraint(
            model_name="passage",
            constraint=models.CheckConstraint(
                condition=models.Q(("wrong__contained_by", models.F("checked"))),
                name="passage_finds_wrong_what_it_checked",
            ),
        ),
        migrations.AddField(
            model_name="callattempt",
            name="passage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="patrols.passage"
            ),
        ),
        migrations.AddField(
            model_name="passageamendment",
            name="amended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="passageamendment",
            name="passage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="amendments", to="patrols.passage"
            ),
        ),
        migrations.AddField(
            model_name="passagenote",
            name="passage",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="note", to="patrols.passage"
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="crew",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="patrols.crew"
            ),
        ),
        migrations.AddField(
            model_name="receipt",
            name="passage",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="patrols.passage"
            ),
        ),
        migrations.AddField(
            model_name="refusedentry",
            name="crew",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="patrols.crew"
            ),
        ),
        migrations.AddField(
            model_name="refusedentry",
            name="device",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="accounts.device"
            ),
        ),
        migrations.AddConstraint(
            model_name="callattempt",
            constraint=models.UniqueConstraint(fields=("passage", "reference"), name="call_is_recorded_once"),
        ),
        migrations.AddConstraint(
            model_name="callattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__gte", models.F("started_at"))), name="call_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="passagenote",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")), name="passagenote_dies_in_a_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(fields=("crew", "reference"), name="entry_is_taken_in_once"),
        ),
        migrations.AddConstraint(
            model_name="refusedentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")),
                name="refusedentry_dies_in_a_week",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
        Wall(
            "patrols_receipt",
            read=OF_MY_CREW,
            insert=f"{OF_MY_CREW} AND received_at = now() AND passage_id IS NULL",
            update=OF_MY_CREW,
            after_update=f"{OF_MY_CREW} AND (passage_id IS NULL OR {OF_A_PASSAGE_OF_MY_CREW})",
            columns=("outcome", "reason", "passage_id"),
        ),
        # Whoever records a passage reads it back in the same transaction, also after the shift.
        Admit(
            "patrols_passage",
            "SELECT",
            name="patrols_passage_web_back",
            using=f"{OF_MY_CREW} AND recorded_at = now()",
        ),
        Admit(
            "patrols_passage",
            "INSERT",
            name="patrols_passage_web_insert",
            check=(
                f"recorded_at = now() AND (({OF_MY_CREW} AND {ON_MY_RECENT_ROUND})"
                f" OR ({MUNICIPAL} AND {AT_A_SHOWN_HOME} AND {OF_A_SHOWN_CREW}))"
            ),
        ),
        Admit(
            "patrols_passage",
            "UPDATE",
            name="patrols_passage_web_update",
            using=f"{MUNICIPAL} AND {AT_A_SHOWN_HOME}",
            check=f"{MUNICIPAL} AND {AT_A_SHOWN_HOME} AND amended_at = now()",
            columns=("result", "anomaly", "checked", "wrong", "amended_at"),
        ),
        Wall("patrols_passagenote", read=OF_A_SHOWN_PASSAGE, insert=OF_A_PASSAGE_JUST_MADE),
        Wall(
            "patrols_passageamendment",
            read=f"{MUNICIPAL} AND {OF_A_SHOWN_PASSAGE}",
            insert=(
                f"{MUNICIPAL} AND {OF_A_SHOWN_PASSAGE} AND amended_at = now()"
                " AND amended_by_id = (SELECT walls.person())"
            ),
        ),
        Wall(
            "patrols_callattempt",
            read=f"{OF_A_SHOWN_PASSAGE} OR (recorded_at = now() AND {OF_A_PASSAGE_I_SENT})",
            insert=f"recorded_at = now() AND ({OF_A_PASSAGE_I_SENT} OR ({MUNICIPAL} AND {OF_A_SHOWN_PASSAGE}))",
        ),
        Wall(
            "patrols_refusedentry",
            read=f"{MUNICIPAL} AND {OF_A_SHOWN_CREW}",
            insert=f"{OF_MY_CREW} AND received_at = now()",
        ),
    ]
