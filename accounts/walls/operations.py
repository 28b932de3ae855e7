"""Migration operations: one line says who is shown a table.

A later app writes, right after it has created a nominative table::

    Wall("reports_report", read="commune_id = (SELECT walls.police_commune())")

and for a table that holds nothing about anybody::

    Open("sectors_sector")

A table with neither fails ``tests/access/test_walls_stand.py``.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import CommandError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from accounts.walls.logins import Login

BAD_INPUT = 2
ASK = "Donnez à la personne qui administre le serveur ce que « script/database roles » écrit, puis relancez."
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
DECLARED_JOB = "(SELECT walls.job()) IS NOT NULL"
IN_OUR_FUNCTIONS = "(SELECT walls.is_looking_past())"


class _TableOperation(Operation, ABC):
    reduces_to_sql = True
    reversible = True
    table: str

    @property
    def policy(self) -> str:
        """How the names of its policies begin: the table's, without the schema where it is another than public."""
        return self.table.rpartition(".")[2]

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing: models do not know their walls."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        _execute(schema_editor, self.statements())

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        _execute(schema_editor, self.undoing_statements())

    @abstractmethod
    def statements(self) -> Iterator[str]:
        """Yield the SQL that the operation is."""

    @abstractmethod
    def undoing_statements(self) -> Iterator[str]:
        """Yield the SQL that takes it back."""


class Wall(_TableOperation):
    """Wall a table: FORCE row-level security, and the rows that each login may touch.

    Parameters
    ----------
    table
        Name of the table.
    read, insert, update, delete
        For the web login, the SQL condition under which a row may be read, added, changed (before and after) or
        removed; empty when it never may. Write ``(SELECT walls.person())`` rather than ``walls.person()``: it is
        then worked out once a query.
    after_update
        The condition on a changed row as it becomes, where it is not the one on the row as it was.
    columns
        The columns that the web login may change; all, when empty.
    job
        Whether declared jobs and commands may do everything with the table.
    """

    def __init__(
        self,
        table: str,
        *,
        read: str = "",
        insert: str = "",
        update: str = "",
        delete: str = "",
        after_update: str = "",
        columns: Sequence[str] = (),
        job: bool = True,
    ) -> None:
        self.table = table
        self.read = read
        self.insert = insert
        self.update = update
        self.delete = delete
        self.after_update = after_update
        self.columns = columns
        self.job = job

    def describe(self) -> str:
        return f"Wall {self.table}"

    def statements(self) -> Iterator[str]:
        yield f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        yield f"REVOKE ALL ON {self.table} FROM PUBLIC, {Login.WEB}, {Login.AGGREGATES}, {Login.WORKER}"
        for command, using, check in self._web():
            yield _policy(self.table, f"{self.policy}_web_{command.lower()}", command, Login.WEB, using, check)
        for command, _, _ in self._web():
            columns = f" ({', '.join(self.columns)})" if self.columns and command == "UPDATE" else ""
            yield f"GRANT {command}{columns} ON {self.table} TO {Login.WEB}"
        # The owner, whatever its name, on behalf of somebody: in the functions that look past the walls.
        yield _policy(self.table, f"{self.policy}_past", "SELECT", "CURRENT_USER", IN_OUR_FUNCTIONS, "")
        if self.job:
            logins = f"{Login.WORKER}, CURRENT_USER"
            yield _policy(self.table, f"{self.policy}_job", "ALL", logins, DECLARED_JOB, DECLARED_JOB)
            yield f"GRANT {EVERYTHING} ON {self.table} TO {Login.WORKER}"

    def undoing_statements(self) -> Iterator[str]:
        for command, _, _ in self._web():
            yield f"DROP POLICY {self.policy}_web_{command.lower()} ON {self.table}"
        yield f"DROP POLICY {self.policy}_past ON {self.table}"
        if self.job:
            yield f"DROP POLICY {self.policy}_job ON {self.table}"
        yield f"REVOKE ALL ON {self.table} FROM {Login.WEB}, {Login.AGGREGATES}, {Login.WORKER}"
        yield f"ALTER TABLE {self.table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"

    def _web(self) -> Iterator[tuple[str, str, str]]:
        """Each command of the web login with its conditions on the row as it was and as it becomes."""
        if self.read:
            yield "SELECT", self.read, ""
        if self.insert:
            yield "INSERT", "", self.insert
        if self.update:
            yield "UPDATE", self.update, self.after_update or self.update
        if self.delete:
            yield "DELETE", self.delete, ""


class Admit(_TableOperation):
    """Open one more way through a wall that stands: another policy for the web login, beside the others.

    ``name`` tells it from them; ``using`` is the condition on a row as it was, ``check`` on the row as it becomes.
    ``columns`` are those that it lets the login change; all, when empty.
    """

    def __init__(
        self,
        table: str,
        command: str,
        *,
        name: str,
        using: str = "",
        check: str = "",
        columns: Sequence[str] = (),
    ) -> None:
        self.table = table
        self.command = command
        self.name = name
        self.using = using
        self.check = check
        self.columns = columns

    def describe(self) -> str:
        return f"Admit {self.name} to {self.table}"

    def statements(self) -> Iterator[str]:
        yield _policy(self.table, self.name, self.command, Login.WEB, self.using, self.check)
        columns = f" ({', '.join(self.columns)})" if self.columns else ""
        yield f"GRANT {self.command}{columns} ON {self.table} TO {Login.WEB}"

    def undoing_statements(self) -> Iterator[str]:
        yield f"DROP POLICY {self.name} ON {self.table}"


class Open(_TableOperation):
    """Say that a table holds nothing about anybody; jobs and commands may do everything with it.

    Parameters
    ----------
    table
        Name of the table.
    web, aggregates
        What the two logins of the site may do with it.
    """

    def __init__(self, table: str, *, web: str = "SELECT", aggregates: str = "SELECT") -> None:
        self.table = table
        self.web = web
        self.aggregates = aggregates

    def describe(self) -> str:
        return f"Open {self.table}"

    def statements(self) -> Iterator[str]:
        yield f"REVOKE ALL ON {self.table} FROM PUBLIC, {Login.WEB}, {Login.AGGREGATES}, {Login.WORKER}"
        granted = {Login.WEB: self.web, Login.AGGREGATES: self.aggregates, Login.WORKER: EVERYTHING}
        for login, commands in granted.items():
            if commands:
                yield f"GRANT {commands} ON {self.table} TO {login}"

    def undoing_statements(self) -> Iterator[str]:
        yield f"REVOKE ALL ON {self.table} FROM {Login.WEB}, {Login.AGGREGATES}, {Login.WORKER}"


def check_logins(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Refuse to raise walls on a server that lacks the logins they are written for (a step of a migration)."""
    wanted = [str(login) for login in Login if login is not Login.OWNER]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [wanted])
        present = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT count(*) FROM pg_roles AS owner, pg_roles AS login"
            " WHERE owner.rolname = current_user AND NOT owner.rolsuper"
            " AND login.rolname = ANY (%s) AND pg_has_role(owner.oid, login.oid, 'USAGE')",
            [wanted],
        )
        (inherited,) = cursor.fetchone()
    if missing := [login for login in wanted if login not in present]:
        raise CommandError(
            f"Le serveur de base de données n'a pas le compte {' ni '.join(missing)}, dont Ronde a besoin. {ASK}",
            returncode=BAD_INPUT,
        )
    if inherited:
        raise CommandError(
            "Le compte propriétaire de la base hérite des droits des autres comptes de Ronde : leurs murs "
            f"seraient aussi les siens. {ASK}",
            returncode=BAD_INPUT,
        )


def _policy(table: str, name: str, command: str, logins: str, using: str, check: str) -> str:
    conditions = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    return f"CREATE POLICY {name} ON {table} FOR {command} TO {logins}{conditions}"


def _execute(schema_editor: BaseDatabaseSchemaEditor, statements: Iterator[str]) -> None:
    for statement in statements:
        # Without parameters, a % of the statement stands for itself.
        schema_editor.execute(statement, params=None)
