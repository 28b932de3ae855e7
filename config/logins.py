"""Which login of PostgreSQL a process works under, and how it reaches the server.

A process says so before its settings are read: ``config.wsgi`` is the site, ``manage.py`` a command, the tests are
the owner. Whoever says nothing is the site, which sees least.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import dj_database_url

from accounts.walls.logins import Login

# What changes tables is the owner's work; every other command is a job of the worker.
OWNERS_COMMANDS = frozenset(
    {
        "createcachetable",
        "flush",
        "makemigrations",
        "migrate",
        "optimizemigration",
        "showmigrations",
        "sqlflush",
        "sqlmigrate",
        "squashmigrations",
        "test",
    }
)
# It is handed to the server as an option of the connection: nothing else may come along.
COMMAND_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
# The address of one login's own server account, for servers where its password is not the owner's.
OWN_ADDRESS = {
    Login.OWNER: "DATABASE_URL",
    Login.WEB: "DATABASE_URL_WEB",
    Login.AGGREGATES: "DATABASE_URL_AGGREGATES",
    Login.WORKER: "DATABASE_URL_WORKER",
}
ENGINE = "django.contrib.gis.db.backends.postgis"
# As many as a web worker has threads (config/gunicorn.py). A new connection costs about 9 ms and 21 ms of PostGIS
# warm-up; the pool keeps them.
POOL = {"min_size": 1, "max_size": 8, "timeout": 2}
# Whatever a request may have said of itself outside its transaction; ours is said within, and is gone by then.
FORGET = (
    "RESET ROLE; RESET ronde.person; RESET ronde.holdings; RESET ronde.bearer; "
    "RESET ronde.claimed_login; RESET ronde.claimed_account; RESET ronde.job; RESET ronde.author"
)


@dataclass(frozen=True, kw_only=True)
class Work:
    """The login of a process and, unless it is the site, the job that it declares to the walls."""

    login: Login = Login.WEB
    job: str = ""


_work = Work()


def work_as(login: Login, *, job: str = "") -> None:
    """Say what this process is, before its settings are read."""
    global _work  # noqa: PLW0603 (a process is one thing for all its life, and settings are read but once)
    _work = Work(login=login, job=job)


def work_as_command(arguments: list[str]) -> None:
    """Say that this process is the command of ``manage.py`` that the arguments name."""
    name = arguments[1] if len(arguments) > 1 and COMMAND_NAME.fullmatch(arguments[1]) else "help"
    work_as(Login.OWNER if name in OWNERS_COMMANDS else Login.WORKER, job=f"command:{name}")


def read_databases(environment: dict[str, str], *, private_cluster: str) -> dict[str, dict[str, Any]]:
    """Return Django's databases for this process.

    Parameters
    ----------
    environment
        Where ``DATABASE_URL`` may name the server as its owner reaches it, and ``DATABASE_URL_WEB``,
        ``_AGGREGATES`` and ``_WORKER`` as the other logins do; without these, the user's name alone is replaced.
    private_cluster
        The address of the server of this machine, for when the environment names none.
    """
    return {
        "default": _database(environment, private_cluster, _work),
        "aggregates": _database(environment, private_cluster, Work(login=Login.AGGREGATES))
        | {"TEST": {"MIRROR": "default"}},
    }


def address_of(login: Login, environment: dict[str, str], *, private_cluster: str) -> str:
    """Return the address by which a login reaches the database."""
    if own := environment.get(OWN_ADDRESS[login]):
        return own
    owners = environment.get(OWN_ADDRESS[Login.OWNER]) or private_cluster
    return owners if login is Login.OWNER else _replace_user(owners, login)


def forget_who_asked(connection: Any) -> None:
    """Callback of the pool: whoever takes the connection next starts as nobody."""
    connection.autocommit = True
    connection.execute(FORGET)


def _database(environment: dict[str, str], private_cluster: str, work: Work) -> dict[str, Any]:
    database: dict[str, Any] = dict(
        dj_database_url.parse(address_of(work.login, environment, private_cluster=private_cluster), engine=ENGINE)
    )
    options = database.setdefault("OPTIONS", {})
    if not work.job:
        # A job needs one connection, and to be told why it gets none; a pool would hide that behind a time-out.
        options["pool"] = {**POOL, "min_size": int(work.login is Login.WEB), "reset": forget_who_asked}
    else:
        options["options"] = f"{options.get('options', '')} -c ronde.job={work.job}".strip()
    return database


def _replace_user(address: str, login: Login) -> str:
    parts = urlsplit(address)
    userinfo, at, server = parts.netloc.rpartition("@")
    password = userinfo.partition(":")[2] if at else ""
    user = quote(login) + (f":{password}" if password else "")
    return urlunsplit(parts._replace(netloc=f"{user}@{server}"))
