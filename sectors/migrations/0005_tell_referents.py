"""Keep which référents were told by e-mail that a message waits, and let the site put that in the queue."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

SQL = Path(__file__).parent.parent / "sql" / "defer_bulletin.sql"
POLICE = "commune_id = (SELECT walls.police_commune())"
FOR_POLICE = f"bulletin_id IN (SELECT id FROM sectors_bulletin WHERE {POLICE})"
OF_MY_DRAFT = (
    f"bulletin_id IN (SELECT id FROM sectors_bulletin WHERE {POLICE}"
    " AND written_by_id = (SELECT walls.person()) AND sent_at IS NULL)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("sectors", "0004_send_bulletins"),
        ("procrastinate", "0041_post_retry_failed_job"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulletinNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "en attente"),
                            ("sending", "en cours d'envoi"),
                            ("sent", "envoyé"),
                            ("no_address", "sans adresse électronique"),
                            ("failed", "échec de l'envoi"),
                            ("doubtful", "envoi incertain"),
                            ("no_server", "aucun serveur d'envoi n'est réglé"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="sectors.bulletin"
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
                        fields=("bulletin", "account"), name="referent_is_told_once_of_a_bulletin"
                    )
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP FUNCTION walls.defer_bulletin(bigint)"),
        Wall(
            "sectors_bulletinnotice",
            read=f"account_id = (SELECT walls.person()) OR {FOR_POLICE}",
            # A draft has none, and goes with all that hangs on it.
            delete=OF_MY_DRAFT,
        ),
    ]
