"""A generation of sessions per account, and the label of a revoked device free to be given again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_create_accounts"), ("geo", "0001_create_geo")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="session_generation",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RemoveConstraint(model_name="device", name="device_label_is_unique"),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("account", "label"),
                name="device_label_is_unique",
            ),
        ),
    ]
