"""Tables that are sorted by their headings; the order is in the address, as ``?tri=jour`` or ``?tri=-jour``."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: the word for it in the address, its heading, and the fields that order it."""

    key: str
    label: str | Promise
    order_by: tuple[str, ...]
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class Sorting:
    """The order asked for: a column, upwards or downwards."""

    column: Column
    is_descending: bool = False

    @property
    def order_by(self) -> tuple[str, ...]:
        """The arguments of ``QuerySet.order_by``."""
        if not self.is_descending:
            return self.column.order_by
        return tuple(field[1:] if field.startswith("-") else f"-{field}" for field in self.column.order_by)

    def aria_sort(self, column: Column) -> str:
        """What ``aria-sort`` says of a column; empty for those that do not order the table."""
        if column != self.column:
            return ""
        return "descending" if self.is_descending else "ascending"

    def next_key(self, column: Column) -> str:
        """What the address asks for once the heading is pressed: this column, and downwards the second time."""
        is_again = column == self.column and not self.is_descending
        return f"-{column.key}" if is_again else column.key


def read_sorting(asked: str, columns: Sequence[Column], *, default: str) -> Sorting:
    """Read the order from the address; what is not a column of the table means the default.

    Raises
    ------
    KeyError
        When the default is no column of the table.
    """
    known = {column.key: column for column in columns}
    is_descending = asked.startswith("-")
    column = known.get(asked.removeprefix("-"))
    if column is None:
        return Sorting(column=known[default.removeprefix("-")], is_descending=default.startswith("-"))
    return Sorting(column=column, is_descending=is_descending)
