"""Keep apart who did a passage, and from which phone: municipal police and the crew itself read it, nobody else."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

APPS = Path(__file__).parent.parent.parent
ANOMALIES = (APPS / "patrols" / "sql" / "crew_anomalies.sql").read_text(encoding="utf-8")
ANOMALIES_BEFORE = (
    (APPS / "absences" / "sql" / "crew_anomalies.sql")
    .read_text(encoding="utf-8")
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
)

# Row-level security keeps the rows from their owner too, who would move none of them and see no fault. Each passage
# and its origin name each other: the foreign keys are checked when the transaction ends.
MOVE = """
    ALTER TABLE patrols_passage NO FORCE ROW LEVEL SECURITY;
    INSERT INTO patrols_passageorigin
           (passage_id, crew_id, device_id, reference, content_sha256, phone_said_at, clock_off_s)
    SELECT id, crew_id, device_id, reference, content_sha256, phone_said_at, clock_off_s FROM patrols_passage;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE patrols_passage ADD CONSTRAINT passage_has_its_origin
        FOREIGN KEY (id) REFERENCES patrols_passageorigin (passage_id) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE patrols_passage FORCE ROW LEVEL SECURITY;
"""
MOVE_BACK = """
    ALTER TABLE patrols_passage NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE patrols_passage DROP CONSTRAINT passage_has_its_origin;
    UPDATE patrols_passage passage
       SET crew_id = origin.crew_id, device_id = origin.device_id, reference = origin.reference,
           content_sha256 = origin.content_sha256, phone_said_at = origin.phone_said_at,
           clock_off_s = origin.clock_off_s
      FROM patrols_passageorigin origin
     WHERE origin.passage_id = passage.id;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE patrols_passage FORCE ROW LEVEL SECURITY;
"""

MUNICIPAL = "(SELECT walls.holds('municipal_police'))"
OF_MY_CREW = "crew_id = ANY ((SELECT walls.crews())::bigint[])"
AT_A_SHOWN_HOME = "EXISTS (SELECT FROM absences_absence home WHERE home.id = absence_id)"
AT_A_HOME_DUE = "absence_id IN (SELECT due.absence_id FROM walls.crew_stops_to_report() due)"
ON_MY_RECENT_ROUND = (
    f"{AT_A_HOME_DUE} AND (stop_id IS NULL OR (stop_id, absence_id) IN"
    " (SELECT due.stop_id, due.absence_id FROM walls.crew_stops_to_report() due))"
)
JUST_MADE = (
    "EXISTS (SELECT FROM patrols_passage done WHERE done.id = passage_id AND done.recorded_at = now() AND {})"
)
BACK = "ALTER POLICY patrols_passage_web_back ON patrols_passage USING ({})"
DONE = "ALTER POLICY patrols_passage_web_insert ON patrols_passage WITH CHECK (recorded_at = now() AND ({}))"
NOTE = "ALTER POLICY patrols_passagenote_web_insert ON patrols_passagenote WITH CHECK ({})"
RECEIPT = (
    "ALTER POLICY patrols_receipt_web_update ON patrols_receipt"
    f" WITH CHECK ({OF_MY_CREW} AND (passage_id IS NULL OR {{}}))"
)
FOR_CREWS_SHOWN = (
    f"{MUNICIPAL} AND {AT_A_SHOWN_HOME} AND EXISTS (SELECT FROM patrols_crew crew WHERE crew.id = crew_id)"
)
OF_A_SHOWN_ORIGIN = (
    "EXISTS (SELECT FROM patrols_passageorigin origin JOIN patrols_passage done ON done.id = origin.passage_id"
    " WHERE origin.passage_id = patrols_passagenote.passage_id AND done.recorded_at = now())"
)
OF_THE_SAME_CREW = (
    "EXISTS (SELECT FROM patrols_passageorigin origin WHERE origin.passage_id = patrols_receipt.passage_id"
    " AND origin.crew_id = patrols_receipt.crew_id)"
)
# Each with what it says from now on, and what it said.
POLICIES = (
    # The moment of a transaction is told by the database, to the microsecond: what was recorded at it, at a home of
    # one's recent round, is what one has just written.
    (BACK, f"recorded_at = now() AND {AT_A_HOME_DUE}", f"{OF_MY_CREW} AND recorded_at = now()"),
    (
        DONE,
        f"({ON_MY_RECENT_ROUND}) OR ({MUNICIPAL} AND {AT_A_SHOWN_HOME})",
        f"({OF_MY_CREW} AND {ON_MY_RECENT_ROUND}) OR ({FOR_CREWS_SHOWN})",
    ),
    # The origin is shown to municipal police and to the crew: to those who may add.
    (NOTE, OF_A_SHOWN_ORIGIN, JUST_MADE.format(f"({MUNICIPAL} OR done.{OF_MY_CREW})")),
    (
        RECEIPT,
        OF_THE_SAME_CREW,
        f"EXISTS (SELECT FROM patrols_passage done WHERE done.id = passage_id AND done.{OF_MY_CREW})",
    ),
)
THE_CREW_MAY_BE_NAMED = (
    f"(({MUNICIPAL} AND EXISTS (SELECT FROM patrols_crew crew WHERE crew.id = patrols_passageorigin.crew_id))"
    f" OR (patrols_passageorigin.{OF_MY_CREW} AND (done.absence_id, patrols_passageorigin.crew_id) IN"
    " (SELECT due.absence_id, due.crew_id FROM walls.crew_stops_to_report() due)))"
)
FROM_MY_DEVICE = (
    "(device_id IS NULL OR device_id IN"
    " (SELECT mine.id FROM accounts_device mine WHERE mine.account_id = (SELECT walls.person())))"
)


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0006_plan_walls_at_less_cost"),
        ("absences", "0004_keep_households"),
        ("accounts", "0009_recognise_in_one_round_trip"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassageOrigin",
            fields=[
                (
                    "passage",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="origin",
                        serialize=False,
                        to="patrols.passage",
                    ),
                ),
                ("reference", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("content_sha256", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("phone_said_at", models.DateTimeField(blank=True, null=True)),
                ("clock_off_s", models.IntegerField(blank=True, null=True)),
                (
                    "crew",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patrols.crew"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.device",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint("passage", "passage_is_recorded_once"),
        # Taken back, the columns come empty and are filled before they must hold something.
        migrations.AlterField(
            "passage",
            "crew",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="passages", to="patrols.crew"
            ),
        ),
        migrations.RunSQL(MOVE, MOVE_BACK),
        *(migrations.RunSQL(policy.format(now), policy.format(before)) for policy, now, before in POLICIES),
        migrations.RunSQL(ANOMALIES, ANOMALIES_BEFORE),
        migrations.RemoveField("passage", "crew"),
        migrations.RemoveField("passage", "device"),
        migrations.RemoveField("passage", "reference"),
        migrations.RemoveField("passage", "content_sha256"),
        migrations.RemoveField("passage", "phone_said_at"),
        migrations.RemoveField("passage", "clock_off_s"),
        migrations.AddConstraint(
            "passageorigin",
            models.UniqueConstraint(fields=("crew", "reference"), name="passage_is_recorded_once"),
        ),
        Wall(
            "patrols_passageorigin",
            read=(
                f"({MUNICIPAL} OR {OF_MY_CREW})"
                " AND EXISTS (SELECT FROM patrols_passage done WHERE done.id = passage_id)"
            ),
            insert=f"{JUST_MADE.format(THE_CREW_MAY_BE_NAMED)} AND {FROM_MY_DEVICE}",
        ),
    ]
