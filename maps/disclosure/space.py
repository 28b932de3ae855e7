"""The ground of an audit: the atoms of a measure, and each figure as a row over them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from maps.disclosure.figures import Atom, Groups, Leaf, Table
from maps.disclosure.ledger import Ledger

type Rows = sparse.csr_array
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Costs = NDArray[np.float64]


class Space:
    """Every atom that a table and the former publications of its measure speak of, numbered."""

    def __init__(self, table: Table, ledger: Ledger) -> None:
        blocks = [table.axes, *(publication.axes for publication in ledger.of(table.measure))]
        self.names = list(dict.fromkeys(name for axes in blocks for name in axes))
        self._place: dict[str, dict[Leaf, int]] = {}
        self._leaves: dict[str, tuple[Leaf, ...]] = {}
        for name in self.names:
            leaves = {leaf for axes in blocks for group in axes.get(name, {}).values() for leaf in group}
            self._leaves[name] = tuple(sorted(leaves))
            self._place[name] = {leaf: place for place, leaf in enumerate(self._leaves[name])}
        self.shape = tuple(len(self._place[name]) for name in self.names)
        self.size = int(np.prod(self.shape))

    def rows(self, axes: Mapping[str, Groups]) -> Rows:
        """Write the figures of a table as rows of 0 and 1, in the order of ``product(*axes.values())``."""
        # A table may have its axes in another order than the space: rows are built in the space's, then moved.
        parts = [self._memberships(name, axes.get(name)) for name in self.names]
        rows = sparse.csr_array(reduce(sparse.kron, parts))
        # A product of dense parts is stored with its zeros.
        rows.eliminate_zeros()
        counts = [part.shape[0] for part in parts]
        own = [self.names.index(name) for name in axes]
        rest = [place for place in range(len(self.names)) if place not in own]
        order = np.arange(rows.shape[0]).reshape(counts).transpose(own + rest).ravel()
        return sparse.csr_array(rows[order])

    def _memberships(self, name: str, groups: Groups | None) -> Rows:
        places = self._place[name]
        if groups is None:
            return sparse.csr_array(np.ones((1, len(places)), dtype=np.int64))
        dense = np.zeros((len(groups), len(places)), dtype=np.int64)
        for row, leaves in enumerate(groups.values()):
            dense[row, [places[leaf] for leaf in leaves]] = 1
        return sparse.csr_array(dense)

    def leaves(self, name: str) -> tuple[Leaf, ...]:
        """The leaves of an axis, in order."""
        return self._leaves[name]

    def leaf_of_atoms(self, name: str) -> tuple[tuple[Leaf, ...], Numbers]:
        """Return the leaves of an axis, and which of them each atom has; the same for all without such an axis."""
        if name not in self.names:
            return ("",), np.zeros(self.size, dtype=np.int64)
        places = np.unravel_index(np.arange(self.size), self.shape)
        return self.leaves(name), places[self.names.index(name)]

    def indices(self, axes: Sequence[str], atoms: Iterable[Atom]) -> Numbers:
        """Number these atoms, in order; one that lacks an axis of the space stands for all its leaves."""
        found = [
            np.ravel_multi_index(
                np.ix_(
                    *(
                        [self._place[name][atom[axes.index(name)]]] if name in axes else np.arange(size)
                        for name, size in zip(self.names, self.shape, strict=True)
                    )
                ),
                self.shape,
            ).ravel()
            for atom in atoms
        ]
        return np.sort(np.concatenate(found)).astype(np.int64)

    def atom(self, index: int) -> Atom:
        """Name an atom again, by a leaf per axis of the space."""
        places = np.unravel_index(index, self.shape)
        return tuple(self._leaves[name][place] for name, place in zip(self.names, places, strict=True))


def flatten(rows: Rows) -> Rows:
    """Take an atom once that a row holds several times."""
    flat = sparse.csr_array(rows)
    flat.sum_duplicates()
    flat.data = np.ones_like(flat.data)
    return flat
