"""The counts that a table is made of: as they were when they were first published, else as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from maps.disclosure.errors import CountsRefused
from maps.disclosure.figures import Leaf, Table
from maps.disclosure.ledger import Closed, Ledger
from maps.disclosure.space import Flags, Numbers, Rows, Space


@dataclass(frozen=True, kw_only=True)
class Block:
    """Atoms whose sum is known, with the count and the amount that they add up to."""

    places: Numbers
    count: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Numbers by atom of the space, consistent with all that was published.

    Attributes
    ----------
    counts, amounts
        Units, and what is shown for them. Where only a sum is known they are one of the ways to make it.
    disputed
        Atoms whose counts have changed in a way that would show, each time with the blocks that are closed in
        them: only a figure that takes whole blocks can be computed.
    closed
        What the ledger has to keep from now on, for this measure.
    """

    counts: Numbers
    amounts: Numbers
    disputed: tuple[tuple[Numbers, tuple[Block, ...]], ...]
    closed: tuple[Closed, ...]


def settle(space: Space, possible: Flags, table: Table, ledger: Ledger) -> Settled:
    """Bring the counts of a table and those that are closed together.

    Notes
    -----
    A closed count stands against a later one of the same atoms. Where a new cut divides it, or a table that lacks
    an axis adds several up, both are kept if there are counts that agree with both; else the correction would
    show, and the later ones are left aside.

    Raises
    ------
    CountsRefused
        If closed counts contradict each other: the ledger was not kept as it was given.
    """
    old = [
        Block(places=space.indices(one.axes, one.atoms), count=one.count, amount=one.amount)
        for one in ledger.closed
        if one.measure == table.measure
    ]
    closed_already = {block.places.tobytes() for block in old}
    new = [block for block in _blocks_of(space, table) if block.places.tobytes() not in closed_already]
    counts, amounts = np.zeros(space.size, dtype=np.int64), np.zeros(space.size, dtype=np.int64)
    disputed, kept = [], list[Block]()
    for olds, news in _apart(space, old, new):
        blocks = (*olds, *news)
        places = np.unique(np.concatenate([block.places for block in blocks]))
        agreed = _agree(places, blocks, possible)
        if agreed is None:
            disputed.append((places, olds))
            blocks = olds
            # Homes may have been recounted since.
            agreed = _agree(places, olds, possible) or _agree(places, olds, np.ones_like(possible))
            if agreed is None:
                raise CountsRefused(table.measure, "ce qui en a déjà été publié se contredit")
        counts[places], amounts[places] = agreed
        kept += _without_sums(blocks)
    return Settled(
        counts=counts,
        amounts=amounts,
        disputed=tuple(disputed),
        closed=tuple(
            Closed(
                measure=table.measure,
                axes=tuple(space.names),
                atoms=frozenset(space.atom(int(place)) for place in block.places),
                count=block.count,
                amount=block.amount,
            )
            for block in kept
        ),
    )


def _blocks_of(space: Space, table: Table) -> list[Block]:
    axes, blocks = tuple(table.axes), []
    for atom in product(*(sorted(frozenset[Leaf]().union(*groups.values())) for groups in table.axes.values())):
        count = table.counts.get(atom, 0)
        amount = count if table.amounts is None else table.amounts.get(atom, 0)
        blocks.append(Block(places=space.indices(axes, [atom]), count=count, amount=amount))
    return blocks


def _apart(
    space: Space, old: Sequence[Block], new: Sequence[Block]
) -> list[tuple[tuple[Block, ...], tuple[Block, ...]]]:
    """Gather the blocks that share atoms, directly or through others, the closed ones apart from those of now."""
    blocks = [*old, *new]
    sums = _sums([block.places for block in blocks], space.size)
    _, part = connected_components(sums @ sums.T, directed=False)
    gathered: dict[int, tuple[list[Block], list[Block]]] = {}
    for number, block in enumerate(blocks):
        gathered.setdefault(int(part[number]), ([], []))[int(number >= len(old))].append(block)
    return [(tuple(olds), tuple(news)) for olds, news in gathered.values()]


def _agree(places: Numbers, blocks: Sequence[Block], possible: Flags) -> tuple[Numbers, Numbers] | None:
    """Find whole counts and amounts of these atoms that every block agrees with; None if there are none."""
    if len(blocks) == 1:
        first = np.arange(len(places)) == np.argmax(possible[places])
        return first * blocks[0].count, first * blocks[0].amount
    sums = _sums([np.searchsorted(places, block.places) for block in blocks], len(places))
    found = []
    for values in ([block.count for block in blocks], [block.amount for block in blocks]):
        answer = milp(
            np.zeros(len(places)),
            integrality=np.ones(len(places)),
            bounds=Bounds(0, np.where(possible[places], np.inf, 0.0)),
            constraints=LinearConstraint(sums, values, values),
        )
        if answer.x is None:
            return None
        found.append(np.rint(answer.x).astype(np.int64))
    return found[0], found[1]


def _sums(groups: Sequence[Numbers], size: int) -> Rows:
    """Write groups of places as rows of 0 and 1."""
    places = np.concatenate(groups)
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return sparse.csr_array((np.ones(len(places), dtype=np.int64), (rows, places)), shape=(len(groups), size))


def _without_sums(blocks: Sequence[Block]) -> list[Block]:
    """Leave aside the blocks that add up single atoms which are closed themselves."""
    single = [block.places for block in blocks if len(block.places) == 1]
    alone = np.concatenate(single) if single else np.empty(0, dtype=np.int64)
    return [block for block in blocks if len(block.places) == 1 or not np.isin(block.places, alone).all()]
