"""Take away each guard of the site in turn and see the access tests turn red; run by script/teeth.

Each mutant is tried in a forked process, on a database of its own that pytest made. The parent opens no connection
of Django's: what a child does to the code ends with it, and the database is put back as it was.
"""

import os
import sys
import time
from collections import Counter
from pathlib import Path

import django
import django.test.utils
import psycopg
import pytest

FOLDER = Path(__file__).parent
CAUGHT = pytest.ExitCode.TESTS_FAILED
QUIET = ("-x", "-q", "--tb=no", "--show-capture=no", "-p", "no:cacheprovider", "--reuse-db")


def main(wanted: list[str]) -> int:
    """Try the mutants of the kinds wanted, all when none is named; return how many survived."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    import config.urls  # noqa: F401  # read once here, and not in every child
    from tests.access import mutants

    address = database_address()
    if not is_green():
        say("The tests fail before anything is taken away: mend them first.")
        return 1
    with psycopg.connect(address, autocommit=True) as connection:
        chosen = [m for m in mutants.all_mutants(connection) if not wanted or m.kind in wanted]
    tried, survivors = Counter[str](), []
    for mutant in chosen:
        begun = time.monotonic()
        killer = try_mutant(mutant, address)
        tried[mutant.kind] += 1
        if killer is None:
            survivors.append(mutant)
        said = f"red in {killer}" if killer else "STILL GREEN"
        say(f"{mutant.kind:10} {mutant.name[:78]:78} {time.monotonic() - begun:5.1f} s  {said}")
    report(tried, survivors)
    return len(survivors)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def report(tried: Counter[str], survivors: list) -> None:
    say(f"\n{'guard':12}{'taken':>7}{'red':>7}")
    for kind, number in tried.items():
        red = number - sum(mutant.kind == kind for mutant in survivors)
        say(f"{kind:12}{number:7}{red:7}")
    total = sum(tried.values())
    say(f"\nScore: {total - len(survivors)} of {total}, {100 * (1 - len(survivors) / max(total, 1)):.1f} %")
    for mutant in survivors:
        say(f"survivor: {mutant.kind} {mutant.name}")


def database_address() -> str:
    """The address of the database of tests, as psycopg takes it."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    name = database["TEST"].get("NAME") or f"test_{database['NAME']}"
    parts = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"], "dbname": name}
    return psycopg.conninfo.make_conninfo(**{key: value for key, value in parts.items() if value})


def is_green() -> bool:
    """Make the database anew, and see that a first test of each sort passes."""
    return run(["-k", "walls_stand or test_policy or refused_to_everybody", f"{FOLDER}"], renew=True) == 0


def try_mutant(mutant, address: str) -> str | None:
    """Return the test that turned red without the guard, None when all stayed green."""
    if mutant.apply:
        execute(address, mutant.apply)
    try:
        files = [f"{FOLDER / name}" for name in mutant.tests]
        # The likeliest tests, then the file that they are in, then all: gathering every file takes seconds.
        attempts = [["-k", mutant.hint, files[0]]] if mutant.hint else []
        for arguments in (*attempts, files[:1], files):
            red: list[str] = []
            if run(arguments, patch=mutant.patch, red=red) == CAUGHT:
                return red[0]
        return None
    finally:
        if mutant.undo:
            execute(address, mutant.undo)


def execute(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        # Without the owner's declared job a policy may still be changed: its rows are not read.
        connection.execute(statement)


def take_databases_as_they_are(*_: object, **__: object) -> list[object]:
    """Stand in for Django's preparation of the test databases, which takes seconds to find nothing to do."""
    from django.db import connections

    default = connections["default"]
    default.settings_dict["NAME"] = default.creation._get_test_db_name()
    connections["aggregates"].creation.set_as_test_mirror(default.settings_dict)
    return []


class Witness:
    """A plugin of pytest that tells the parent which test turned red."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self.pipe, f"{Path(report.nodeid).name}\n".encode())


def run(arguments: list[str], *, patch=None, renew: bool = False, red: list[str] | None = None) -> int:
    """Run pytest in a child, with a guard of the code taken away; return its exit code and add what turned red."""
    told, tell = os.pipe()
    child = os.fork()
    if child:
        os.close(tell)
        with os.fdopen(told) as lines:
            said = lines.read().splitlines()
        if red is not None:
            red.extend(said or ["?"])
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    os.close(told)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    if patch is not None:
        patch()
    if not renew:
        django.test.utils.setup_databases = take_databases_as_they_are
    options = [option for option in QUIET if not (renew and option == "--reuse-db")]
    keep = ["--reuse-db", "--create-db"] if renew else []
    os._exit(int(pytest.main([*options, *keep, *arguments], plugins=[Witness(tell)])))


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
