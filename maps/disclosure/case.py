"""A table set against its attacker: what is public, what is small, and what must stay hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from maps.disclosure.attacker import Costs, Figures, Target
from maps.disclosure.closing import settle
from maps.disclosure.errors import CountsRefused
from maps.disclosure.figures import GROUND, Labels, Leaf, Publication, Table, Unit
from maps.disclosure.ledger import Closed, Ledger
from maps.disclosure.space import Flags, Numbers, Rows, Space


@dataclass(frozen=True, kw_only=True)
class Case:
    """What ``publish`` decides on.

    Attributes
    ----------
    labels
        The figures of the table, in the order of the rows of ``figures.new``.
    figures
        The rows over the atoms that they tell apart: atoms that are always added up together are one.
    showable
        Figures that are not suppressed for themselves, shape (new,).
    costs
        What leaving out a figure costs, shape (new,).
    hidden, targets
        Numbers that must stay hidden: a row over the atoms for each, and how far it has to seem to range.
    closed, homes
        For the ledger.
    """

    labels: tuple[Labels, ...]
    figures: Figures
    showable: Flags
    costs: Costs
    hidden: Rows
    targets: tuple[Target, ...]
    closed: tuple[Closed, ...]
    homes: Mapping[Leaf, int]


def prepare(table: Table, ledger: Ledger, linked: Sequence[Publication]) -> Case:
    """Set a table against its attacker.

    Raises
    ------
    CountsRefused
        If something is counted under a leaf that is new in an axis that was published as a whole.
    """
    space = Space(table, ledger)
    settled = settle(space, table, ledger)
    ground = _Ground(space, {**ledger.homes, **_told_homes(table)})
    labels = tuple(product(*table.axes.values()))
    new = space.rows(table.axes)
    past, hidden, values = _former(space, table, ledger)
    if (past @ settled.amounts != values).any():
        raise CountsRefused(table.measure, "une part nouvelle apparaît dans ce qui est déjà publié")
    past, hidden = _concerned(new, past, hidden)
    kinds = _kinds(sparse.vstack([new, past, hidden]))

    def is_small(sums: Rows) -> Flags:
        homes = ground.homes_under(sums)
        under = (sums @ settled.counts < table.unit.threshold) | (homes < Unit.HOMES.threshold)
        return np.asarray(under & (homes > 0))

    published = set(_keys(past))
    bound = np.array([key in published for key in _keys(new)])
    forced = _cuts(new, settled.undivided) | _is_linked_gap(labels, linked)
    small = is_small(new) & ~bound
    hidden = _once(sparse.vstack([kinds[is_small(kinds)], new[small], hidden[is_small(hidden)]]))
    return Case(
        labels=labels,
        figures=Figures(
            past=_over(past, kinds),
            new=_over(new, kinds),
            truth=kinds @ settled.amounts,
            possible=ground.homes_under(kinds) > 0,
        ),
        showable=bound | ~(small | forced),
        costs=np.asarray(new.sum(axis=1), dtype=np.float64),
        hidden=_over(hidden, kinds),
        targets=_targets(table.unit, _over(hidden, kinds), hidden @ settled.amounts),
        closed=settled.closed,
        homes=ground.homes,
    )


class _Ground:
    """Homes under figures; where no table has an axis of the ground, there are enough everywhere."""

    def __init__(self, space: Space, homes: Mapping[Leaf, int]) -> None:
        self.homes = homes
        places = [space.names.index(GROUND)] if GROUND in space.names else []
        leaves = space.leaves(GROUND) if places else ("",)
        self._homes = np.array([homes.get(leaf, Unit.HOMES.threshold) for leaf in leaves])
        column = (
            np.unravel_index(np.arange(space.size), space.shape)[places[0]]
            if places
            else np.zeros(space.size, int)
        )
        self._leaf_of = sparse.csr_array(
            (np.ones(space.size, dtype=np.int64), (np.arange(space.size), column)), shape=(space.size, len(leaves))
        )

    def homes_under(self, sums: Rows) -> Numbers:
        """Count the homes of the leaves that each row touches, each leaf once."""
        return np.asarray(_flat(sums @ self._leaf_of) @ self._homes)


def _told_homes(table: Table) -> dict[Leaf, int]:
    if table.homes is None or GROUND not in table.axes:
        return {}
    return {leaf: table.homes.get(leaf, 0) for group in table.axes[GROUND].values() for leaf in group}


def _former(space: Space, table: Table, ledger: Ledger) -> tuple[Rows, Rows, Numbers]:
    """Former figures, each once: the rows of those published, of those left out, and the values of the former."""
    published: dict[bytes, tuple[Rows, int]] = {}
    left_out: dict[bytes, Rows] = {}
    for publication in ledger.of(table.measure):
        rows = space.rows(publication.axes)
        for row, (labels, key) in enumerate(zip(publication, _keys(rows), strict=True)):
            if labels in publication.values:
                published[key] = (rows[[row]], publication.values[labels])
            else:
                left_out[key] = rows[[row]]
    hidden = [row for key, row in left_out.items() if key not in published]
    none = sparse.csr_array((0, space.size), dtype=np.int64)
    return (
        sparse.vstack([none, *(row for row, _ in published.values())], format="csr"),
        sparse.vstack([none, *hidden], format="csr"),
        np.array([value for _, value in published.values()], dtype=np.int64),
    )


def _concerned(new: Rows, past: Rows, hidden: Rows) -> tuple[Rows, Rows]:
    """Keep the former figures that share atoms with the table, or with others that do."""
    rows = sparse.vstack([new, past])
    count, atoms = rows.shape
    graph = sparse.block_array(
        [[sparse.csr_array((count, count)), rows], [None, sparse.csr_array((atoms, atoms))]]
    )
    _, part = connected_components(graph, directed=False)
    reached = np.isin(part, part[: new.shape[0]])
    outside = ~reached[count:]
    return past[reached[new.shape[0] : count]], hidden[hidden @ outside == 0]


def _kinds(rows: Rows) -> Rows:
    """Gather the atoms that the same figures add up, a row for each kind; what no figure holds is left aside."""
    held = np.packbits(rows.toarray().astype(bool), axis=0).T
    kept = np.flatnonzero(held.any(axis=1))
    _, kind = np.unique(held[kept], axis=0, return_inverse=True)
    kind = kind.ravel()
    return sparse.csr_array(
        (np.ones(len(kept), dtype=np.int64), (kind, kept)), shape=(kind.max() + 1, rows.shape[1])
    )


def _over(sums: Rows, kinds: Rows) -> Rows:
    """Say sums of atoms as sums of kinds."""
    return _flat(sums @ kinds.T)


def _flat(rows: Rows) -> Rows:
    flat = sparse.csr_array(rows)
    flat.sum_duplicates()
    flat.data = np.ones_like(flat.data)
    return flat


def _keys(rows: Rows) -> list[bytes]:
    """Say what each row adds up, in a form that is equal for equal rows."""
    rows.sort_indices()
    return [rows.indices[start:end].tobytes() for start, end in pairwise(rows.indptr)]


def _cuts(new: Rows, undivided: Sequence[Numbers]) -> Flags:
    """Tell which figures take some of a group of which only the sum is known."""
    cut = np.zeros(new.shape[0], dtype=np.bool_)
    for places in undivided:
        taken = new[:, places].sum(axis=1)
        cut |= (taken > 0) & (taken < len(places))
    return cut


def _is_linked_gap(labels: Sequence[Labels], linked: Sequence[Publication]) -> Flags:
    return np.array([any(one not in publication.values for publication in linked) for one in labels])


def _once(rows: Rows) -> Rows:
    return rows[sorted({key: row for row, key in enumerate(_keys(rows))}.values())]


def _targets(unit: Unit, sums: Rows, values: Numbers) -> tuple[Target, ...]:
    """How far each number has to seem to range: from nothing to the threshold, or to twice what it is."""
    return tuple(
        Target(
            places=sums.indices[start:end],
            low=0,
            high=unit.threshold if value < unit.threshold else 2 * int(value),
        )
        for (start, end), value in zip(pairwise(sums.indptr), values, strict=True)
    )
