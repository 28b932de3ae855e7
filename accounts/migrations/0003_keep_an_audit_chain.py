"""Create the audit chain with its functions, triggers and policies."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql"
UNDO = """
DROP FUNCTION walls.audit_refuse_change CASCADE;
DROP FUNCTION walls.audit_masked, walls.audit_links, walls.audit_cuts, walls.cut_audit, walls.audit CASCADE;
DROP FUNCTION walls.audit_digest, walls.audit_microseconds, walls.audit_stream, walls.audit_caller;
DROP FUNCTION walls.audit_reader_is, walls.audit_town, walls.audit_holdings CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_let_sessions_end_at_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditCut",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("before", models.DateField()),
                ("heads", models.JSONField()),
                ("signature", models.BinaryField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stream", models.CharField(max_length=80)),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("commune", models.CharField(blank=True, max_length=5)),
                ("action", models.CharField(max_length=60)),
                ("kind", models.CharField(blank=True, max_length=60)),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=36), blank=True, default=list, size=None
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("outcome", models.CharField(max_length=10)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="AuditStream",
            fields=[
                ("stream", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["at"], name="audit_entry_by_moment"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="audit_number_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__regex", "^[a-z_]+\\.[a-z0-9_]+$")), name="audit_action_is_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__regex", "^([a-z]+\\.[a-z]+)?$")), name="audit_kind_is_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "^[a-z_]*$")), name="audit_reason_is_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["done", "refused"])), name="audit_outcome_exists"
            ),
        ),
        migrations.RunSQL((SQL / "audit_chain.sql").read_text(encoding="utf-8"), UNDO),
        migrations.RunSQL((SQL / "audit_reading.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
