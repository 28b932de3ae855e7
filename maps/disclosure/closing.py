"""The counts that a table is made of: as they were when they were first published, else as they are now."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from maps.disclosure.figures import Leaf, Table
from maps.disclosure.ledger import Closed, Ledger
from maps.disclosure.space import Flags, Numbers, Space


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Numbers by atom of the space, consistent with all that was published.

    Attributes
    ----------
    counts, amounts
        Units, and what is shown for them.
    undivided
        Groups of atoms of which only the sum is known: a figure that takes some of a group cannot be computed.
    closed
        What the ledger has to keep from now on, for this measure.
    """

    counts: Numbers
    amounts: Numbers
    undivided: tuple[Numbers, ...]
    closed: tuple[Closed, ...]


def settle(space: Space, table: Table, ledger: Ledger) -> Settled:
    """Bring the counts of a table and those that are closed together.

    Notes
    -----
    A closed count stands against a later one. Where a closed count has been split by a new cut and the parts, as
    they are counted now, do not add up to it, only the sum is known: the correction would show in the parts.
    """
    counts, amounts = np.zeros(space.size, dtype=np.int64), np.zeros(space.size, dtype=np.int64)
    known, undivided, closed, split = np.zeros(space.size, dtype=np.bool_), [], [], []
    for one in ledger.closed:
        if one.measure == table.measure:
            places = space.indices(one.axes, one.atoms)
            if len(places) == 1:
                counts[places], amounts[places], known[places] = one.count, one.amount, True
                closed.append(one)
            else:
                split.append((one, places))
    fresh = _count_now(space, table, known, counts, amounts)
    for one, places in split:
        sums = (int(counts[places].sum()), int(amounts[places].sum()))
        if not fresh[places].all() or sums != (one.count, one.amount):
            fresh[places] = False
            _add_up_to(one.count, counts, places)
            _add_up_to(one.amount, amounts, places)
            undivided.append(places)
            closed.append(one)
    closed += [
        Closed(
            measure=table.measure,
            axes=tuple(space.names),
            atoms=frozenset({space.atom(int(place))}),
            count=int(counts[place]),
            amount=int(amounts[place]),
        )
        for place in np.flatnonzero(fresh)
    ]
    return Settled(counts=counts, amounts=amounts, undivided=tuple(undivided), closed=tuple(closed))


def _count_now(space: Space, table: Table, known: Flags, counts: Numbers, amounts: Numbers) -> Flags:
    """Write the counts of the table where none is closed, and tell where; the rest of a whole goes to one atom."""
    fresh = np.zeros(space.size, dtype=np.bool_)
    axes = tuple(table.axes)
    for atom in product(*(sorted(frozenset[Leaf]().union(*groups.values())) for groups in table.axes.values())):
        places = space.indices(axes, [atom])
        free, closed = places[~known[places]], places[known[places]]
        if free.size:
            count = table.counts.get(atom, 0)
            amount = count if table.amounts is None else table.amounts.get(atom, 0)
            counts[free[0]] = max(0, count - int(counts[closed].sum()))
            amounts[free[0]] = max(0, amount - int(amounts[closed].sum()))
            fresh[free] = True
    return fresh


def _add_up_to(total: int, numbers: Numbers, places: Numbers) -> None:
    """Change as few of these numbers as it takes for them to add up to the total."""
    for place in places:
        excess = int(numbers[places].sum()) - total
        numbers[place] = max(0, int(numbers[place]) - excess)
