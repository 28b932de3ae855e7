"""The homes on which figures stand: what stands on few is told by no figure, nor by what two of them leave."""

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from maps.disclosure.figures import GROUND, Leaf, Unit
from maps.disclosure.space import Costs, Flags, Numbers, Rows, Space, flatten

# The part of the atoms that no figure holds.
UNTOLD = 0


class Ground:
    """Homes by piece of ground; a measure without an axis of the ground stands on enough.

    Attributes
    ----------
    homes
        By leaf, as they were last told.
    possible
        Atoms on whose ground there is a home, shape (atoms,).
    """

    def __init__(self, space: Space, homes: Mapping[Leaf, int]) -> None:
        self.homes = homes
        leaves, self._leaf = space.leaf_of_atoms(GROUND)
        self._homes = np.array([homes.get(leaf, Unit.HOMES.threshold) for leaf in leaves], dtype=np.int64)
        self.possible: Flags = self._homes[self._leaf] > 0
        self._leaves_of_atoms = sparse.csr_array(
            (np.ones(space.size, dtype=np.int64), (np.arange(space.size), self._leaf)),
            shape=(space.size, len(leaves)),
        )

    def inhabited(self, space: Space, where: Flags) -> "Ground":
        """Say that a home stands at least where something was counted, whatever was told since."""
        leaves, _ = space.leaf_of_atoms(GROUND)
        emptied = np.unique(self._leaf[where & ~self.possible])
        return Ground(space, {**self.homes, **{leaves[leaf]: 1 for leaf in emptied}}) if emptied.size else self

    def homes_under(self, sums: Rows) -> Numbers:
        """Count the homes of the leaves that each row touches, each leaf once."""
        return np.asarray(flatten(sums @ self._leaves_of_atoms) @ self._homes)

    def admit(self, past: Rows, new: Rows, costs: Costs) -> Flags:
        """Choose the figures that leave no part of the ground with a few homes on its own, the dearest first.

        Parameters
        ----------
        past, new
            Figures that were published, and those to choose from, shape (figures, atoms).
        costs
            What it costs to leave out a new figure, shape (new,).

        Notes
        -----
        Figures divide the atoms into parts that each is made of whole. As long as every part holds enough homes,
        what stands on fewer lies within parts, and nothing that is added or subtracted tells what is inside. What
        no figure holds may be small: nothing is told of it.
        """
        few = (self._homes > 0) & (self._homes < Unit.HOMES.threshold)
        if not few.any():
            return np.ones(new.shape[0], dtype=np.bool_)
        part = np.zeros(past.shape[1], dtype=np.int64)
        for row in range(past.shape[0]):
            part = _divide(part, past[[row]].indices)
        admitted = np.zeros(new.shape[0], dtype=np.bool_)
        for row in np.argsort(-costs, kind="stable"):
            divided = _divide(part, new[[row]].indices)
            if not self._parts_off_few(part, divided):
                part, admitted[row] = divided, True
        return admitted

    def _parts_off_few(self, before: Numbers, after: Numbers) -> bool:
        """Tell whether a division makes a part that stands on a few homes; what was so already does not count."""
        parts, leaves = np.unique(np.column_stack([after, self._leaf]), axis=0).T
        homes = np.bincount(parts, weights=self._homes[leaves])
        few = (homes > 0) & (homes < Unit.HOMES.threshold)
        few[UNTOLD] = False
        # A part that is as large as it was is the same part, unless nothing was told of it.
        changed = (np.bincount(after)[after] != np.bincount(before)[before]) | (before == UNTOLD)
        return bool((few[after] & changed).any())


def _divide(part: Numbers, figure: Numbers) -> Numbers:
    """Number the parts anew into which a figure divides them; what no figure holds stays ``UNTOLD``."""
    halves = 2 * part
    halves[figure] += 1
    return np.unique(np.append(UNTOLD, halves), return_inverse=True)[1][1:]
