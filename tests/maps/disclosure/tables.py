"""Small tables of counts by sector and month, as the tests of disclosure publish them."""

from maps.disclosure import Table, Unit
from tests.maps.disclosure.attack import one_each


def make_table(counts, *, ground=None, months=None, unit=Unit.HOMES, **more) -> Table:
    """A table of sectors A, B, C… by months 1, 2, 3…, with its totals unless other groups are given."""
    sectors, numbers = "ABCDEFGH"[: len(counts)], [str(month + 1) for month in range(len(counts[0]))]
    return Table(
        measure="absences",
        unit=unit,
        axes={
            "ground": ground or {**one_each(*sectors), "commune": frozenset(sectors)},
            "month": months or {**one_each(*numbers), "année": frozenset(numbers)},
        },
        counts={
            (sector, number): count
            for sector, row in zip(sectors, counts, strict=True)
            for number, count in zip(numbers, row, strict=True)
        },
        **more,
    )


def leaves_of(table: Table) -> dict[str, list[str]]:
    return {axis: sorted(frozenset().union(*groups.values())) for axis, groups in table.axes.items()}
