"""Log lines without a value of anybody: what the code wrote stays, what came from outside is left out.

A log is read by people who may not know who is away, and is kept where row-level security does not reach. Strings
handed to a message, words of exceptions (a database error quotes the row that it refuses), addresses of requests
and their parameters are replaced; what is left tells where it broke and of what kind it is.
"""

import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TextIO

LEFT_OUT = "…"
REFERENCE = "failure_reference"  # what a page of failure has shown, put on its request
# Loggers whose words are about the machine: where the database is, which port is taken.
ABOUT_THE_MACHINE = frozenset({"psycopg.pool"})
MACHINE_TEMPLATES = frozenset(
    {"Listening at: %s (%s)", "Connection in use: %s", "connection to %s failed: %s", "Invalid address: %s"}
)
# A message of gunicorn that is put together, with the line that was sent, before it reaches the log.
QUOTING = "Invalid request from"
DEEPEST_CAUSE = 5
FULL_WORDS = "--traceback"

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Harmless(str):
    """A string that the code vouches for: it holds nothing that came from outside or from a row."""

    __slots__ = ()


class RedactingFormatter(logging.Formatter):
    """Formats a record without repeating any value; see the module."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a copy of the record: other handlers find it untouched."""
        redacted = logging.makeLogRecord(record.__dict__)
        redacted.msg, redacted.args = redact_message(record), None
        redacted.exc_text = None
        if getattr(getattr(record, "request", None), REFERENCE, ""):
            # The failure with this reference was told where it was caught (config/failures.py).
            redacted.exc_info = None
        return super().format(redacted)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 (logging's name)
        """Tell where it broke and of what kind it is."""
        return "\n".join(describe_exception(ei[1])) if ei[1] is not None else ""


def redact_message(record: logging.LogRecord) -> str:
    """Return the record's message with whole numbers and vouched strings only; a request by its route."""
    if (request := getattr(record, "request", None)) is not None:
        return _describe_request(request, getattr(record, "status_code", None))
    if record.name in ABOUT_THE_MACHINE or record.msg in MACHINE_TEMPLATES:
        return record.getMessage()
    if not isinstance(record.msg, str):
        return f"{type(record.msg).__name__} {LEFT_OUT}"
    if record.msg.startswith(QUOTING):
        return f"{QUOTING} {LEFT_OUT}"
    try:
        return record.msg % _redact_args(record.args) if record.args else record.msg
    except (TypeError, ValueError, KeyError):
        return record.msg


def describe_exception(error: BaseException, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a traceback without the words of any exception, the causes first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < DEEPEST_CAUSE:
        yield from describe_exception(cause, depth + 1)
        yield "which led to:"
    yield "Traceback (most recent call last):"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    yield _describe_kind(error)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from describe_exception(inner, depth + 1)


def watch_standard_error(arguments: Sequence[str] = ()) -> None:
    """Tell what ends a thread or a command, and warnings of Python, as a page's failures are told.

    Whoever types ``--traceback`` asks for the words as well, on their own terminal.
    """
    if FULL_WORDS in arguments:
        return
    sys.excepthook = report_uncaught
    threading.excepthook = lambda caught: report_uncaught(
        caught.exc_type, caught.exc_value or caught.exc_type(), caught.exc_traceback
    )
    warnings.showwarning = report_warning


def report_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write on standard error what nobody has caught (``sys.excepthook``)."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    hint = f"Les mots de l'erreur, qui peuvent citer des données, sont omis : {FULL_WORDS} les montre."
    sys.stderr.write("\n".join([*describe_exception(error), hint, ""]))


def report_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Write on standard error where Python warns, and of what kind (``warnings.showwarning``)."""
    (file or sys.stderr).write(f"{filename}:{lineno}: {category.__name__}\n")


def _redact_args(args: object) -> object:
    if isinstance(args, dict):
        return {key: _redact(value) for key, value in args.items()}
    return tuple(map(_redact, args)) if isinstance(args, tuple) else _redact(args)


def _redact(value: object) -> object:
    if isinstance(value, Harmless | int | None):
        return value
    return Harmless(_describe_kind(value)) if isinstance(value, BaseException) else LEFT_OUT


def _describe_request(request: object, status: int | None) -> str:
    """The route as the code writes it, ``arrets/<int:stop_id>/detail``, holds nothing of what was asked."""
    match = getattr(request, "resolver_match", None)
    route = match.route if match is not None else LEFT_OUT
    method = getattr(request, "method", None)
    known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else LEFT_OUT
    reference = getattr(request, REFERENCE, "")
    return " ".join(filter(None, [str(status or ""), known, f"/{route}", reference and f"panne {reference}"]))


def _describe_kind(error: BaseException) -> str:
    """The class of an exception; for a database error, what the schema calls the thing that was refused."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    diag = getattr(error, "diag", None)
    names = [
        getattr(diag, attribute, None)
        for attribute in ("sqlstate", "table_name", "column_name", "constraint_name")
    ]
    told = ", ".join(name for name in names if name)
    return f"{kind} ({told})" if told else kind
