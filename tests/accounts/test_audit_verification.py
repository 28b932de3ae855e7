import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from absences.models import Absence
from accounts import audit, scope
from accounts.audit.keeping import ChainUnsound, cut_before, first_day_kept, write_root
from accounts.audit.roots import FILE, RootsBroken
from accounts.audit.signing import KEY_FILE
from accounts.audit.verification import verify_chain
from accounts.models import AuditCut, AuditEntry
from accounts.person import Person

pytestmark = pytest.mark.django_db

REBUILD = """
DO $$
DECLARE e record; last bytea := decode(repeat('00', 32), 'hex');
BEGIN
    FOR e IN SELECT * FROM accounts_auditentry WHERE stream = 'account:1' ORDER BY number LOOP
        UPDATE accounts_auditentry AS x SET previous = last, hash = walls.audit_digest(
            last, x.stream, x.number::text, walls.audit_microseconds(x.at)::text, x.commune, x.action, x.kind,
            array_to_string(x.ids, ','), x.reason, x.outcome)
        WHERE x.stream = e.stream AND x.number = e.number RETURNING hash INTO last;
    END LOOP;
    UPDATE accounts_auditstream SET hash = last,
        number = (SELECT max(number) FROM accounts_auditentry WHERE stream = 'account:1')
    WHERE stream = 'account:1';
END $$
"""


def act(account: int, *keys: int) -> None:
    """Read homes as the site does for an account."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde_web")
        scope.enter(Person(account_id=account))
        for key in keys:
            audit.record("absence.address", kind=Absence, subjects=[key])
        scope.enter(Person(account_id=None))
        cursor.execute("SET LOCAL ROLE ronde")


def as_owner(*statements: str) -> None:
    """Do what only someone who owns the tables, or the machine, could do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        for statement in statements:
            cursor.execute(statement)


AGE = "UPDATE accounts_auditentry SET at = at - interval '14 months' WHERE stream = 'account:1' AND number <= 2"


@pytest.fixture
def folder(tmp_path):
    """Four entries of one account and three of another; a root was kept after three and two."""
    act(1, 11, 12, 13)
    act(2, 21, 22)
    write_root(tmp_path / "audit")
    act(1, 14)
    act(2, 23)
    return tmp_path / "audit"


def problems(folder, **expected) -> str:
    return "\n".join(verify_chain(folder, **expected).problems)


def test_a_chain_that_nobody_touched_is_sound(folder):
    verdict = verify_chain(folder)

    # Four and three entries, and the writing of the root itself.
    assert (verdict.entries, verdict.streams, verdict.roots) == (8, 3, 1)
    assert verdict.is_sound


def test_the_first_day_has_neither_root_nor_key_and_is_sound(tmp_path):
    act(1, 11)

    assert verify_chain(tmp_path / "audit").is_sound


ADD = """
    INSERT INTO accounts_auditentry
    SELECT stream, 5, at, commune, action, kind, ids, reason, outcome, hash, hash
    FROM accounts_auditentry WHERE ids = '{14}'
"""
SWAP = """
    UPDATE accounts_auditentry AS a SET ids = b.ids FROM accounts_auditentry AS b
    WHERE a.stream = 'account:1' AND b.stream = 'account:1' AND a.number + b.number = 5 AND a.number IN (2, 3)
"""
TAMPERING = {
    "a row changed": ("UPDATE accounts_auditentry SET ids = '{99}' WHERE ids = '{12}'", 1, 2, "modifiée"),
    "an outcome": ("UPDATE accounts_auditentry SET outcome = 'refused' WHERE ids = '{12}'", 1, 2, "modifiée"),
    "a moment": ("UPDATE accounts_auditentry SET at = at + interval '1 us' WHERE ids = '{23}'", 2, 3, "modifiée"),
    "an actor": ("UPDATE accounts_auditentry SET stream = 'account:3' WHERE ids = '{23}'", 3, 3, "pas connu"),
    "one gone": ("DELETE FROM accounts_auditentry WHERE ids = '{12}'", 1, 2, "manquent"),
    "the first gone": ("DELETE FROM accounts_auditentry WHERE ids = '{11}'", 1, 1, "manquent"),
    "the last gone": ("DELETE FROM accounts_auditentry WHERE ids = '{14}'", 1, 4, "fin du flux a été retirée"),
    "a stream gone": ("DELETE FROM accounts_auditentry WHERE stream = 'account:2'", 2, 1, "retirée"),
    "one added": (ADD, 1, 5, "ajoutée"),
    "two swapped": (SWAP, 1, 2, "modifiée"),
    "a head changed": ("UPDATE accounts_auditstream SET hash = '' WHERE stream = 'account:1'", 1, 4, "empreinte"),
    "a head gone": ("DELETE FROM accounts_auditstream WHERE stream = 'account:1'", 1, 1, "pas connu"),
}


@pytest.mark.parametrize(("statement", "account", "number", "what"), TAMPERING.values(), ids=TAMPERING)
def test_what_was_done_to_the_table_is_found_and_placed(folder, statement, account, number, what):
    as_owner(statement)

    places = [line for line in problems(folder).splitlines() if f"account:{account}, entrée n° {number} :" in line]
    assert any(what in line for line in places)


def test_an_entry_changed_and_the_whole_chain_hashed_anew_is_found_by_the_root(folder):
    as_owner("UPDATE accounts_auditentry SET ids = '{99}' WHERE ids = '{12}'", REBUILD)

    # The root kept number 3 of the account; all that was before it is vouched for with it.
    assert problems(folder) == (
        "Flux account:1, entrée n° 3 : l'entrée n'est pas celle dont l'empreinte a été gardée hors de la base."
    )


def test_an_end_removed_with_the_head_put_back_is_found_by_the_root(folder):
    as_owner("DELETE FROM accounts_auditentry WHERE stream = 'account:1' AND number > 2", REBUILD)

    assert "Flux account:1, entrée n° 3 : l'entrée dont l'empreinte a été gardée" in problems(folder)


def test_a_log_emptied_whole_is_found_by_the_root(folder):
    as_owner("DELETE FROM accounts_auditentry", "DELETE FROM accounts_auditstream")

    said = problems(folder)
    assert "Flux account:1, entrée n° 3" in said
    assert "Flux account:2, entrée n° 2" in said


def test_a_root_kept_elsewhere_tells_that_the_file_was_shortened(folder):
    kept = write_root(folder).digest.hex()
    path = folder / FILE
    path.write_text(path.read_text().splitlines()[0] + "\n")

    assert verify_chain(folder).is_sound
    assert kept in problems(folder, expected_roots=[kept])


def test_a_root_kept_elsewhere_and_found_again_is_sound(folder):
    kept = write_root(folder).digest.hex()

    assert problems(folder, expected_roots=[kept.upper()]) == ""


def test_a_file_of_roots_that_was_touched_is_told(folder):
    path = folder / FILE
    path.write_text(path.read_text().replace("[3,", "[2,"))

    assert "ligne 1" in problems(folder)


def test_a_key_that_is_gone_is_told(folder):
    (folder / KEY_FILE).unlink()

    assert "n'existe pas" in problems(folder)


def test_no_root_is_added_to_a_file_that_was_touched(folder):
    path = folder / FILE
    path.write_text(path.read_text().replace("[3,", "[2,"))

    with pytest.raises(RootsBroken):
        write_root(folder)


def test_many_faults_are_told_in_few_lines(folder):
    act(1, *range(100, 180))
    as_owner("UPDATE accounts_auditentry SET ids = '{99}' WHERE stream = 'account:1'")

    # 84 entries changed: 50 are told, and how many more there are.
    assert problems(folder).splitlines()[-1] == "… et 34 autres défauts."


@pytest.fixture
def old(tmp_path):
    """Three entries of an account, the first two as if they had been made fourteen months ago."""
    act(1, 11, 12, 13)
    as_owner(AGE, REBUILD)
    return tmp_path / "audit"


TODAY = dt.datetime.now(dt.UTC).date()
A_YEAR_AGO = first_day_kept(TODAY, 12)


def test_months_at_their_term_are_cut_and_the_chain_stays_sound(old):
    gone = cut_before(A_YEAR_AGO, old)
    act(1, 14)

    assert gone == 2
    assert [entry.number for entry in AuditEntry.objects.filter(stream="account:1")] == [3, 4]
    assert verify_chain(old).is_sound
    assert AuditEntry.objects.filter(action="audit.cut").count() == 1


def test_a_stream_wholly_cut_goes_on_where_it_was(tmp_path):
    act(1, 11, 12)
    as_owner(AGE, REBUILD)

    cut_before(A_YEAR_AGO, tmp_path)
    middle = verify_chain(tmp_path)
    act(1, 13)

    assert middle.is_sound
    assert verify_chain(tmp_path).is_sound
    assert AuditEntry.objects.get(stream="account:1").number == 3


def test_a_dry_run_counts_and_cuts_nothing(old):
    assert cut_before(A_YEAR_AGO, old, dry_run=True) == 2
    assert AuditEntry.objects.count() == 3


def test_nothing_old_is_nothing_cut(tmp_path):
    act(1, 11)

    assert cut_before(A_YEAR_AGO, tmp_path) == 0
    assert not AuditCut.objects.exists()


def test_a_chain_that_was_touched_is_not_cut(old):
    as_owner("UPDATE accounts_auditentry SET ids = '{99}' WHERE ids = '{13}'")

    with pytest.raises(ChainUnsound, match="n° 3"):
        cut_before(A_YEAR_AGO, old)
    assert AuditEntry.objects.filter(stream="account:1").count() == 3


def test_a_cut_that_the_key_has_not_signed_is_told(old):
    cut_before(A_YEAR_AGO, old)
    as_owner("ALTER TABLE accounts_auditcut DISABLE TRIGGER USER", "UPDATE accounts_auditcut SET signature = 'x'")

    assert "n'est pas signé" in problems(old)


def test_a_beginning_stolen_behind_a_forged_cut_is_told(old):
    write_root(old)
    head = AuditEntry.objects.get(stream="account:1", number=2)
    as_owner("DELETE FROM accounts_auditentry WHERE stream = 'account:1' AND number <= 2")
    AuditCut.objects.create(
        before=A_YEAR_AGO, heads={"account:1": [2, bytes(head.hash).hex()]}, signature=b"forged"
    )

    assert "n'est pas signé" in problems(old)


@pytest.mark.parametrize(
    ("before", "why"), [("2020-01-02", "mois entiers"), (first_day_kept(TODAY, 0), "six mois")]
)
def test_the_database_cuts_only_whole_months_that_are_old(old, before, why):
    with (
        pytest.raises(DatabaseError, match=why),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT walls.cut_audit(%s, '{}', '')", [before])


def test_the_database_cuts_only_what_was_verified(old):
    with (
        pytest.raises(DatabaseError, match="vérifié"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT walls.cut_audit(%s, %s, '')", [A_YEAR_AGO, '{"account:1": [3, "00"]}'])


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (dt.date(2027, 3, 17), 12, dt.date(2026, 3, 1)),
        (dt.date(2027, 1, 1), 12, dt.date(2026, 1, 1)),
        (dt.date(2026, 12, 31), 1, dt.date(2026, 11, 1)),
        (dt.date(2027, 1, 31), 1, dt.date(2026, 12, 1)),
    ],
)
def test_months_are_kept_whole(today, months, first):
    assert first_day_kept(today, months) == first


def run(*words: str) -> str:
    said = StringIO()
    call_command("audit", *words, stdout=said)
    return said.getvalue()


def test_the_command_says_that_the_log_is_sound(folder, settings):
    settings.AUDIT_DIR = folder

    assert run("verify") == (
        "Entrées vérifiées : 8. Chaînes, une par compte et par tâche : 3. Empreintes gardées : 1.\n"
        "Rien n'a été modifié, ajouté, déplacé ni retiré.\n"
    )


def test_the_command_names_what_was_touched_and_exits_with_1(folder, settings):
    settings.AUDIT_DIR = folder
    as_owner("DELETE FROM accounts_auditentry WHERE ids = '{12}'")

    with pytest.raises(CommandError, match="Flux account:1, entrée n° 2 : une ou plusieurs") as refusal:
        run("verify")
    assert refusal.value.returncode == 1


def test_the_command_prints_the_root_to_keep_elsewhere(folder, settings):
    settings.AUDIT_DIR = folder

    printed = run("root").split()[-1]

    assert run("verify", "--root", printed).endswith("retiré.\n")


@pytest.mark.parametrize("slip", ["5f3c", "5f3c…", "g" * 64, "a" * 63])
def test_a_root_that_was_not_copied_whole_is_a_slip_and_no_alarm(folder, settings, slip):
    settings.AUDIT_DIR = folder

    with pytest.raises(CommandError, match="n'est pas une empreinte entière"):
        run("verify", "--root", slip)


def test_the_command_cuts_what_has_reached_its_term(old, settings):
    settings.AUDIT_DIR = old

    assert "à retirer (rien n'a été retiré) : 2." in run("cut", "--dry-run")
    assert "retirées du journal : 2." in run("cut")
    assert "retirées du journal : 0." in run("cut")
