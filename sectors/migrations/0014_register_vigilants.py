"""Let référents hand registrations out, residents follow them under a pseudonym, and tell numbers outside the sector."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Admit, Wall

SQL = Path(__file__).parent.parent / "sql" / "vigilants.sql"
MINE = "(SELECT walls.person())"
TODAY = "(SELECT walls.today())"
BEARER = "token_sha256 = (SELECT walls.bearer())"
AS_REFERENT = "sector_id = ANY ((SELECT walls.sectors('referent'))::bigint[])"
OPEN = "(SELECT walls.open_registration())"
MY_ROLE = f"account_id = {MINE} AND role = 'vigilant'"
UNDO = """
DROP FUNCTION walls.vigilants_masked(), walls.pseudonyms(), walls.vigilants_by_sector(), walls.open_registration()
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0015_appoint_referents"),
        ("sectors", "0013_publish_the_review"),
    ]

    operations = [
        migrations.CreateModel(
            name="Registration",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("last_day", models.DateField(blank=True, null=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sectors.sector"
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_at__isnull", True), ("revoked_at__isnull", True), _connector="OR"
                        ),
                        name="registration_is_used_or_revoked",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pseudonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("text", models.CharField(max_length=30)),
                ("chosen_at", models.DateTimeField(auto_now=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sectors.sector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "sector"), name="vigilant_has_one_pseudonym_a_sector"
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("text"),
                        models.F("sector"),
                        name="pseudonym_is_one_persons_in_a_sector",
                    ),
                ],
            },
        ),
        Wall(
            "sectors_registration",
            read=f"{AS_REFERENT} OR {BEARER}",
            insert=f"{AS_REFERENT} AND made_by_id = {MINE} AND used_at IS NULL AND revoked_at IS NULL",
            update=f"{AS_REFERENT} OR {BEARER}",
            columns=["used_at", "revoked_at"],
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), UNDO),
        Wall(
            "sectors_pseudonym",
            read=f"account_id = {MINE}",
            insert=f"account_id = {MINE} AND sector_id IN (SELECT sector_id FROM accounts_grant WHERE {MY_ROLE})",
            update=f"account_id = {MINE}",
            columns=["text", "chosen_at"],
        ),
        # Whoever holds an open registration makes themselves an account that nobody has entered, with that one role.
        Admit(
            "accounts_account",
            "INSERT",
            name="accounts_account_web_register",
            check=f"{OPEN} IS NOT NULL AND login = (SELECT walls.claimed_login()) AND last_login IS NULL",
        ),
        Admit(
            "accounts_grant",
            "INSERT",
            name="accounts_grant_web_register",
            check=(
                f"{MY_ROLE} AND sector_id = {OPEN} AND given_by_id IS NULL"
                " AND commune_id = (SELECT commune_id FROM sectors_sector WHERE id = sector_id)"
                " AND account_id IN (SELECT id FROM accounts_account WHERE last_login IS NULL)"
            ),
        ),
        # One leaves by oneself; a référent of the sector may say so too, and reads the roles that they may end.
        Admit(
            "accounts_grant",
            "SELECT",
            name="accounts_grant_web_vigilants",
            using=f"role = 'vigilant' AND {AS_REFERENT}",
        ),
        Admit(
            "accounts_grant",
            "UPDATE",
            name="accounts_grant_web_leave",
            using=f"({MY_ROLE}) OR (role = 'vigilant' AND {AS_REFERENT})",
            check=f"(({MY_ROLE}) OR (role = 'vigilant' AND {AS_REFERENT})) AND upper(valid) >= {TODAY}",
            columns=["valid"],
        ),
    ]
