"""The desk says of a stop that a plan took for made that nobody passed: signed, with a reason."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

POLICE = "(SELECT walls.is_police())"
MUNICIPAL = "(SELECT walls.holds('municipal_police'))"
AT_A_SHOWN_HOME = "EXISTS (SELECT FROM absences_absence home WHERE home.id = absence_id)"
TAKEN_FOR_MADE = (
    "EXISTS (SELECT FROM patrols_stop stop JOIN patrols_route route ON route.id = stop.route_id"
    " WHERE stop.is_done AND stop.absence_id = patrols_missedstop.absence_id"
    " AND stop.starts_at = planned_at AND route.shift_id = patrols_missedstop.shift_id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("absences", "0005_keep_drafts"),
        ("patrols", "0011_settle_what_was_set_aside"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MissedStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("planned_at", models.DateTimeField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("called_away", "Équipage appelé ailleurs"),
                            ("no_time", "Plus de temps"),
                            ("no_access", "Logement inaccessible"),
                            ("forgotten", "Oublié"),
                        ],
                        max_length=16,
                    ),
                ),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "absence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="missed_stops",
                        to="absences.absence",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="missed_stops",
                        to="patrols.shift",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["planned_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("shift", "absence", "planned_at"), name="stop_is_missed_once")
                ],
            },
        ),
        Wall(
            "patrols_missedstop",
            read=f"{POLICE} AND {AT_A_SHOWN_HOME}",
            insert=(
                f"{MUNICIPAL} AND {AT_A_SHOWN_HOME} AND {TAKEN_FOR_MADE}"
                " AND told_at = now() AND told_by_id = (SELECT walls.person())"
            ),
        ),
    ]
