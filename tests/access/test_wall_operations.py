from enum import StrEnum

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import connection

from accounts.roles import Role
from accounts.walls import operations
from accounts.walls.logins import Login
from accounts.walls.operations import Admit, Open, Wall, check_logins
from tests.access.in_sql import acting, keys_in, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def apply():
    """Make a table of notes, and do or undo operations of a migration on it."""

    def apply(*steps, backwards: bool = False) -> None:
        with connection.schema_editor() as editor:
            for step in steps:
                move = step.database_backwards if backwards else step.database_forwards
                move("accounts", editor, None, None)

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE notes (id bigint PRIMARY KEY, commune_id text, text text)")
        cursor.execute("INSERT INTO notes VALUES (1, '26999', '100 %'), (2, '38001', 'b')")
    return apply


READ = "commune_id = (SELECT walls.police_commune())"


def test_a_walled_table_shows_the_rows_of_its_condition_and_takes_no_change(apply, place):
    apply(Wall("notes", read=READ))

    with site(place.person(Role.MUNICIPAL_POLICE)) as cursor:
        assert keys_in(cursor, "notes") == {1}
    with site(place.person(Role.MUNICIPAL_POLICE)) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute("UPDATE notes SET text = ''")


def test_a_change_may_be_held_to_some_columns_and_to_what_the_row_becomes(apply, place):
    apply(Wall("notes", read=READ, update=READ, after_update=f"{READ} AND text <> ''", columns=["text"]))
    police = place.person(Role.MUNICIPAL_POLICE)

    with site(police) as cursor:
        cursor.execute("UPDATE notes SET text = 'c'")
        assert cursor.rowcount == 1
    with site(police) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute("UPDATE notes SET text = ''")
    with site(police) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute("UPDATE notes SET commune_id = '26999'")


def test_a_condition_may_hold_a_percent_sign(apply):
    apply(Wall("notes", read="text LIKE '100 %'"))

    with site() as cursor:
        assert keys_in(cursor, "notes") == {1}


def test_a_table_may_be_closed_even_to_jobs(apply):
    apply(Wall("notes", job=False))

    with acting(Login.WORKER, job="purge") as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute("SELECT FROM notes")


def test_one_more_way_in_stands_beside_the_others(apply, place):
    more = Admit("notes", "SELECT", name="notes_for_dpo", using="(SELECT walls.holds('dpo'))")
    apply(Wall("notes", read=READ), more)

    with site(place.person(Role.DPO)) as cursor:
        assert keys_in(cursor, "notes") == {1, 2}
    apply(more, backwards=True)
    with site(place.person(Role.DPO)) as cursor:
        assert keys_in(cursor, "notes") == set()


def test_an_open_table_is_read_by_the_site_and_by_pages_of_figures_and_changed_by_jobs(apply):
    apply(Open("notes"))

    for login in (Login.WEB, Login.AGGREGATES):
        with acting(login) as cursor:
            assert keys_in(cursor, "notes") == {1, 2}
        with acting(login) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM notes")
    with acting(Login.WORKER) as cursor:
        cursor.execute("DELETE FROM notes")
        assert cursor.rowcount == 2


@pytest.mark.parametrize(
    "step", [Wall("notes", read=READ, insert="true", update=READ, delete=READ), Open("notes")]
)
def test_undone_nothing_stands_and_nobody_is_let_in(apply, step):
    apply(step)
    apply(step, backwards=True)

    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity OR relforcerowsecurity FROM pg_class WHERE relname = 'notes'")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = 'notes'")
        assert cursor.fetchone() == (0,)
    with site() as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute("SELECT FROM notes")


def test_a_server_without_the_logins_is_told_so_in_french(monkeypatch):
    monkeypatch.setattr(operations, "Login", StrEnum("Login", {"OWNER": "ronde", "WEB": "ronde_toile"}))

    with (
        connection.schema_editor() as editor,
        pytest.raises(CommandError, match="n'a pas le compte ronde_toile") as told,
    ):
        check_logins(None, editor)
    assert told.value.returncode == 2
    assert "script/database roles" in str(told.value)


def test_an_owner_that_inherits_the_walls_of_the_others_is_refused(monkeypatch):
    # Every role has its own privileges as if it inherited them.
    monkeypatch.setattr(operations, "Login", StrEnum("Login", {"OWNER": "nobody", "WEB": "ronde"}))

    with connection.schema_editor() as editor, pytest.raises(CommandError, match="hérite"):
        check_logins(None, editor)


def test_this_server_has_what_it_takes():
    with connection.schema_editor() as editor:
        check_logins(None, editor)
