"""Let tools read, with a token, what is about nobody; administrators make and withdraw them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Admit, Wall

ADMINISTRATOR = "(SELECT walls.holds('administrator')) AND commune_id = (SELECT walls.commune())"
BEARER = "token_sha256 = (SELECT walls.bearer())"
IN_USE = "revoked_at IS NULL AND last_day >= (SELECT walls.today())"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_list_exports"),
        ("geo", "0005_search_small_words_run_together"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServiceToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("label", models.CharField(max_length=60)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("last_day", models.DateField()),
                ("last_used_on", models.DateField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["label"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("commune", "label"),
                        name="token_label_is_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("token_sha256__regex", "^[0-9a-f]{64}$")),
                        name="token_is_kept_as_its_sha256",
                    ),
                ],
            },
        ),
        Wall(
            "accounts_servicetoken",
            read=f"({ADMINISTRATOR}) OR {BEARER}",
            insert=f"{ADMINISTRATOR} AND made_by_id = (SELECT walls.person()) AND revoked_at IS NULL",
            update=f"{ADMINISTRATOR} AND revoked_at IS NULL",
            after_update=ADMINISTRATOR,
            columns=["revoked_at"],
        ),
        # Whoever bears it says that it served, while it serves, and nothing else.
        Admit(
            "accounts_servicetoken",
            "UPDATE",
            name="accounts_servicetoken_serves",
            using=f"{BEARER} AND {IN_USE}",
            check=f"{BEARER} AND {IN_USE}",
            columns=["last_used_on"],
        ),
    ]
