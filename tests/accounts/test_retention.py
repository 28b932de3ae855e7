import datetime as dt

import pytest
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils import timezone

from accounts.audit import Reason
from accounts.keys.errors import KeysMissing, WeekDestroyed
from accounts.models import Account, AuditEntry, Device, Grant, Identity, Invitation
from accounts.retention import ACCESS, Retention, UnknownDuration, days_kept, first_day_kept
from accounts.sealing import Week
from accounts.services.identities import follow_roles, identify
from accounts.services.purge import purge
from accounts.services.register import as_markdown, declarations, register
from accounts.unsealing import unseal
from tests.builders import PARIS, build_ground

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

TODAY = dt.date(2026, 11, 24)
NAME = "Zoé Canari"
WALLED_TABLES = """
SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace ORDER BY relname
"""


def moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=PARIS)


def days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def account() -> Account:
    account = Account.objects.create_user("ref-12")
    Account.objects.update(created_at=moment(days_ago(400)))
    return account


def grant(account: Account, *, until: dt.date | None, since: dt.date = dt.date(2026, 1, 1)) -> None:
    commune = apps.get_model("geo.Commune").objects.first() or build_ground()
    valid = DateRange(since, until)
    Grant.objects.create(account=account, role="dpo", commune=commune, valid=valid)


def week_of(identity: Identity) -> Week:
    return Week.parse(Identity.objects.values_list("dies_in", flat=True).get(pk=identity.pk))


def models_behind(table: str) -> list[type]:
    """The models that may speak for a table: its own, or those that a table of links joins."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table]
    return [
        speaker
        for model in found
        for speaker in (
            [field.related_model for field in model._meta.get_fields() if field.is_relation]
            if model._meta.auto_created
            else [model]
        )
    ]


def test_every_walled_table_says_how_long_it_is_kept():
    with connection.cursor() as cursor:
        cursor.execute(WALLED_TABLES)
        walled = [name for (name,) in cursor.fetchall()]
    declared = declarations()
    assert len(walled) > 20
    assert {table: models_behind(table) for table in walled if not models_behind(table)} == {}
    assert {table for table in walled if not set(models_behind(table)) <= set(declared)} == set()


def test_every_table_with_an_address_of_the_network_or_a_session_says_so_too():
    labels = {model._meta.label for model in declarations()}
    assert {"sessions.Session", "axes.AccessAttempt", "axes.AccessFailureLog", "axes.AccessLog"} <= labels


def test_what_leaves_with_another_names_a_table_that_declares():
    labels = {model._meta.label for model in declarations()}
    assert {each.leaves_with for each in declarations().values() if each.leaves_with} <= labels


def test_every_duration_is_set_and_none_is_set_for_nothing(settings):
    used = {each.duration for each in declarations().values() if each.duration}
    assert used == set(settings.RETENTION_DAYS)


def test_tables_that_refer_to_others_come_before_them():
    order = [model._meta.label for model in declarations()]
    for earlier, later in (
        ("patrols.Passage", "absences.Absence"),
        ("patrols.Plan", "absences.Absence"),
        ("patrols.Plan", "patrols.Shift"),
    ):
        assert order.index(earlier) < order.index(later)


@pytest.mark.parametrize(
    "ways",
    [
        {},
        {"duration": "account", "since": "hier"},
        {"duration": "account", "leaves_with": "accounts.Account", "over": lambda today: Q()},
        {"apart": "toujours", "over": lambda today: Q()},
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(ways):
    with pytest.raises(ValueError, match=r"A (table|duration)"):
        Retention(processing=ACCESS, title="Essai", data="", **ways)


def test_a_duration_that_is_not_set_is_told():
    with pytest.raises(UnknownDuration, match="« veille »"):
        days_kept("veille")


def test_seven_days_after_the_first_is_the_eighth(settings):
    # Kept on the 8th, over on the 9th: the oldest day kept on the 9th is the 2nd.
    settings.RETENTION_DAYS = {"absence": 7}
    assert first_day_kept("absence", dt.date(2026, 8, 8)) == dt.date(2026, 8, 1)
    assert first_day_kept("absence", dt.date(2026, 8, 9)) == dt.date(2026, 8, 2)


@pytest.mark.parametrize(
    ("until", "gone"),
    [
        # A role's last day is the one before `until`; an account is kept 90 days after it.
        pytest.param(days_ago(89), False, id="last day 90 days ago"),
        pytest.param(days_ago(90), True, id="last day 91 days ago"),
        pytest.param(None, False, id="without end"),
    ],
)
def test_an_account_leaves_ninety_days_after_its_last_role(account, until, gone):
    grant(account, until=until, since=days_ago(300))
    identify(account, name=NAME, today=days_ago(91))
    purge(TODAY)
    assert Account.objects.filter(pk=account.pk).exists() is not gone
    assert Identity.objects.exists() is not gone


def test_an_account_with_one_role_left_stays(account):
    grant(account, until=days_ago(200), since=days_ago(300))
    grant(account, until=None, since=days_ago(10))
    purge(TODAY)
    assert Account.objects.exists()


def test_an_account_that_was_never_given_a_role_leaves_too(account):
    Account.objects.create_user("ref-13")
    purge(TODAY)
    assert list(Account.objects.values_list("login", flat=True)) == ["ref-13"]


def test_a_disabled_account_leaves_though_its_role_has_no_end(account):
    grant(account, until=None)
    Account.objects.update(is_active=False, disabled_at=moment(days_ago(91)))
    purge(TODAY)
    assert not Account.objects.exists()


def test_invitations_devices_sessions_and_attempts_leave_in_their_time(account):
    grant(account, until=None)
    for days in (30, 31):
        Invitation.objects.create(account=account, token_sha256=f"{days:064}", expires_at=moment(days_ago(days)))
        AccessAttempt.objects.create(username="ref-12", ip_address=f"192.0.2.{days}", failures_since_start=1)
        AccessLog.objects.create(username="ref-12", ip_address="192.0.2.1")
    for model in (AccessAttempt, AccessLog):
        newest = model.objects.latest("pk")
        model.objects.update(attempt_time=moment(days_ago(30)))
        model.objects.filter(pk=newest.pk).update(attempt_time=moment(days_ago(31)))
    for days, label in ((90, "a"), (91, "b")):
        revoked = {"revoked_at": moment(days_ago(days)), "commune_id": "26999", "label": label}
        Device.objects.create(account=account, token_sha256=f"{days:064}", **revoked)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=moment(days_ago(1)))
    Session.objects.create(session_key="b" * 32, session_data="", expire_date=moment(days_ago(2)))
    report = purge(TODAY)
    left = {table.label: table.rows for table in report.tables if table.rows}
    assert left == {
        "accounts.Device": 1,
        "accounts.Invitation": 1,
        "axes.AccessLog": 1,
        "axes.AccessAttempt": 1,
        "sessions.Session": 1,
    }
    assert Session.objects.get().session_key == "a" * 32
    assert Device.objects.get().label == "a"


def test_the_chain_holds_no_session_key():
    Session.objects.create(session_key="b" * 32, session_data="", expire_date=moment(days_ago(2)))
    purge(TODAY)
    assert list(AuditEntry.objects.values_list("action", "kind", "ids")) == [
        ("retention.run_now", "sessions.session", [])
    ]


@pytest.mark.parametrize(
    ("until", "last_day"),
    [
        # The day before `until`, and 90 days.
        pytest.param(dt.date(2027, 1, 1), dt.date(2027, 3, 31), id="a role with an end"),
        # Without end: 90 days and five weeks from today.
        pytest.param(None, TODAY + dt.timedelta(days=90 + 35), id="a role without end"),
    ],
)
def test_an_identity_dies_with_its_account(account, until, last_day):
    grant(account, until=until)
    assert week_of(identify(account, name=NAME, today=TODAY)) == Week.of(last_day)


def test_an_identity_without_end_is_wrapped_again_once_in_six_weeks(account):
    grant(account, until=None)
    identity = identify(account, name=NAME, today=TODAY)
    moved = [day for day in range(140) if follow_roles(TODAY + dt.timedelta(days=day))]
    # Today and 125 days is Monday 29 March 2027, W13; 90 days ahead is in W14 from 5 January on, 42 days later.
    assert moved == [42, 84, 126]
    assert unseal(Identity.objects.get(), "name", reason=Reason.UPKEEP) == {"name": NAME}
    assert week_of(identity) == Week.of(TODAY + dt.timedelta(days=126 + 125))


def test_an_identity_comes_nearer_to_its_end_when_its_last_role_ends(account):
    grant(account, until=None)
    identity = identify(account, name=NAME, today=TODAY)
    Grant.objects.update(valid=DateRange(dt.date(2026, 1, 1), TODAY))
    assert follow_roles(TODAY) == 1
    assert week_of(identity) == Week.of(TODAY + dt.timedelta(days=89))
    assert follow_roles(TODAY) == 0


def test_identities_are_followed_in_a_fixed_number_of_queries(account, django_assert_max_num_queries):
    grant(account, until=None)
    identify(account, name=NAME, today=TODAY)
    for number in range(5):
        other = Account.objects.create_user(f"vig-{number}")
        grant(other, until=None)
        identify(other, name=NAME, today=TODAY)
    with django_assert_max_num_queries(4):
        assert follow_roles(TODAY) == 0


def test_the_key_of_a_week_is_destroyed_once_it_is_over_and_its_rows_are_gone(account, own_keys):
    grant(account, until=days_ago(89), since=days_ago(300))
    identity = identify(account, name=NAME, today=days_ago(91))
    backup = Identity.objects.get()
    week = week_of(identity)
    # The account's last day is 90 days ago: it is kept today, a Tuesday, and its week ends on Sunday.
    purge(TODAY)
    assert week in own_keys.inventory().living
    report = purge(dt.date(2026, 11, 30))
    assert report.weeks == (week,)
    with pytest.raises(WeekDestroyed):
        unseal(backup, "name", reason=Reason.UPKEEP)
    assert AuditEntry.objects.get(action="keys.destroy_bucket").ids == [str(week)]


def test_a_key_that_still_opens_a_row_is_held_back_and_told(account, own_keys, capsys, monkeypatch):
    grant(account, until=None)
    identity = identify(account, name=NAME, today=TODAY)
    monkeypatch.setattr("accounts.services.purge.follow_roles", lambda today: 0)
    monkeypatch.setattr(
        timezone, "localdate", lambda value=None: week_of(identity).last_day + dt.timedelta(days=1)
    )
    call_command("purge")
    assert f"La semaine {week_of(identity)} est finie" in capsys.readouterr().err
    assert unseal(Identity.objects.get(), "name", reason=Reason.UPKEEP) == {"name": NAME}


def test_sixty_weeks_of_keys_are_made_ahead(own_keys):
    purge(TODAY)
    assert own_keys.inventory().living == tuple(Week.of(TODAY).following(60))


def test_without_keys_nothing_is_erased(account, own_keys, settings):
    (settings.KEYS_DIR / "wrapping.json").unlink()
    with pytest.raises(KeysMissing):
        purge(TODAY)
    assert Account.objects.exists()


def test_the_register_tells_every_table_once_with_its_retention():
    told = as_markdown(register())
    for retention in declarations().values():
        assert f"| {retention.title} |" in told
    assert "| Absences | Adresse et point du logement" in told
    assert "| 7 jours après le retour, ou l'annulation |" in told
    assert "| 1 jour après la fin de la session |" in told
    assert told.count("\n## ") == len({retention.processing.name for retention in declarations().values()})


def test_the_register_follows_the_settings(settings):
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"absence": 3}
    assert "| 3 jours après le retour, ou l'annulation |" in as_markdown(register())


def test_the_register_is_printed(capsys):
    call_command("register")
    assert capsys.readouterr().out == as_markdown(register())


def test_a_dry_run_says_so(account, capsys):
    call_command("purge", "--dry-run")
    told = capsys.readouterr().out
    assert "Comptes : 1" in told
    assert "rien n'a été changé" in told
    assert Account.objects.exists()


def test_keys_are_created_once_and_not_over_sealed_rows(account, capsys, settings, tmp_path):
    with pytest.raises(CommandError, match="déjà des clés"):
        call_command("keys", "create")
    call_command("keys", "create", "--if-none")
    assert not capsys.readouterr().out
    identify(account, name=NAME)
    settings.KEYS_DIR = tmp_path / "others"
    with pytest.raises(CommandError, match=r"lignes scellées \(1\)") as refusal:
        call_command("keys", "create")
    assert refusal.value.returncode == 2
    assert not settings.KEYS_DIR.exists()


def test_the_inventory_shows_weeks_and_rows_and_is_recorded(account, capsys):
    grant(account, until=None)
    identity = identify(account, name=NAME)
    call_command("keys", "inventory")
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in told if line.startswith(str(week_of(identity)))] == ["1"]
    assert AuditEntry.objects.filter(action="keys.inventory").count() == 1


def test_a_rotation_is_recorded_and_the_rows_open_still(account, capsys):
    identify(account, name=NAME)
    call_command("keys", "rotate")
    assert "Refaites la copie des clés" in capsys.readouterr().out
    assert AuditEntry.objects.filter(action="keys.rotate").count() == 1
    assert unseal(Identity.objects.get(), "name", reason=Reason.UPKEEP) == {"name": NAME}
