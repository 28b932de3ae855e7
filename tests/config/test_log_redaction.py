import logging
import sys
import warnings

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test import RequestFactory

from config.log_redaction import (
    Harmless,
    RedactingFormatter,
    describe_exception,
    report_uncaught,
    watch_standard_error,
)

CANARY = "Zébulon Canari, 12 rue des Lilas"


def line(msg, *args, name="maps.views", **extra) -> str:
    record = logging.LogRecord(name, logging.ERROR, "views.py", 1, msg, args, extra.pop("exc_info", None))
    record.__dict__.update(extra)
    return RedactingFormatter("{levelname} {name}: {message}", style="{").format(record)


def caught(act) -> BaseException:
    try:
        act()
    except BaseException as error:  # noqa: BLE001 (what is under test is any exception)
        return error
    raise AssertionError("nothing was raised")


def test_a_message_without_values_is_kept():
    assert line("La routine a commencé") == "ERROR maps.views: La routine a commencé"


def test_strings_and_decimals_are_left_out_and_whole_numbers_kept():
    assert line("%s at %.3f in %d tries", CANARY, 44.933, 3) == "ERROR maps.views: %s at %.3f in %d tries"
    assert line("%s at %s in %d tries", CANARY, 44.933, 3) == "ERROR maps.views: … at … in 3 tries"


def test_a_string_that_the_code_vouches_for_is_kept():
    assert line("Panne %s", Harmless("3f2a91c0")) == "ERROR maps.views: Panne 3f2a91c0"


def test_named_values_are_left_out():
    assert line("%(name)s, %(tries)d", {"name": CANARY, "tries": 2}) == "ERROR maps.views: …, 2"


def test_a_message_that_is_an_object_is_told_by_its_kind():
    assert line(ValueError(CANARY)) == "ERROR maps.views: ValueError …"


def test_an_exception_among_the_values_is_told_by_its_kind():
    assert line("refused: %s", ValueError(CANARY)) == "ERROR maps.views: refused: builtins.ValueError"


def test_what_is_said_about_the_machine_is_kept():
    said = line("error connecting in %r: %s", "pool-1", OSError("no such socket"), name="psycopg.pool")

    assert said == "ERROR psycopg.pool: error connecting in 'pool-1': no such socket"


def test_a_request_is_told_by_its_route(rf: RequestFactory):
    request = rf.get(f"/arrets/12/detail?nom={CANARY}")
    request.resolver_match = type("Match", (), {"route": "arrets/<int:stop_id>/detail"})()
    request.failure_reference = "3f2a91c0"

    said = line("%s: %s", "Internal Server Error", request.path, request=request, status_code=500)

    assert said == "ERROR maps.views: 500 GET /arrets/<int:stop_id>/detail panne 3f2a91c0"


def test_a_request_that_no_route_knows_is_told_without_its_address(rf: RequestFactory):
    request = rf.generic("CANARI", f"/{CANARY}")

    assert line("Not Found: %s", request.path, request=request, status_code=404) == "ERROR maps.views: 404 … /…"


def test_a_line_that_could_not_be_read_is_not_quoted():
    said = line(f"Invalid request from ip=127.0.0.1: Invalid HTTP request line: '{CANARY}'", name="gunicorn.error")

    assert said == "ERROR gunicorn.error: Invalid request from …"


def test_a_traceback_keeps_places_and_kinds_and_no_words():
    def read_home() -> None:
        try:
            {}[CANARY]
        except KeyError as error:
            raise ValueError(f"unknown {CANARY}") from error

    error = caught(read_home)
    said = line("failed", exc_info=(type(error), error, error.__traceback__))

    assert "test_log_redaction.py" in said
    assert "in read_home" in said
    assert "builtins.KeyError\nwhich led to:" in said
    assert said.endswith("builtins.ValueError")
    assert "Zébulon" not in said


def test_a_note_put_on_an_exception_is_left_out():
    error = ValueError("x")
    error.add_note(CANARY)

    assert "Zébulon" not in "\n".join(describe_exception(error))


def test_every_exception_of_a_group_is_told():
    group = ExceptionGroup(CANARY, [ValueError(CANARY), OSError(CANARY)])

    said = "\n".join(describe_exception(group))

    assert "builtins.ValueError" in said
    assert "builtins.OSError" in said
    assert "Zébulon" not in said


@pytest.mark.django_db
def test_a_refusal_of_the_database_names_the_constraint_and_not_the_row():
    def insert_twice() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE homes (name text CONSTRAINT one_name UNIQUE) ON COMMIT DROP")
            cursor.execute("INSERT INTO homes VALUES (%s), (%s)", [CANARY, CANARY])

    error = caught(insert_twice)
    said = "\n".join(describe_exception(error))

    assert isinstance(error, IntegrityError)
    assert "Zébulon" in str(error)
    assert "psycopg.errors.UniqueViolation (23505, homes, one_name)" in said
    assert "Zébulon" not in said


@pytest.mark.django_db
def test_a_value_of_the_wrong_type_is_not_quoted():
    def compare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT CAST(%s::text AS integer)", [CANARY])

    error = caught(compare)

    assert isinstance(error, DataError)
    assert "Zébulon" in str(error)
    assert "Zébulon" not in "\n".join(describe_exception(error))


def test_what_ends_a_command_is_told_without_words_and_how_to_see_them(capsys):
    error = caught(lambda: int(CANARY))

    report_uncaught(type(error), error, error.__traceback__)

    said = capsys.readouterr().err
    assert "builtins.ValueError" in said
    assert "--traceback" in said
    assert "Zébulon" not in said


def test_an_interruption_is_left_to_python(capsys):
    report_uncaught(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert "omis" not in capsys.readouterr().err


def test_a_warning_tells_its_place_and_kind(capsys, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", sys.excepthook)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        watch_standard_error(["manage.py", "purge"])
        warnings.warn(CANARY, RuntimeWarning, stacklevel=1)

    said = capsys.readouterr().err
    assert "RuntimeWarning" in said
    assert "Zébulon" not in said


def test_who_asks_for_the_words_of_an_error_has_them():
    before = sys.excepthook

    watch_standard_error(["manage.py", "purge", "--traceback"])

    assert sys.excepthook is before
