import copy
import datetime as dt
import pickle

import pytest
from django.core import serializers
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.audit import Reason
from accounts.keys import FolderStore
from accounts.keys.current import key_store
from accounts.keys.errors import WeekDestroyed, WeekUnknown
from accounts.models import Account, AuditEntry, Identity
from accounts.models.sealed import NoWeekToDieIn
from accounts.models.sealed_fields import Covered, SealedTextIsNotSearchable, TextTooLong
from accounts.sealing import KeyDoesNotOpen, SealBroken, Week
from accounts.unsealing import unseal, unseal_all

pytestmark = pytest.mark.django_db

NAME, PHONE, EMAIL = "Zoé Canari", "06 39 98 00 00", "zoe.canari@exemple.invalid"
CANARIES = (NAME, "Canari", PHONE, EMAIL, NAME.encode().hex())
DAY = dt.date(2031, 4, 7)


@pytest.fixture
def account() -> Account:
    return Account.objects.create_user("ref-12")


@pytest.fixture
def identity(account) -> Identity:
    identity = Identity(account=account, name=NAME, phone=PHONE, email=EMAIL)
    identity.keep_until(DAY)
    identity.save()
    return identity


def read(identity: Identity) -> dict[str, str]:
    return unseal(identity, "name", "phone", "email", reason=Reason.OWN_DATA)


def stored(identity: Identity) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text::bytea FROM accounts_identity i WHERE id = %s", [identity.pk])
        return bytes(cursor.fetchone()[0])


def entries() -> list[tuple[str, list[str], str]]:
    return list(AuditEntry.objects.order_by("number").values_list("action", "ids", "reason"))


def test_what_is_assigned_is_read_back_through_unseal_alone(identity):
    found = Identity.objects.get(pk=identity.pk)
    assert read(found) == {"name": NAME, "phone": PHONE, "email": EMAIL}
    assert str(found.name) == "donnée scellée"


def test_nothing_legible_is_in_the_row(identity):
    row = stored(identity).decode()
    assert not [canary for canary in CANARIES if canary in row]
    assert "2031-W15" in row


def test_no_query_carries_a_plain_text(account):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        identity = Identity(account=account, name=NAME, phone=PHONE, email=EMAIL)
        identity.keep_until(DAY)
        identity.save()
        identity.name = NAME
        identity.save(update_fields=["name"])
        read(Identity.objects.get(pk=identity.pk))
    told = " ".join(query["sql"] for query in queries)
    assert "accounts_identity" in told
    assert not [canary for canary in CANARIES if canary in told]


def test_neither_the_row_nor_its_attributes_show_what_was_assigned(account):
    identity = Identity(account=account, name=NAME, phone=PHONE, email=EMAIL)
    shown = f"{identity!r} {identity} {identity.name} {identity.name!r} {identity.__dict__} {vars(identity)}"
    assert not [canary for canary in CANARIES if canary in shown]


def test_after_a_save_the_plain_text_is_gone_from_memory(identity):
    held = [identity.__dict__[name].uncover() for name in Identity.sealed_names()]
    assert all(isinstance(content, bytes) for content in held)
    assert not [content for content in held if NAME.encode() in content]


def test_a_row_that_was_never_told_a_phone_does_not_differ_from_one_that_was(account):
    identity = Identity(account=account, name=NAME)
    identity.keep_until(DAY)
    identity.save()
    assert read(Identity.objects.get(pk=identity.pk)) == {"name": NAME, "phone": "", "email": ""}
    assert len(identity.phone.uncover()) == len(identity.name.uncover())


def test_one_field_is_changed_and_the_others_stay(identity):
    found = Identity.objects.get(pk=identity.pk)
    found.phone = "06 39 98 00 01"
    found.save(update_fields=["phone"])
    assert read(Identity.objects.get(pk=identity.pk)) == {"name": NAME, "phone": "06 39 98 00 01", "email": EMAIL}


def test_a_deferred_field_is_fetched_when_unsealed(identity):
    found = Identity.objects.defer("name", "wrapped_key").get(pk=identity.pk)
    assert unseal(found, "name", reason=Reason.OWN_DATA) == {"name": NAME}


def test_rows_are_written_together_with_one_entry_in_the_chain():
    accounts = [Account.objects.create_user(f"ref-{number}") for number in range(3)]
    rows = [Identity(account=account, name=f"{NAME} {account.login}") for account in accounts]
    for row in rows:
        row.keep_until(DAY)
    before = len(entries())
    Identity.objects.bulk_create(rows)
    assert [action for action, _, _ in entries()[before:]] == ["identity.update"]
    opened = unseal_all(Identity.objects.order_by("account"), "name", reason=Reason.UPKEEP)
    assert [each["name"] for each in opened] == [f"{NAME} ref-{number}" for number in range(3)]


def test_each_reading_leaves_an_entry_a_field_and_no_value(identity):
    before = len(entries())
    unseal(identity, "name", "phone", reason=Reason.OWN_DATA)
    assert entries()[before:] == [
        ("identity.name", [str(identity.pk)], "own_data"),
        ("identity.phone", [str(identity.pk)], "own_data"),
    ]
    assert not AuditEntry.objects.filter(ids__overlap=list(CANARIES)).exists()


def test_a_change_leaves_an_entry_and_a_move_of_the_week_none(identity):
    before = len(entries())
    identity.keep_until(DAY + dt.timedelta(weeks=3))
    identity.save()
    assert len(entries()) == before
    identity.name = NAME
    identity.save()
    assert entries()[before:] == [("identity.update", [str(identity.pk)], "")]


def test_reading_that_is_undone_leaves_no_text_without_its_entry(identity):
    before = len(entries())
    with transaction.atomic():
        unseal(identity, "name", reason=Reason.OWN_DATA)
        transaction.set_rollback(True)
    assert len(entries()) == before


def test_no_row_means_no_entry(identity):
    before = len(entries())
    assert unseal_all([], "name", reason=Reason.OWN_DATA) == []
    assert len(entries()) == before


@pytest.mark.parametrize("weeks", [-8, 8])
def test_a_row_can_die_later_or_earlier(identity, weeks):
    day = DAY + dt.timedelta(weeks=weeks)
    found = Identity.objects.get(pk=identity.pk)
    found.keep_until(day)
    found.save(update_fields=["dies_in"])
    key_store().prepare([Week.of(DAY)])
    moved = Identity.objects.get(pk=identity.pk)
    assert moved.dies_in == str(Week.of(day))
    assert read(moved)["name"] == NAME


def test_when_the_week_s_key_is_destroyed_the_row_is_lost_in_backups_too(account, own_keys):
    identity = Identity(account=account, name=NAME)
    identity.keep_until(DAY)
    identity.save()
    # A backup of the row, and the row moved to a later week since.
    backup = Identity.objects.get(pk=identity.pk)
    identity.keep_until(DAY + dt.timedelta(weeks=2))
    identity.save()
    own_keys.destroy([Week.of(DAY)])
    with pytest.raises(WeekDestroyed, match="2031-W15"):
        unseal(backup, "name", reason=Reason.OWN_DATA)
    with transaction.atomic():
        assert unseal(Identity.objects.get(pk=identity.pk), "name", reason=Reason.OWN_DATA) == {"name": NAME}


def test_the_keys_of_another_installation_open_nothing(identity, tmp_path, settings):
    settings.KEYS_DIR = tmp_path / "keys"
    FolderStore(settings.KEYS_DIR).create()
    with pytest.raises(WeekUnknown):
        read(Identity.objects.get(pk=identity.pk))
    key_store().prepare([Week.of(DAY)])
    with pytest.raises(KeyDoesNotOpen, match="RONDE_KEYS") as refusal:
        read(Identity.objects.get(pk=identity.pk))
    assert not [canary for canary in CANARIES if canary in f"{refusal.value!r} {refusal.value}"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("phone = name", id="a text moved to another field"),
        pytest.param("name = set_byte(name, 20, get_byte(name, 20) # 1)", id="a byte changed"),
        pytest.param("name = substring(name FROM 1 FOR length(name) - 1)", id="a byte cut"),
        pytest.param("name = ''", id="all of it cut"),
    ],
)
def test_a_text_changed_in_the_database_is_refused_and_not_shown(identity, change):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_identity SET {change} WHERE id = %s", [identity.pk])
    with pytest.raises(SealBroken, match="sauvegarde") as refusal:
        read(Identity.objects.get(pk=identity.pk))
    assert not [canary for canary in CANARIES if canary in f"{refusal.value!r} {refusal.value}"]


def test_a_row_given_the_sealed_texts_and_key_of_another_is_refused(identity):
    other = Identity(account=Account.objects.create_user("ref-13"), name="Autre")
    other.keep_until(DAY)
    other.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_identity i SET name = o.name, wrapped_key = o.wrapped_key"
            " FROM accounts_identity o WHERE i.id = %s AND o.id = %s",
            [identity.pk, other.pk],
        )
    with pytest.raises(KeyDoesNotOpen):
        read(Identity.objects.get(pk=identity.pk))


def test_a_later_week_written_by_hand_does_not_open_the_row(identity):
    key_store().prepare([Week(2031, 30)])
    Identity.objects.filter(pk=identity.pk).update(dies_in="2031-W30")
    with pytest.raises(KeyDoesNotOpen):
        read(Identity.objects.get(pk=identity.pk))


def test_the_database_refuses_what_is_no_week(identity):
    with pytest.raises(DatabaseError, match="identity_dies_in_a_week"), transaction.atomic():
        Identity.objects.filter(pk=identity.pk).update(dies_in="2031-54")


def test_a_row_must_say_when_it_dies(account):
    with pytest.raises(NoWeekToDieIn, match="keep_until"):
        Identity(account=account, name=NAME).save()
    assert not Identity.objects.exists()


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: Identity.objects.filter(name=NAME).exists(), id="filter"),
        pytest.param(lambda: Identity.objects.filter(name__icontains=NAME).exists(), id="contains"),
        pytest.param(lambda: Identity.objects.filter(name__regex=NAME).exists(), id="regex"),
        pytest.param(lambda: Identity.objects.filter(name__in=[NAME]).exists(), id="in"),
        pytest.param(lambda: Identity.objects.exclude(email=EMAIL).exists(), id="exclude"),
        pytest.param(lambda: Identity.objects.update(name=NAME), id="update"),
        pytest.param(lambda: Identity.objects.get_or_create(name=NAME), id="get_or_create"),
    ],
)
def test_a_sealed_text_is_neither_searched_nor_written_past_its_row(identity, ask):
    with pytest.raises(SealedTextIsNotSearchable) as refusal, transaction.atomic():
        ask()
    assert not [canary for canary in CANARIES if canary in str(refusal.value)]
    assert read(Identity.objects.get(pk=identity.pk))["name"] == NAME


def test_a_bulk_update_of_texts_that_were_not_sealed_is_refused(identity):
    identity.name = "Autre"
    with pytest.raises(SealedTextIsNotSearchable):
        Identity.objects.bulk_update([identity], ["name"])


def test_a_sealed_row_is_not_written_to_a_file_of_fixtures(identity):
    with pytest.raises(SealedTextIsNotSearchable):
        serializers.serialize("json", [identity])


def test_a_sealed_value_leaves_its_row_in_no_way():
    covered = Covered(NAME)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="ne quitte pas sa ligne") as refusal:
            leave(covered)
        assert NAME not in str(refusal.value)
    assert covered != NAME
    assert covered != Covered(NAME)


def test_a_text_too_long_is_refused_without_being_repeated(account):
    with pytest.raises(TextTooLong, match="120 signes") as refusal:
        Identity(account=account, name="Canari" * 30)
    assert "Canari" not in str(refusal.value)


@pytest.mark.parametrize("value", [12, b"Canari", ["Canari"]])
def test_what_is_not_a_text_is_refused_without_being_repeated(account, value):
    with pytest.raises(TypeError, match="un texte est attendu") as refusal:
        Identity(account=account, name=value)
    assert "Canari" not in str(refusal.value)


def test_the_names_bound_into_sealed_texts_never_change():
    # Renaming one makes what is sealed unreadable, unless a migration seals it again.
    assert Identity._meta.label_lower == "accounts.identity"
    assert Identity.sealed_names() == ("name", "phone", "email")
