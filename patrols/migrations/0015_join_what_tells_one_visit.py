"""A visit that was told by radio and sent by a phone later counts once: which of the two passages counts, and why not."""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

TOLD = Path(__file__).parent.parent / "sql" / "crew_visits_told.sql"
MUNICIPAL = "(SELECT walls.holds('municipal_police'))"
OF_A_SHOWN_PASSAGE = (
    "EXISTS (SELECT FROM patrols_passage done"
    " WHERE done.id IN (patrols_joinedpassage.passage_id, patrols_joinedpassage.counts_as_id))"
)
# One of the two is just made, the other was told of the same visit before.
TELLS_A_VISIT_AGAIN = (
    "EXISTS (SELECT FROM patrols_passage sent JOIN walls.crew_visits_told() told ON told.stop_id = sent.stop_id"
    " WHERE sent.recorded_at = now() AND (sent.id, told.passage_id) IN"
    " ((patrols_joinedpassage.passage_id, patrols_joinedpassage.counts_as_id),"
    " (patrols_joinedpassage.counts_as_id, patrols_joinedpassage.passage_id)))"
)


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0014_call_left_without_a_word"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JoinedPassage",
            fields=[
                (
                    "passage",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="joined",
                        serialize=False,
                        to="patrols.passage",
                    ),
                ),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_parted", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "counts_as",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="told_beside",
                        to="patrols.passage",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("passage", models.F("counts_as")), _negated=True),
                        name="passage_counts_as_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_parted", False), ("decided_at__isnull", False), _connector="OR"),
                        name="passages_are_parted_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TOLD.read_text(encoding="utf-8"), "DROP FUNCTION walls.crew_visits_told()"),
        Wall(
            "patrols_joinedpassage",
            read=OF_A_SHOWN_PASSAGE,
            insert=(
                f"joined_at = now() AND NOT is_parted AND decided_at IS NULL AND decided_by_id IS NULL"
                f" AND {TELLS_A_VISIT_AGAIN}"
            ),
            update=f"{MUNICIPAL} AND {OF_A_SHOWN_PASSAGE}",
            after_update=(
                f"{MUNICIPAL} AND {OF_A_SHOWN_PASSAGE} AND decided_at = now()"
                " AND decided_by_id = (SELECT walls.person())"
            ),
            columns=("is_parted", "decided_at", "decided_by_id"),
        ),
    ]
