import re
import uuid
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from absences.models import Absence
from accounts import audit, scope
from accounts.audit.wording import ACTIONS, REASONS, Reason
from accounts.models import AuditEntry, AuditStream
from accounts.models.sealed import SealedModel, SealedText
from accounts.person import Holding, Person
from accounts.rights import RIGHTS
from accounts.roles import Role

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "maps", "patrols", "absences", "reports", "sectors", "geo", "accounts", "fixtures")
OFFICER = Person(account_id=12, commune="26999", holdings=(Holding(role=Role.MUNICIPAL_POLICE),))


@pytest.fixture(autouse=True)
def as_the_site():
    """Ask as the site's own login does, and read back as a job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ronde.job', '', true)")
        cursor.execute("SET LOCAL ROLE ronde_web")


def entries() -> list[AuditEntry]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde")
        cursor.execute("SELECT set_config('ronde.job', 'command:essai', true)")
    return list(AuditEntry.objects.order_by("stream", "number"))


def test_an_entry_says_who_what_which_rows_and_when():
    scope.enter(OFFICER)
    audit.record("absence.address", kind=Absence, subjects=[31, 7], reason=Reason.PATROL)

    (entry,) = entries()
    assert (entry.stream, entry.number, entry.commune) == ("account:12", 1, "26999")
    assert (entry.action, entry.kind, entry.ids) == ("absence.address", "absences.absence", ["7", "31"])
    assert (entry.reason, entry.outcome) == ("patrol", "done")
    assert entry.at is not None


def test_each_entry_bears_the_hash_of_the_one_before_in_its_stream():
    scope.enter(OFFICER)
    audit.record("session.login")
    audit.record("session.logout")

    first, second = entries()
    assert bytes(first.previous) == bytes(32)
    assert bytes(second.previous) == bytes(first.hash)
    assert bytes(AuditStream.objects.get(pk="account:12").hash) == bytes(second.hash)


def test_a_visitor_has_a_stream_without_a_person():
    audit.record("session.refused", outcome="refused")

    assert [entry.stream for entry in entries()] == ["anonymous"]


def test_the_site_cannot_pass_for_a_job():
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('ronde.job', 'command:purge', true)")
    audit.record("retention.run_now")

    assert [entry.stream for entry in entries()] == ["anonymous"]


def test_a_job_is_named_when_the_worker_says_so():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde_worker")
        cursor.execute("SELECT set_config('ronde.job', 'command:purge', true)")
    audit.record("retention.run_now")

    assert [entry.stream for entry in entries()] == ["job:command:purge"]


def test_nothing_read_is_nothing_written():
    audit.record("absence.address", kind=Absence, subjects=[])

    assert entries() == []


def test_rows_may_be_keyed_by_uuid():
    key = uuid.uuid4()
    audit.record("identity.name", kind=Absence, subjects=[key])

    assert entries()[0].ids == [str(key)]


@pytest.mark.parametrize("value", ["Martin", "12, rue des Lilas", "0612345678x", "4.884,44.930", None])
def test_a_value_in_place_of_a_reference_is_refused(value):
    with pytest.raises(IntegrityError, match="références"), transaction.atomic():
        audit.record("absence.address", kind=Absence, subjects=[value])


def test_an_action_without_words_is_refused():
    with pytest.raises(audit.UnknownAction, match=r"absence\.gossip"):
        audit.record("absence.gossip")


def test_every_right_of_the_policy_and_every_reason_has_words():
    assert set(RIGHTS) <= set(ACTIONS)
    assert set(REASONS) == set(Reason)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO accounts_auditentry VALUES ('anonymous', 1, now(), '', 'session.login', '', '{}', '')",
        "UPDATE accounts_auditentry SET outcome = 'refused'",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
        "UPDATE accounts_auditstream SET number = 0",
        "SELECT walls.cut_audit('2020-01-01', '{}', '')",
    ],
)
@pytest.mark.parametrize("login", ["ronde_web", "ronde_aggregates"])
def test_the_logins_of_the_site_can_only_append(login, statement):
    audit.record("session.login")

    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {login}")
        with pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute(statement)


@pytest.mark.parametrize("statement", ["DELETE FROM accounts_auditentry", "TRUNCATE accounts_auditentry"])
def test_even_the_owner_is_refused(statement):
    audit.record("session.login")
    assert len(entries()) == 1

    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="ne se modifie pas"):
        cursor.execute(statement)


def test_a_person_reads_their_own_entries_and_no_others():
    scope.enter(OFFICER)
    audit.record("session.login")
    scope.enter(Person(account_id=13))
    audit.record("session.login")

    assert [entry.stream for entry in AuditEntry.objects.all()] == ["account:13"]


def test_a_dpo_reads_the_entries_of_their_commune():
    scope.enter(OFFICER)
    audit.record("session.login")
    scope.enter(Person(account_id=14, commune="38001", holdings=(Holding(role=Role.DPO),)))
    elsewhere = AuditEntry.objects.count()
    scope.enter(Person(account_id=15, commune="26999", holdings=(Holding(role=Role.DPO),)))

    assert elsewhere == 0
    assert AuditEntry.objects.count() == 1


def test_an_administrator_reads_no_entry_but_their_own():
    scope.enter(OFFICER)
    audit.record("session.login")
    scope.enter(Person(account_id=16, commune="26999", holdings=(Holding(role=Role.ADMINISTRATOR),)))

    assert AuditEntry.objects.count() == 0


def test_every_act_that_the_code_records_has_words():
    sources = [path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py")]
    recorded = {action for source in sources for action in re.findall(r'\brecord\(\s*"([a-z_.0-9]+)"', source)}

    assert {"session.login", "access.refused", "absence.exact_point", "route.plan"} <= recorded
    assert recorded <= set(ACTIONS)


def test_every_sealed_field_can_be_recorded():
    sealed = [model for model in apps.get_models() if issubclass(model, SealedModel)]
    reads = {
        model.read_action(field.name)
        for model in sealed
        for field in model._meta.get_fields()
        if isinstance(field, SealedText)
    }

    assert reads
    assert reads <= set(ACTIONS)
    assert {model.update_action() for model in sealed} <= set(ACTIONS)
