"""Keep what is told of a home that is left, and, sealed, who lives there; municipal police write, a crew reads its round.

A crew reads how to come to the door from the start of its window, and whom to call once it has recorded an anomaly.
"""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import accounts.models.sealed_fields
from accounts.walls.operations import Admit, Wall

SQL = Path(__file__).parent.parent / "sql"
MUNICIPAL = "(SELECT walls.holds('municipal_police'))"
WRITERS = f"{MUNICIPAL} AND commune_id = (SELECT walls.commune())"
HOME = "SELECT FROM absences_absence home WHERE home.id = absence_id"
AT_A_SHOWN_HOME = f"EXISTS ({HOME})"
OF_MY_REGISTRY = f"{MUNICIPAL} AND EXISTS ({HOME} AND home.commune_id = (SELECT walls.commune()))"
FOR_POLICE = f"EXISTS ({HOME} AND home.commune_id = (SELECT walls.police_commune()))"
AFTER_AN_ANOMALY = "absence_id = ANY ((SELECT walls.crew_anomalies())::bigint[])"
# All but the identity of the row, its commune, the day on which it was declared and whether it is invented.
ABSENCE_CHANGES = (
    "address_id",
    "point",
    "dwelling",
    "residence",
    "first_day",
    "last_day",
    "returned_on",
    "cancelled_at",
    "erasure_asked_at",
    "passages_per_week",
    "preferred_time",
    "service_time_s",
    "alarm",
    "has_lights_on_timers",
    "animals",
    "vehicles_left",
    "vehicles_place",
    "shutters",
    "windows",
    "may_enter_garden",
    "may_be_watched",
    "seen_by",
    "seen_on",
    "revision",
    "changed_at",
)
SEAL = ("wrapped_key", "dies_in")


class Migration(migrations.Migration):
    dependencies = [
        ("absences", "0003_count_what_is_erased"),
        ("geo", "0001_create_geo"),
        ("accounts", "0007_read_second_factors_at_once"),
        ("patrols", "0003_count_what_is_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllowedPerson",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("name", accounts.models.sealed_fields.SealedText(max_length=120)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("family", "Famille ou ami"),
                            ("neighbour", "Voisin"),
                            ("upkeep", "Ménage ou jardin"),
                            ("works", "Artisan"),
                            ("other", "Autre"),
                        ],
                        default="family",
                        max_length=10,
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=7
                    ),
                ),
                ("first_day", models.DateField(blank=True, null=True)),
                ("last_day", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "allowed people",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HouseholdAccess",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("name", accounts.models.sealed_fields.SealedText(max_length=120)),
                ("access_instructions", accounts.models.sealed_fields.SealedText(max_length=300)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HouseholdContacts",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("phone", accounts.models.sealed_fields.SealedText(max_length=30)),
                ("email", accounts.models.sealed_fields.SealedText(max_length=254)),
                ("trusted_name", accounts.models.sealed_fields.SealedText(max_length=120)),
                ("trusted_phone", accounts.models.sealed_fields.SealedText(max_length=30)),
                ("trusted_has_keys", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NameToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("week", models.CharField(max_length=8)),
                ("token", models.BinaryField(max_length=8)),
            ],
        ),
        migrations.AddField(
            model_name="absence",
            name="alarm",
            field=models.CharField(
                choices=[
                    ("unknown", "Non précisé"),
                    ("none", "Pas d'alarme"),
                    ("siren", "Alarme sonore"),
                    ("monitored", "Alarme reliée à un télésurveilleur"),
                ],
                default="unknown",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="animals",
            field=models.CharField(
                choices=[
                    ("unknown", "Non précisé"),
                    ("none", "Aucun animal"),
                    ("small", "Chat ou petit animal"),
                    ("dog_inside", "Chien à l'intérieur"),
                    ("dog_outside", "Chien en liberté dans le jardin"),
                    ("other", "Autre animal"),
                ],
                default="unknown",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="absence",
            name="declared_on",
            field=models.DateField(default=django.utils.timezone.localdate),
        ),
        migrations.AddField(
            model_name="absence",
            name="erasure_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="absence",
            name="has_lights_on_timers",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="absence",
            name="may_be_watched",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="absence",
            name="may_enter_garden",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="absence",
            name="preferred_time",
            field=models.CharField(
                choices=[
                    ("any", "Sans préférence"),
                    ("morning", "Plutôt le matin"),
                    ("afternoon", "Plutôt l'après-midi"),
                    ("evening", "Plutôt le soir"),
                    ("night", "Plutôt la nuit"),
                ],
                default="any",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="residence",
            field=models.CharField(
                choices=[("main", "Résidence principale"), ("secondary", "Résidence secondaire")],
                default="main",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="revision",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="absence",
            name="seen_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Personne encore"),
                    ("municipal_police", "Police municipale"),
                    ("national_police", "Police nationale"),
                    ("referent", "Référent du secteur"),
                    ("town_hall", "Mairie"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="seen_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="absence",
            name="shutters",
            field=models.CharField(
                choices=[
                    ("unknown", "Non précisé"),
                    ("closed", "Tous fermés"),
                    ("partly", "Fermés en partie"),
                    ("open", "Tous ouverts"),
                    ("none", "Pas de volets"),
                ],
                default="unknown",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="vehicles_left",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="absence",
            name="vehicles_place",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Aucun véhicule"),
                    ("garage", "Dans le garage"),
                    ("yard", "Dans la cour ou le jardin"),
                    ("street", "Dans la rue"),
                    ("several", "À plusieurs endroits"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="windows",
            field=models.CharField(
                choices=[
                    ("unknown", "Non précisé"),
                    ("closed", "Toutes fermées"),
                    ("ajar", "Au moins une entrouverte"),
                ],
                default="unknown",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vehicles_left", 0), ("vehicles_place", "")),
                    models.Q(
                        ("vehicles_left__gte", 1),
                        ("vehicles_left__lte", 9),
                        models.Q(("vehicles_place", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="absence_vehicles_stand_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seen_by", ""), ("seen_on__isnull", True)),
                    models.Q(models.Q(("seen_by", ""), _negated=True), ("seen_on__isnull", False)),
                    _connector="OR",
                ),
                name="absence_was_seen_by_somebody_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erasure_asked_at__isnull", True), ("cancelled_at__isnull", False), _connector="OR"
                ),
                name="absence_erasure_comes_with_a_cancellation",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("alarm__in", ["unknown", "none", "siren", "monitored"]),
                    ("animals__in", ["unknown", "none", "small", "dog_inside", "dog_outside", "other"]),
                    ("dwelling__in", ["house", "flat", "other"]),
                    ("preferred_time__in", ["any", "morning", "afternoon", "evening", "night"]),
                    ("residence__in", ["main", "secondary"]),
                    ("seen_by__in", ["", "municipal_police", "national_police", "referent", "town_hall"]),
                    ("shutters__in", ["unknown", "closed", "partly", "open", "none"]),
                    ("vehicles_place__in", ["", "garage", "yard", "street", "several"]),
                    ("windows__in", ["unknown", "closed", "ajar"]),
                ),
                name="absence_words_are_of_the_closed_lists",
            ),
        ),
        migrations.AddField(
            model_name="allowedperson",
            name="absence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="allowed_people", to="absences.absence"
            ),
        ),
        migrations.AddField(
            model_name="householdaccess",
            name="absence",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="household_access", to="absences.absence"
            ),
        ),
        migrations.AddField(
            model_name="householdcontacts",
            name="absence",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="household_contacts",
                to="absences.absence",
            ),
        ),
        migrations.AddField(
            model_name="nametoken",
            name="absence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="name_tokens", to="absences.absence"
            ),
        ),
        migrations.AddConstraint(
            model_name="allowedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")),
                name="allowedperson_dies_in_a_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="allowedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6])),
                name="allowed_person_weekdays_exist",
            ),
        ),
        migrations.AddConstraint(
            model_name="allowedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_day__isnull", True),
                    ("last_day__isnull", True),
                    ("last_day__gte", models.F("first_day")),
                    _connector="OR",
                ),
                name="allowed_person_days_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="allowedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("relation__in", ["family", "neighbour", "upkeep", "works", "other"])),
                name="allowed_person_relation_is_of_the_closed_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")),
                name="householdaccess_dies_in_a_week",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdcontacts",
            constraint=models.CheckConstraint(
                condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")),
                name="householdcontacts_dies_in_a_week",
            ),
        ),
        migrations.AddIndex(
            model_name="nametoken",
            index=models.Index(fields=["token"], name="name_token_by_token"),
        ),
        migrations.RunSQL(
            "UPDATE absences_absence SET declared_on = least(first_day, declared_on)", migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            (SQL / "crew_anomalies.sql").read_text(encoding="utf-8"), "DROP FUNCTION walls.crew_anomalies()"
        ),
        Admit("absences_absence", "INSERT", name="absences_absence_declared", check=WRITERS),
        Admit(
            "absences_absence",
            "UPDATE",
            name="absences_absence_changed",
            using=WRITERS,
            check=WRITERS,
            columns=ABSENCE_CHANGES,
        ),
        Admit("absences_allowedhours", "INSERT", name="absences_allowedhours_declared", check=OF_MY_REGISTRY),
        Admit("absences_allowedhours", "DELETE", name="absences_allowedhours_withdrawn", using=OF_MY_REGISTRY),
        Wall(
            "absences_householdaccess",
            read=AT_A_SHOWN_HOME,
            insert=OF_MY_REGISTRY,
            update=OF_MY_REGISTRY,
            delete=OF_MY_REGISTRY,
            columns=(*SEAL, "name", "access_instructions"),
        ),
        Wall(
            "absences_householdcontacts",
            read=f"{FOR_POLICE} OR {AFTER_AN_ANOMALY}",
            insert=OF_MY_REGISTRY,
            update=OF_MY_REGISTRY,
            delete=OF_MY_REGISTRY,
            columns=(*SEAL, "phone", "email", "trusted_name", "trusted_phone", "trusted_has_keys"),
        ),
        Wall(
            "absences_allowedperson",
            read=AT_A_SHOWN_HOME,
            insert=OF_MY_REGISTRY,
            update=OF_MY_REGISTRY,
            delete=OF_MY_REGISTRY,
            columns=(*SEAL, "name", "relation", "weekdays", "first_day", "last_day"),
        ),
        # Who searches by name, and nobody else: the others have nothing to compare a name with.
        Wall("absences_nametoken", read=OF_MY_REGISTRY, insert=OF_MY_REGISTRY, delete=OF_MY_REGISTRY),
    ]
