"""Keep prevention messages: written by police, read by the sectors they were sent to."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

SQL = Path(__file__).parent.parent / "sql" / "bulletins.sql"
PERSON, POLICE = "(SELECT walls.person())", "commune_id = (SELECT walls.police_commune())"
MY_DRAFT = f"{POLICE} AND written_by_id = {PERSON} AND sent_at IS NULL"
RECEIVED = "id = ANY ((SELECT walls.bulletins_received())::bigint[])"
MINE = "sector_id = ANY ((SELECT walls.sectors('{}'))::bigint[])"
SHOWN = "bulletin_id IN (SELECT id FROM sectors_bulletin)"
FOR_POLICE = f"bulletin_id IN (SELECT id FROM sectors_bulletin WHERE {POLICE})"
OF_MY_DRAFT = f"bulletin_id IN (SELECT id FROM sectors_bulletin WHERE {MY_DRAFT})"
OF_COMMUNE = f"sector_id IN (SELECT id FROM sectors_sector WHERE {POLICE})"
# As a référent, of what was sent to a sector of one's own, and in one's own name.
AS_ITS_REFERENT = (
    f"account_id = {PERSON} AND {MINE.format('referent')}"
    " AND (bulletin_id, sector_id) IN (SELECT bulletin_id, sector_id FROM sectors_bulletinsector)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0003_propose_perimeters"),
        ("accounts", "0012_list_exports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "service",
                    models.CharField(
                        choices=[("municipal", "Police municipale"), ("national", "Police nationale")],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=120)),
                ("text", models.TextField(blank=True, max_length=4000)),
                ("saved_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="corrections",
                        to="sectors.bulletin",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="BulletinSector",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("referents", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addressed",
                        to="sectors.bulletin",
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
                "ordering": ["sector__number"],
            },
        ),
        migrations.AddField(
            model_name="bulletin",
            name="sectors",
            field=models.ManyToManyField(related_name="+", through="sectors.BulletinSector", to="sectors.sector"),
        ),
        migrations.CreateModel(
            name="BulletinReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("read_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="sectors.bulletin"
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
                "ordering": ["read_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("bulletin", "sector", "account"), name="bulletin_is_read_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BulletinRelay",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("poster", "Affiche"),
                            ("door_to_door", "Porte à porte"),
                            ("letter_boxes", "Boîtes aux lettres"),
                            ("group", "Groupe de messagerie"),
                            ("meeting", "Réunion"),
                        ],
                        max_length=12,
                    ),
                ),
                ("relayed_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relays", to="sectors.bulletin"
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
                "ordering": ["relayed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bulletin", "sector", "account", "means"),
                        name="bulletin_is_relayed_once_by_each_means",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="bulletinsector",
            constraint=models.UniqueConstraint(
                fields=("bulletin", "sector"), name="bulletin_is_for_a_sector_once"
            ),
        ),
        migrations.AddIndex(
            model_name="bulletin",
            index=models.Index(fields=["commune", "-sent_at"], name="bulletin_by_commune_and_moment"),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sent_at__isnull", True),
                    models.Q(models.Q(("subject", ""), _negated=True), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="bulletin_says_something_once_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sent_at__isnull", False)),
                fields=("replaces",),
                name="bulletin_is_replaced_once",
            ),
        ),
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "DROP FUNCTION walls.bulletins_received(), walls.referents_by_sector()",
        ),
        Wall(
            "sectors_bulletin",
            read=f"({POLICE} AND (sent_at IS NOT NULL OR written_by_id = {PERSON})) OR {RECEIVED}",
            insert=MY_DRAFT,
            update=MY_DRAFT,
            after_update=f"{POLICE} AND written_by_id = {PERSON}",
            delete=MY_DRAFT,
            columns=("service", "subject", "text", "replaces_id", "saved_at", "sent_at"),
        ),
        Wall(
            "sectors_bulletinsector",
            read=f"{FOR_POLICE} OR ({SHOWN} AND ({MINE.format('referent')} OR {MINE.format('vigilant')}))",
            insert=f"{OF_MY_DRAFT} AND {OF_COMMUNE}",
            update=OF_MY_DRAFT,
            delete=OF_MY_DRAFT,
            columns=("referents",),
        ),
        Wall(
            "sectors_bulletinreading",
            read=f"account_id = {PERSON} OR {FOR_POLICE}",
            insert=AS_ITS_REFERENT,
            # A draft has none, and goes with all that hangs on it.
            delete=OF_MY_DRAFT,
        ),
        Wall(
            "sectors_bulletinrelay",
            read=f"account_id = {PERSON} OR {FOR_POLICE} OR ({SHOWN} AND {MINE.format('referent')})",
            insert=AS_ITS_REFERENT,
            delete=OF_MY_DRAFT,
        ),
    ]
