"""The desk says what became of what phones sent and could not be taken in: once, and signed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Admit

MUNICIPAL = "(SELECT walls.holds('municipal_police'))"
OF_MY_CREW = "crew_id = ANY ((SELECT walls.crews())::bigint[])"
OF_A_SHOWN_CREW = "EXISTS (SELECT FROM patrols_crew crew WHERE crew.id = crew_id)"
SENT = "ALTER POLICY patrols_refusedentry_web_insert ON patrols_refusedentry WITH CHECK ({})"
SENT_BEFORE = f"{OF_MY_CREW} AND received_at = now()"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_let_holders_withdraw_links"),
        ("patrols", "0010_name_crew_members"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="refusedentry",
            options={"verbose_name_plural": "refused entries"},
        ),
        migrations.AddField(
            model_name="refusedentry",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="refusedentry",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="refusedentry",
            name="settlement",
            field=models.CharField(
                blank=True,
                choices=[
                    ("recorded", "Passage noté à la main"),
                    ("already_there", "Déjà noté par ailleurs"),
                    ("nothing_to_keep", "Équipage interrogé, rien à garder"),
                    ("unreadable", "Illisible, et l'équipage n'en sait plus rien"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="passage",
            name="clock",
            field=models.CharField(
                choices=[
                    ("trusted", "Heure du téléphone"),
                    ("corrected", "Heure corrigée : l'horloge du téléphone était fausse"),
                    ("implausible", "Heure estimée : celle du téléphone est impossible"),
                    ("told", "Heure notée au poste"),
                ],
                default="trusted",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="refusedentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("settlement", "")),
                    models.Q(models.Q(("settlement", ""), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="refused_entry_is_settled_at_a_moment",
            ),
        ),
        # A crew does not send what is settled already: nobody would look at it.
        migrations.RunSQL(SENT.format(f"{SENT_BEFORE} AND settled_at IS NULL"), SENT.format(SENT_BEFORE)),
        Admit(
            "patrols_refusedentry",
            "UPDATE",
            name="patrols_refusedentry_web_settle",
            using=f"{MUNICIPAL} AND {OF_A_SHOWN_CREW} AND settled_at IS NULL",
            check=(
                f"{MUNICIPAL} AND {OF_A_SHOWN_CREW} AND settled_at = now()"
                " AND settled_by_id = (SELECT walls.person())"
            ),
            columns=("settlement", "settled_at", "settled_by_id"),
        ),
    ]
