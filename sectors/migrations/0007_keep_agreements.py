"""Keep the agreements of sectors: dates for whoever holds a role, names and copies for readers of référents' names."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

OF_MY_COMMUNE = "sector_id IN (SELECT id FROM sectors_sector WHERE commune_id = (SELECT walls.commune()))"
HOLDS_A_ROLE = "(SELECT walls.holdings() -> 'roles' <> '[]'::jsonb)"
DESK = f"(SELECT walls.holds('municipal_police')) AND {OF_MY_COMMUNE}"
READS_NAMES = f"""
    (((SELECT walls.is_police()) OR (SELECT walls.is_keeper())) AND {OF_MY_COMMUNE})
    OR sector_id = ANY (((SELECT walls.sectors('referent')) || (SELECT walls.sectors('vigilant')))::bigint[])
"""


def of_agreement(condition: str) -> str:
    return f"agreement_id IN (SELECT id FROM sectors_agreement WHERE {condition})"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_list_copies_of_agreements"),
        ("sectors", "0006_count_bulletins"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("signed_on", models.DateField()),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("denounced_on", models.DateField(blank=True, null=True)),
                (
                    "denounced_by",
                    models.CharField(
                        blank=True,
                        choices=[("mayor", "la mairie"), ("prefect", "la préfecture"), ("police", "la police")],
                        max_length=10,
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="sectors.sector"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signatory",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "party",
                    models.CharField(
                        choices=[("mayor", "la mairie"), ("prefect", "la préfecture"), ("police", "la police")],
                        max_length=10,
                    ),
                ),
                ("office", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=120)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatories",
                        to="sectors.agreement",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SignedCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("content", models.BinaryField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                (
                    "agreement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signed_copy",
                        to="sectors.agreement",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__isempty", False), ("valid__startswith__isnull", False)),
                name="agreement_has_a_first_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__startswith__gte", models.F("signed_on"))),
                name="agreement_is_signed_before_it_is_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("denounced_by", ""), ("denounced_on__isnull", True)),
                    models.Q(
                        ("denounced_by__in", ["mayor", "prefect", "police"]),
                        ("denounced_on__gte", models.F("signed_on")),
                        ("denounced_on__isnull", False),
                        ("valid__upper_inf", False),
                    ),
                    _connector="OR",
                ),
                name="agreement_is_denounced_by_a_party_and_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("sector", "="), ("valid", "&&")], name="sector_has_one_agreement_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="signatory",
            constraint=models.UniqueConstraint(
                fields=("agreement", "party"), name="agreement_is_signed_once_by_a_party"
            ),
        ),
        migrations.AddConstraint(
            model_name="signatory",
            constraint=models.CheckConstraint(
                condition=models.Q(("party__in", ["mayor", "prefect", "police"])), name="signatory_party_exists"
            ),
        ),
        migrations.AddConstraint(
            model_name="signedcopy",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                name="signed_copy_is_told_by_its_sha256",
            ),
        ),
        Wall(
            "sectors_agreement",
            read=f"{HOLDS_A_ROLE} AND {OF_MY_COMMUNE}",
            insert=DESK,
            update=DESK,
            columns=["valid", "denounced_on", "denounced_by"],
        ),
        Wall("sectors_signatory", read=of_agreement(READS_NAMES), insert=of_agreement(DESK)),
        Wall(
            "sectors_signedcopy",
            read=of_agreement(READS_NAMES),
            insert=of_agreement(DESK),
            delete=of_agreement(DESK),
        ),
    ]
