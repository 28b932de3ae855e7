"""Let police take back an approved change that has not begun, with a reason; tell authors what became of theirs."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Admit, Wall

SQL = Path(__file__).parent.parent / "sql"
ME = "(SELECT walls.person())"


class Migration(migrations.Migration):
    dependencies = [
        ("sectors", "0017_amend_agreements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="proposal",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Brouillon"),
                    ("proposed", "À vérifier"),
                    ("checked", "À approuver"),
                    ("approved", "Approuvée"),
                    ("refused", "Refusée"),
                    ("withdrawn", "Retirée"),
                    ("cancelled", "Annulée"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="proposalstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("begun", "Commencée"),
                    ("proposed", "Proposée"),
                    ("checked", "Vérifiée par la police"),
                    ("approved", "Approuvée"),
                    ("refused", "Refusée"),
                    ("withdrawn", "Retirée"),
                    ("cancelled", "Annulée avant d'être en vigueur"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="proposal", name="proposal_has_ended_at_a_moment"),
        migrations.RemoveConstraint(model_name="proposal", name="proposal_is_in_force_once_approved"),
        migrations.RemoveConstraint(model_name="proposalstep", name="proposal_refusal_says_why"),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["draft", "proposed", "checked"])),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["approved", "refused", "withdrawn", "cancelled"]),
                    ),
                    _connector="OR",
                ),
                name="proposal_has_ended_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_force_from__isnull", False), ("state__in", ["approved", "cancelled"])),
                    models.Q(
                        models.Q(("state__in", ["approved", "cancelled"]), _negated=True),
                        ("in_force_from__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="proposal_is_in_force_once_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["refused", "cancelled"]), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="proposal_refusal_says_why",
            ),
        ),
        migrations.RunSQL(
            (SQL / "take_out_of_force.sql").read_text(encoding="utf-8"),
            "DROP POLICY sectors_proposal_taken_back ON sectors_proposal;"
            " DROP FUNCTION walls.take_out_of_force(bigint)",
        ),
        Admit(
            "sectors_proposalstep",
            "INSERT",
            name="sectors_proposalstep_web_cancel",
            check=(
                f"kind = 'cancelled' AND taken_by_id = {ME} AND by_role = 'municipal_police'"
                " AND (SELECT walls.holds('municipal_police')) AND EXISTS (SELECT FROM sectors_proposal proposal"
                " WHERE proposal.id = proposal_id AND proposal.state = 'cancelled'"
                " AND proposal.revision = sectors_proposalstep.revision)"
            ),
        ),
        migrations.CreateModel(
            name="DecisionReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("read_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="sectors.proposalstep",
                    ),
                ),
            ],
            options={
                "ordering": ["read_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="decisionreading",
            constraint=models.UniqueConstraint(fields=("step", "account"), name="decision_is_read_once"),
        ),
        Wall(
            "sectors_decisionreading",
            read=f"account_id = {ME}",
            insert=f"account_id = {ME} AND EXISTS (SELECT FROM sectors_proposalstep step WHERE step.id = step_id)",
        ),
    ]
