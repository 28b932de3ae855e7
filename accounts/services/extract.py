"""What is kept of an account's holder, handed over on request (GDPR, articles 15 and 20).

It is read through the declarations of the models (`accounts.retention.Holder`) and never by the name of a table,
so that a table added later is in it; and through the walls, so that it holds no row that its reader is not shown.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Account
from accounts.models.sealed import SealedModel
from accounts.retention import Holder, Processing, Retention
from accounts.services.register import declarations, describe
from accounts.unsealing import unseal_all

Row = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class ExtractedTable:
    """One table: its words in the register, the rows of the holder, and why some of their columns are withheld."""

    title: str
    data: str
    kept: str
    remains: str
    rows: tuple[Row, ...]
    withheld: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ExtractedTable({self.title!r}, …)"


@dataclass(frozen=True, kw_only=True)
class ExtractedProcessing:
    """One processing with the tables that hold something of the holder, or may."""

    processing: Processing
    tables: tuple[ExtractedTable, ...]


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A table in which nothing leads to a holder of an account, and why."""

    title: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Extract:
    """All that is kept of one holder; it is in memory alone, for the length of one answer."""

    made_at: dt.datetime
    login: str
    processings: tuple[ExtractedProcessing, ...]
    left_out: tuple[LeftOut, ...]

    def __repr__(self) -> str:
        return "Extract(…)"


def holder_of(retention: Retention) -> Holder | str:
    """Return whose the rows of a table are, or why nobody's; what says nothing follows the table it leaves with.

    Raises
    ------
    ValueError
        When the table that it leaves with has holders: the rows beside may be others', and it must say so itself.
    """
    if retention.holder:
        return retention.holder
    followed = holder_of(declarations()[apps.get_model(retention.leaves_with)])
    if isinstance(followed, Holder):
        raise ValueError(f"{retention.title}: say whose the rows are: they leave with a holder's.")
    return followed


@transaction.atomic
def extract(account: Account) -> Extract:
    """Gather what is kept of an account's holder; what is sealed is opened, and told in the log.

    Parameters
    ----------
    account
        The account of whoever asks.

    Raises
    ------
    accounts.sealing.SealingError
        When a key is gone or a row was tampered with.
    """
    audit.record("dsar.extract_subject", subjects=[account], reason=audit.Reason.DATA_SUBJECT_REQUEST)
    tables: dict[Processing, list[ExtractedTable]] = {}
    left_out = []
    for model, retention in declarations().items():
        holder = holder_of(retention)
        if isinstance(holder, Holder):
            tables.setdefault(retention.processing, []).append(_read(model, retention, holder, account))
        else:
            left_out.append(LeftOut(title=retention.title, why=holder))
    return Extract(
        made_at=timezone.now(),
        login=account.login,
        processings=tuple(
            ExtractedProcessing(processing=processing, tables=tuple(sorted(found, key=lambda table: table.title)))
            for processing, found in sorted(tables.items(), key=lambda item: item[0].name)
        ),
        left_out=tuple(sorted(left_out, key=lambda table: table.title)),
    )


def columns_of(model: type[models.Model]) -> dict[str, models.Field]:  # type: ignore[type-arg]
    """Return the columns of a table by name."""
    return {field.name: field for field in model._meta.concrete_fields if field.column}


def _read(model: type[models.Model], retention: Retention, holder: Holder, account: Account) -> ExtractedTable:
    described = describe(model, retention)
    return ExtractedTable(
        title=described.title,
        data=described.data,
        kept=described.kept,
        remains=described.remains,
        rows=tuple(_tell_rows(model, holder, account)),
        withheld=tuple(dict.fromkeys(holder.withheld.values())),
    )


def _tell_rows(model: type[models.Model], holder: Holder, account: Account) -> Iterator[Row]:
    columns = columns_of(model)
    related = [name for name in holder.columns if columns[name].is_relation]
    rows = list(model._default_manager.filter(holder.rows_of(account.pk)).select_related(*related).order_by("pk"))
    for row, opened in zip(rows, _open(model, rows, holder), strict=True):
        yield tuple(
            (label, _tell(columns[name], opened.get(name, _value_of(row, columns[name])), holder))
            for name, label in holder.columns.items()
        )


def _open(model: type[models.Model], rows: list[Any], holder: Holder) -> list[dict[str, str]]:
    if not issubclass(model, SealedModel):
        return [{} for _ in rows]
    sealed = [name for name in model.sealed_names() if name in holder.columns]
    with holder.reading():
        return unseal_all(rows, *sealed, reason=audit.Reason.DATA_SUBJECT_REQUEST)


def _value_of(row: models.Model, column: models.Field) -> Any:  # type: ignore[type-arg]
    """Read a column; what it leads to and the walls do not show is told by its number."""
    value, key = getattr(row, column.name), getattr(row, column.attname)
    return f"n° {key}" if value is None and key is not None else value


def _tell(column: models.Field, value: Any, holder: Holder) -> Any:  # type: ignore[type-arg]
    """Put a value in words: by the declaration, by the column's closed list, by the name of what it leads to."""
    if column.name in holder.tell:
        value = holder.tell[column.name](value)
        return value if isinstance(value, int) else str(value)
    if column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    return str(value) if isinstance(value, models.Model) else value
