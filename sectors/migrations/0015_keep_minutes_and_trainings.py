"""Keep the minutes of meetings, and the trainings of référents with who came."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

OF_MY_COMMUNE = "commune_id = (SELECT walls.commune())"
POLICE, MUNICIPAL = "(SELECT walls.is_police())", "(SELECT walls.holds('municipal_police'))"
# A wall of reading stands around the meetings already: whoever reads the numbers reads the minutes.
OF_MEETINGS_READ = "meeting_id IN (SELECT id FROM sectors_meeting)"
SECTORS_KEPT = f"SELECT id FROM sectors_sector WHERE {OF_MY_COMMUNE} AND {MUNICIPAL}"
OF_MEETINGS_KEPT = (
    "meeting_id IN (SELECT id FROM sectors_meeting"
    f" WHERE sector_id IN ({SECTORS_KEPT}) OR sector_id = ANY ((SELECT walls.sectors('referent'))::bigint[]))"
)
IN_A_SECTOR = "(SELECT walls.holds('referent')) OR (SELECT walls.holds('vigilant'))"
KNOWS_TRAININGS = f"{POLICE} OR (SELECT walls.is_keeper()) OR {IN_A_SECTOR}"
TRAININGS = f"training_id IN (SELECT id FROM sectors_training WHERE {OF_MY_COMMUNE})"
MANDATES = "mandate_id IN (SELECT id FROM accounts_grant WHERE role = 'referent')"
OWN = "mandate_id IN (SELECT id FROM accounts_grant WHERE account_id = (SELECT walls.person()))"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_list_copies_of_minutes"),
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0014_register_vigilants"),
    ]

    operations = [
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("held_on", models.DateField()),
                ("title", models.CharField(max_length=80)),
                ("attended", models.PositiveSmallIntegerField()),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
            ],
            options={
                "ordering": ["-held_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Minutes",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("content", models.BinaryField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="minutes", to="sectors.meeting"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                        name="minutes_are_told_by_their_sha256",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.grant"
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="sectors.training",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("training", "mandate"), name="one_attends_a_training_once")
                ],
            },
        ),
        Wall("sectors_minutes", read=OF_MEETINGS_READ, insert=OF_MEETINGS_KEPT, delete=OF_MEETINGS_KEPT),
        Wall(
            "sectors_training",
            read=f"{OF_MY_COMMUNE} AND ({KNOWS_TRAININGS})",
            insert=f"{OF_MY_COMMUNE} AND {MUNICIPAL}",
            delete=f"{OF_MY_COMMUNE} AND {MUNICIPAL}",
        ),
        # Who came: for the police, and for whoever came.
        Wall(
            "sectors_attendance",
            read=f"{TRAININGS} AND ({POLICE} OR {OWN})",
            insert=f"{TRAININGS} AND {MUNICIPAL} AND {MANDATES}",
            delete=f"{TRAININGS} AND {MUNICIPAL}",
        ),
    ]
