"""Keep who an account belongs to, sealed; read by its holder alone, written by them or whoever creates the account."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.models.sealed_fields
from accounts.walls.operations import Wall

MINE = "account_id = (SELECT walls.person())"
NEW_OF_MY_COMMUNE = (
    "(SELECT walls.holds('administrator')) AND walls.is_account_of_commune(account_id)"
    " AND account_id IN (SELECT id FROM accounts_account WHERE last_login IS NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_raise_the_walls")]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wrapped_key", accounts.models.sealed_fields.WrappedKey()),
                ("dies_in", models.CharField(db_index=True, editable=False, max_length=8)),
                ("name", accounts.models.sealed_fields.SealedText(max_length=120)),
                ("phone", accounts.models.sealed_fields.SealedText(max_length=30)),
                ("email", accounts.models.sealed_fields.SealedText(max_length=254)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("dies_in__regex", "^[0-9]{4}-W[0-5][0-9]$")),
                        name="identity_dies_in_a_week",
                    )
                ],
            },
        ),
        Wall("accounts_identity", read=MINE, insert=f"{MINE} OR ({NEW_OF_MY_COMMUNE})", update=MINE),
    ]
