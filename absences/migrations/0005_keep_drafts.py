"""Keep declarations that were begun, sealed, each for its author alone."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.models.sealed_fields
from accounts.walls.operations import Wall

MINE = "account_id = (SELECT walls.person())"
MINE_TO_WRITE = f"{MINE} AND (SELECT walls.holds('municipal_police'))"


class Migration(migrations.Migration):
    dependencies = [
        ("absences", "0004_keep_households"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("saved_at", models.DateTimeField()),
                ("content", accounts.models.sealed_fields.SealedText(max_length=8000)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")),
                        name="draft_dies_in_a_week",
                    )
                ],
            },
        ),
        Wall(
            "absences_draft",
            read=MINE,
            insert=MINE_TO_WRITE,
            update=MINE_TO_WRITE,
            delete=MINE,
            columns=("wrapped_key", "dies_in", "saved_at", "content"),
        ),
    ]
