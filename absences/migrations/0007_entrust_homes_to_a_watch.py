"""Let owners entrust homes to the watchers of their sector, and keep that they were looked at; the walls of both."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.walls.operations import Wall

SQL = Path(__file__).parent.parent / "sql" / "watch.sql"
UNDO = """
DROP FUNCTION
    walls.watch_days(), walls.watched_homes(), walls.home_of_code(), walls.own_homes(), walls.homes_to_watch(),
    walls.watch_sectors(), walls.entrusted_on(date)
"""
ME = "(SELECT walls.person())"
OF_MY_REGISTRY = (
    "(SELECT walls.holds('municipal_police')) AND EXISTS ("
    "SELECT FROM absences_absence home WHERE home.id = absence_id AND home.commune_id = (SELECT walls.commune()))"
)
AT_A_SHOWN_HOME = "EXISTS (SELECT FROM absences_absence home WHERE home.id = absence_id)"
POLICE = f"(SELECT walls.is_police()) AND {AT_A_SHOWN_HOME}"
BEARER = "token_sha256 = (SELECT walls.bearer()) AND (SELECT walls.holds('vigilant'))"
OF_MINE = "absence_id IN (SELECT absence FROM walls.own_homes())"
ROLE = "role_id IN (SELECT held.id FROM accounts_grant held WHERE held.role = 'vigilant' AND {})"
MY_ROLE = ROLE.format(f"held.account_id = {ME}")
ROLE_OF_MY_SECTOR = ROLE.format("held.sector_id = ANY ((SELECT walls.sectors('referent'))::bigint[])")
TODAY = "(SELECT walls.today())"


class Migration(migrations.Migration):
    dependencies = [
        ("absences", "0006_keep_a_number_that_is_not_there"),
        ("accounts", "0022_end_mandates_on_their_first_day"),
        ("geo", "0005_search_small_words_run_together"),
        ("sectors", "0019_withdraw_what_has_not_begun"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HomeCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "absence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="absences.absence"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HomeOwner",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "absence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="owners", to="absences.absence"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LookCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("month", models.DateField()),
                ("entrusted", models.PositiveIntegerField()),
                ("looked", models.PositiveIntegerField()),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="geo.commune"
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sectors.sector"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WatchConsent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "absence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="absences.absence"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="absences.homeowner",
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
                "ordering": ["first_day", "given_at"],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="looks",
                        to="absences.watchconsent",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watcher",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=7
                    ),
                ),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reminded_on", models.DateField(blank=True, null=True)),
                (
                    "role",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.grant"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="homeowner",
            constraint=models.UniqueConstraint(fields=("absence", "account"), name="home_is_ones_own_once"),
        ),
        migrations.AddConstraint(
            model_name="lookcount",
            constraint=models.UniqueConstraint(
                fields=("commune", "sector", "month"), name="looks_are_counted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lookcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="looks_are_counted_by_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="lookcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("looked__lte", models.F("entrusted"))), name="looks_are_of_entrusted_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="watchconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))),
                name="watch_consent_days_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchconsent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("absence",),
                name="home_has_one_watch_consent_at_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.UniqueConstraint(fields=("consent", "day"), name="home_is_looked_at_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="watcher",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekdays__contained_by", [0, 1, 2, 3, 4, 5, 6])),
                name="watcher_weekdays_exist",
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), UNDO),
        # A code is typed by somebody who reads no record of the registry: its bearer is shown the row.
        Wall(
            "absences_homecode",
            read=f"({OF_MY_REGISTRY}) OR ({BEARER})",
            insert=OF_MY_REGISTRY,
            update=f"({OF_MY_REGISTRY}) OR ({BEARER})",
            columns=("token_sha256", "made_at", "expires_at", "used_at"),
        ),
        Wall(
            "absences_homeowner",
            read=f"account_id = {ME}",
            insert=f"account_id = {ME} AND (SELECT walls.holds('vigilant')) AND absence_id = (SELECT walls.home_of_code())",
        ),
        Wall(
            "absences_watcher",
            read=f"{MY_ROLE} OR {ROLE_OF_MY_SECTOR}",
            insert=f"{MY_ROLE} AND reminded_on IS NULL",
            update=f"{MY_ROLE} OR {ROLE_OF_MY_SECTOR}",
            delete=MY_ROLE,
            columns=("weekdays",),
        ),
        # Which home, which days, which sector: nothing of who entrusts it, nor of who looks.
        Wall(
            "absences_watchconsent",
            read=f"({OF_MINE}) OR ({POLICE})",
            insert=(
                "(owner_id, absence_id, sector_id) IN (SELECT owner, absence, sector FROM walls.own_homes())"
                f" AND first_day >= {TODAY} AND revoked_at IS NULL"
            ),
            update=f"{OF_MINE} AND revoked_at IS NULL",
            after_update=f"{OF_MINE} AND revoked_at IS NOT NULL",
            columns=("revoked_at",),
        ),
        # The police have numbers of it, by a function: the row says who looked.
        Wall(
            "absences_look",
            read=f"noted_by_id = {ME}",
            insert=(
                f"noted_by_id = {ME} AND EXISTS (SELECT FROM walls.homes_to_watch() home WHERE home.consent = consent_id"
                f" AND day BETWEEN greatest(home.since, {TODAY} - 7) AND {TODAY})"
            ),
        ),
        Wall("absences_lookcount", read="commune_id = (SELECT walls.police_commune())"),
    ]
