"""Keep proposals of perimeters, walled, and let what police have approved come into force."""

from pathlib import Path

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

SQL = Path(__file__).parent.parent / "sql"
ME = "(SELECT walls.person())"
OF_MY_COMMUNE = "commune_id = (SELECT walls.commune())"
MUNICIPAL = "(SELECT walls.holds('municipal_police'))"
MY_SECTORS = "(SELECT walls.sectors('referent'))"
ALL_MINE = f"sector_ids <> '{{}}' AND sector_ids <@ {MY_SECTORS}"
# A référent writes what changes their own sectors and no other; whoever reads may find a neighbour's in it.
WRITTEN = f"{OF_MY_COMMUNE} AND ({MUNICIPAL} OR {ALL_MINE})"
READ = (
    f"{OF_MY_COMMUNE} AND ((SELECT walls.is_police()) OR (SELECT walls.holds('clspd'))"
    f" OR sector_ids && {MY_SECTORS})"
)
# The next drawing, until the proposal counts it.
BEING_SAVED = f"proposal.state = 'draft' AND {WRITTEN}"


def read(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("sectors", "0002_refuse_overlapping_perimeters"),
        ("accounts", "0012_list_exports"),
        ("geo", "0005_search_small_words_run_together"),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "sector_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("proposed", "À vérifier"),
                            ("checked", "À approuver"),
                            ("approved", "Approuvée"),
                            ("refused", "Refusée"),
                            ("withdrawn", "Retirée"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("in_force_from", models.DateField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="geo.commune"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ProposalRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
                (
                    "by_role",
                    models.CharField(
                        choices=[
                            ("referent", "Référent"),
                            ("municipal_police", "Correspondant de police municipale"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="sectors.proposal",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ProposalStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("begun", "Commencée"),
                            ("proposed", "Proposée"),
                            ("checked", "Vérifiée par la police"),
                            ("approved", "Approuvée"),
                            ("refused", "Refusée"),
                            ("withdrawn", "Retirée"),
                        ],
                        max_length=10,
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("taken_at", models.DateTimeField()),
                (
                    "by_role",
                    models.CharField(
                        choices=[
                            ("referent", "Référent"),
                            ("municipal_police", "Correspondant de police municipale"),
                        ],
                        max_length=20,
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=1000)),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="sectors.proposal"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["taken_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ProposedArea",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("number", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("area", django.contrib.gis.db.models.fields.MultiPolygonField(blank=True, null=True, srid=4326)),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="areas",
                        to="sectors.proposalrevision",
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sectors.sector",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["draft", "proposed", "checked"])),
                    models.Q(("ended_at__isnull", False), ("state__in", ["approved", "refused", "withdrawn"])),
                    _connector="OR",
                ),
                name="proposal_has_ended_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_force_from__isnull", False), ("state", "approved")),
                    models.Q(models.Q(("state", "approved"), _negated=True), ("in_force_from__isnull", True)),
                    _connector="OR",
                ),
                name="proposal_is_in_force_once_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalrevision",
            constraint=models.UniqueConstraint(
                fields=("proposal", "number"), name="proposal_revision_is_there_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalstep",
            constraint=models.UniqueConstraint(fields=("proposal", "kind"), name="proposal_step_is_taken_once"),
        ),
        migrations.AddConstraint(
            model_name="proposalstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "refused"), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="proposal_refusal_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedarea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), ("number__isnull", True), ("sector__isnull", False)),
                    models.Q(
                        ("area__isnull", False),
                        ("number__isnull", False),
                        ("sector__isnull", True),
                        models.Q(("name", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="proposed_area_is_of_a_sector_there_or_new",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedarea",
            constraint=models.UniqueConstraint(
                fields=("revision", "sector"), name="proposed_sector_is_there_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedarea",
            constraint=models.UniqueConstraint(
                fields=("revision", "number"), name="proposed_number_is_there_once"
            ),
        ),
        migrations.RunSQL(
            read("sector_is_in_one_proposal.sql"), "DROP FUNCTION sectors_refuse_second_proposal() CASCADE"
        ),
        Wall(
            "sectors_proposal",
            read=READ,
            insert=f"{WRITTEN} AND state = 'draft' AND revision = 0",
            update=f"{OF_MY_COMMUNE} AND ({MUNICIPAL} AND state IN ('draft', 'proposed', 'checked')"
            f" OR {ALL_MINE} AND state IN ('draft', 'proposed'))",
            after_update=f"{OF_MY_COMMUNE} AND ({MUNICIPAL}"
            f" OR {ALL_MINE} AND state IN ('draft', 'proposed', 'withdrawn'))",
            columns=("sector_ids", "state", "revision", "in_force_from", "ended_at"),
        ),
        Wall(
            "sectors_proposalrevision",
            read="EXISTS (SELECT FROM sectors_proposal proposal WHERE proposal.id = proposal_id)",
            insert=(
                f"saved_by_id = {ME} AND walls.holds(by_role) AND EXISTS (SELECT FROM sectors_proposal proposal"
                f" WHERE proposal.id = proposal_id AND number = proposal.revision + 1 AND {BEING_SAVED})"
            ),
        ),
        Wall(
            "sectors_proposedarea",
            read="EXISTS (SELECT FROM sectors_proposalrevision revision WHERE revision.id = revision_id)",
            insert=(
                "EXISTS (SELECT FROM sectors_proposalrevision revision"
                " JOIN sectors_proposal proposal ON proposal.id = revision.proposal_id"
                " WHERE revision.id = revision_id AND revision.number = proposal.revision + 1"
                f" AND (sector_id IS NULL OR sector_id = ANY (proposal.sector_ids)) AND {BEING_SAVED})"
            ),
        ),
        Wall(
            "sectors_proposalstep",
            read="EXISTS (SELECT FROM sectors_proposal proposal WHERE proposal.id = proposal_id)",
            insert=(
                f"taken_by_id = {ME} AND walls.holds(by_role)"
                f" AND ({MUNICIPAL} OR kind IN ('begun', 'proposed', 'withdrawn'))"
                " AND EXISTS (SELECT FROM sectors_proposal proposal WHERE proposal.id = proposal_id"
                " AND proposal.revision = sectors_proposalstep.revision AND proposal.ended_at IS NULL"
                f" AND {WRITTEN})"
            ),
        ),
        migrations.RunSQL(read("bring_into_force.sql"), "DROP FUNCTION walls.bring_into_force(bigint, date)"),
    ]
