"""Let a calculation count recent break-ins: what they weighed in a plan, and the stays of its crews near them."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from accounts.walls.operations import Wall

OF_MY_COMMUNE = "commune_id = (SELECT walls.police_commune())"
OF_MY_DRAFT = f"plan_id IN (SELECT id FROM patrols_plan WHERE version IS NULL AND {OF_MY_COMMUNE})"
ON_MY_DRAFT = (
    "route_id IN (SELECT route.id FROM patrols_route route JOIN patrols_plan plan ON plan.id = route.plan_id"
    f" WHERE plan.version IS NULL AND plan.{OF_MY_COMMUNE})"
)


class Migration(migrations.Migration):
    dependencies = [("patrols", "0022_know_at_which_stop_it_was_noted")]

    operations = [
        migrations.AddField("calculation", "weighs_facts", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="RouteStay",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("after_stop", models.PositiveSmallIntegerField()),
                ("arrives_at", models.DateTimeField()),
                ("leaves_at", models.DateTimeField()),
                ("point", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ("street_name", models.CharField(blank=True, max_length=200)),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stays", to="patrols.route"
                    ),
                ),
            ],
            options={
                "ordering": ["arrives_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(leaves_at__gt=F("arrives_at")), name="route_stay_ends_after_it_starts"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskSurface",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("facts", models.PositiveIntegerField()),
                ("factors", models.JSONField(default=dict)),
                ("spots", models.JSONField(default=list)),
                ("is_compared", models.BooleanField(default=False)),
                (
                    "brought_in",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "left_out",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="risk", to="patrols.plan"
                    ),
                ),
            ],
        ),
        Wall(
            "patrols_routestay",
            read="EXISTS (SELECT FROM patrols_route route WHERE route.id = route_id)",
            insert=ON_MY_DRAFT,
            update=ON_MY_DRAFT,
            delete=ON_MY_DRAFT,
        ),
        Wall(
            "patrols_risksurface",
            read=f"plan_id IN (SELECT id FROM patrols_plan WHERE {OF_MY_COMMUNE})",
            insert=OF_MY_DRAFT,
            update=OF_MY_DRAFT,
            delete=OF_MY_DRAFT,
        ),
    ]
