"""Keep what was asked for and done at each end of retention; keepers ask and read, the worker carries out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

KEEPERS = "(SELECT walls.is_keeper())"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_seal_identities")]

    operations = [
        migrations.CreateModel(
            name="PurgeRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("is_rehearsal", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("tables", models.JSONField(blank=True, default=list)),
                ("weeks_destroyed", models.PositiveSmallIntegerField(default=0)),
                ("weeks_held_back", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                (
                    "asked_by",
                    models.ForeignKey(
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
                        condition=models.Q(
                            ("ended_at__isnull", True), ("begun_at__isnull", False), _connector="OR"
                        ),
                        name="purge_run_begins_before_it_ends",
                    )
                ],
            },
        ),
        Wall(
            "accounts_purgerun",
            read=KEEPERS,
            insert=f"{KEEPERS} AND asked_by_id = (SELECT walls.person()) AND begun_at IS NULL",
        ),
    ]
