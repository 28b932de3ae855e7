"""The base of every table that holds names, phones or texts about people: sealed when saved, opened on the record.

A table is declared in a line a field::

    class Identity(SealedModel):
        name = SealedText(max_length=120)

    identity = Identity(account=account, name="…")
    identity.keep_until(day)
    identity.save()

and read back only through `accounts.unsealing.unseal`, which leaves a trace. The attribute itself shows nothing.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q

from accounts import audit
from accounts.errors import AccountsError
from accounts.keys.current import key_store
from accounts.models.sealed_fields import Covered, SealedText, WrappedKey
from accounts.sealing import Place, RowKey, Week

__all__ = ["NoWeekToDieIn", "SealedModel", "SealedQuerySet", "SealedText"]

WEEK_LENGTH = 8  # 2027-W14


class NoWeekToDieIn(AccountsError):
    """Une ligne scellée doit dire jusqu'à quand elle est gardée."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table} : dites jusqu'à quand la ligne est gardée (keep_until) avant de l'enregistrer.")


class SealedQuerySet[Row: "SealedModel"](models.QuerySet[Row]):
    def bulk_create(self, objs: Iterable[Row], *args: Any, **kwargs: Any) -> list[Row]:
        """Seal and write many rows, with one entry in the audit chain."""
        with transaction.atomic(using=self.db):
            rows = super().bulk_create(objs, *args, **kwargs)
            audit.record(self.model.update_action(), subjects=rows)
        return rows

    def dying_in(self, weeks: Iterable[Week]) -> Self:
        """Rows that die with one of the weeks."""
        return self.filter(dies_in__in=[str(week) for week in weeks])


class SealedModel(models.Model):
    """A row with a key of its own, wrapped by the key of the ISO week in which the row must die (``dies_in``).

    The row's identity is part of what is sealed: its texts open in no other row, field or table. Renaming a sealed
    field or its model therefore takes a migration that seals again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped_key = WrappedKey()
    dies_in = models.CharField(max_length=WEEK_LENGTH, editable=False, db_index=True)

    objects = SealedQuerySet.as_manager()
    # What the audit chain calls the reading of a field, where the access policy has a row for it.
    audit_actions: ClassVar[Mapping[str, str]] = {}
    _row_key: RowKey | None = None

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_dies_in_a_week", condition=Q(dies_in__regex=r"^[0-9]{4}-W[0-5][0-9]$")
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Seal what was assigned and save it; a change of a sealed text is an entry in the audit chain."""
        if update_fields is not None:
            update_fields = {*update_fields}
            if update_fields & {"dies_in", "wrapped_key"}:
                update_fields |= {"dies_in", "wrapped_key"}
        written = self._names_to_seal() & set(update_fields if update_fields is not None else self.sealed_names())
        with transaction.atomic():
            super().save(*args, update_fields=update_fields, **kwargs)
            audit.record(self.update_action(), subjects=[self] if written else [])

    @classmethod
    def sealed_names(cls) -> tuple[str, ...]:
        """Names of the sealed fields."""
        return tuple(field.name for field in cls._meta.concrete_fields if isinstance(field, SealedText))

    @classmethod
    def update_action(cls) -> str:
        """What the audit chain calls a change of such a row."""
        return f"{cls._meta.model_name}.update"

    @classmethod
    def read_action(cls, name: str) -> str:
        """What the audit chain calls the reading of a sealed field."""
        return cls.audit_actions.get(name, f"{cls._meta.model_name}.{name}")

    @property
    def audit_subject(self) -> models.Model:
        """The row that a reading is told of: this one, or what it belongs to."""
        return self

    @property
    def place(self) -> Place:
        """The row's identity, bound into what it seals."""
        return Place(self._meta.label_lower, self.pk)

    @property
    def row_key(self) -> RowKey:
        """The row's open key: drawn for a new row, otherwise opened by the key of its week.

        Raises
        ------
        accounts.sealing.SealingError
            When the week's key is gone or is another's, or the row was tampered with.
        """
        if self._row_key is None or self._row_key.place.row != self.pk:
            self._row_key = self._open_key() if self.wrapped_key else RowKey.new(self.place)
        return self._row_key

    def keep_until(self, day: dt.date) -> None:
        """Let the row die at the end of the week of ``day``, later or earlier than before; saved by `save`."""
        week = Week.of(day)
        if self.wrapped_key and str(week) != self.dies_in:
            key = self.row_key
            self.wrapped_key = key.wrap(week, key_store().week_cipher(week, create=True))
        self.dies_in = str(week)

    def wrap_new_key(self) -> None:
        """Wrap the key of a row that is about to be saved for the first time.

        Raises
        ------
        NoWeekToDieIn
            When `keep_until` was not called.
        """
        if not self.dies_in:
            raise NoWeekToDieIn(str(self._meta.verbose_name))
        if not self.wrapped_key:
            week = Week.parse(self.dies_in)
            self.wrapped_key = self.row_key.wrap(week, key_store().week_cipher(week, create=True))

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again, and forget its open key."""
        self._row_key = None
        super().refresh_from_db(*args, **kwargs)

    def open_without_trace(self, names: Sequence[str]) -> dict[str, str]:
        """Open sealed texts; for `accounts.unsealing` alone, which leaves the trace.

        Raises
        ------
        accounts.sealing.SealingError
            When the week's key is gone or is another's, or the row was tampered with.
        """
        return {name: self._open(name) for name in names}

    def _open(self, name: str) -> str:
        covered: Covered = getattr(self, name)
        content: bytes | str = covered.uncover()
        return content if isinstance(content, str) else self.row_key.open(name, content)

    def _open_key(self) -> RowKey:
        week = Week.parse(self.dies_in)
        return RowKey.unwrap(bytes(self.wrapped_key), self.place, week, key_store().week_cipher(week))

    def _names_to_seal(self) -> set[str]:
        held = ((name, self.__dict__.get(name)) for name in self.sealed_names())
        return {name for name, value in held if isinstance(value, Covered) and not value.is_sealed}
