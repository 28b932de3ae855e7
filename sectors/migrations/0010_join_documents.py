"""Keep the documents that go with prevention messages: read with them, and joined to one's own draft."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.walls.operations import Wall

OF_MY_DRAFT = (
    "bulletin_id IN (SELECT id FROM sectors_bulletin WHERE commune_id = (SELECT walls.police_commune())"
    " AND written_by_id = (SELECT walls.person()) AND sent_at IS NULL)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("sectors", "0009_count_referents_for_all"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulletinAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("title", models.CharField(max_length=80)),
                ("content", models.BinaryField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="sectors.bulletin",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                        name="attachment_is_told_by_its_sha256",
                    )
                ],
            },
        ),
        Wall(
            "sectors_bulletinattachment",
            read="bulletin_id IN (SELECT id FROM sectors_bulletin)",
            insert=OF_MY_DRAFT,
            delete=OF_MY_DRAFT,
        ),
    ]
