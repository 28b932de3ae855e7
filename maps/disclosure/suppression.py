"""Choose what is left out of a table, and prove that the rest gives nothing away."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from maps.disclosure.attacker import Undecided, find_witness, range_of_past
from maps.disclosure.case import Case, prepare
from maps.disclosure.errors import NotProven
from maps.disclosure.figures import Publication, Table
from maps.disclosure.ledger import Ledger
from maps.disclosure.space import Costs, Flags, Numbers

# A table gives the same publication whenever it is computed.
SEED = 2026
# Beside the cost of leaving out a figure, which is one or more.
PULL = 1e-3


def publish(table: Table, ledger: Ledger, *, linked: Sequence[Publication] = ()) -> tuple[Publication, Ledger]:
    """Publish what may be published of a table, knowing all that was published before.

    Parameters
    ----------
    table
        The counts, with every margin that the page will show.
    ledger
        Everything published so far, of any measure.
    linked
        Publications of the same rows and columns whose gaps have to be gaps here as well: nights where the homes
        are left out, since the one is guessed from the other.

    Returns
    -------
    publication, ledger
        What may be shown, and the ledger with it: to be kept before anything is shown.

    Raises
    ------
    NotProven
        If the solver gave up: nothing is published.

    Notes
    -----
    *Primary suppression*: a figure of fewer units than the threshold, zero included, or one that would leave a
    part of the ground with fewer than 11 homes on its own (see ``ground``). Only a zero where no home stands is
    published. *Complementary suppression*: further figures are left out until each small figure, and each small
    atom that the figures tell apart, seems to range from 0 to the threshold at least. As any small atom may be at
    the threshold, no sum of atoms can be told to be under it, whatever is added and subtracted. Each end of each
    range is proven by a witness (see ``attacker``). A figure once published is repeated as it was.
    """
    case = prepare(table, ledger, linked)
    proof = _Proof(case)
    try:
        proof.complete()
    except Undecided as reason:
        raise NotProven(table.measure) from reason
    proof.take_back()
    if not proof.holds():
        raise NotProven(table.measure)
    publication = Publication(
        measure=table.measure,
        unit=table.unit,
        axes=table.axes,
        values={labels: int(proof.values[row]) for row, labels in enumerate(case.labels) if proof.shown[row]},
    )
    others = (one for one in ledger.closed if one.measure != table.measure)
    return publication, Ledger(
        publications=(*ledger.publications, publication), closed=(*others, *case.closed), homes=case.homes
    )


class _Proof:
    """The figures that are shown, and the witnesses that they give nothing away."""

    def __init__(self, case: Case) -> None:
        self._figures, self._costs, self._showable = case.figures, case.costs, case.showable
        self._targets = list(case.targets)
        self._sums = case.hidden
        self._random = np.random.default_rng(SEED)
        self.values = case.figures.new @ case.figures.truth
        self.shown = case.showable.copy()
        self._witnesses = [case.figures.truth]

    def complete(self) -> None:
        """Leave figures out until every target has both its witnesses."""
        reached = self._reached(self._witnesses[0])
        for number, end in np.ndindex(*reached.shape):
            if not reached[number, end]:
                witness = self._find(number, self._pull(reached), high=bool(end))
                self._witnesses.append(witness)
                self.shown &= self._figures.new @ witness == self.values
                reached |= self._reached(witness)

    def _pull(self, reached: Flags) -> Costs:
        """Draw a witness towards ends that none has reached yet, a random one for each target."""
        strengths = self._random.random(reached.shape) * ~reached
        strengths[np.arange(len(strengths)), self._random.integers(2, size=len(strengths))] *= 1 / 1024
        return PULL * np.asarray(self._sums.T @ (strengths[:, 0] - strengths[:, 1]))

    def _find(self, number: int, pull: Costs, *, high: bool) -> Numbers:
        target = self._targets[number]
        witness = find_witness(self._figures, self.shown, self._costs, target, high=high, pull=pull)
        if witness is None:
            self._targets[number] = target = range_of_past(self._figures, target)
            witness = find_witness(self._figures, self.shown, self._costs, target, high=high, pull=pull)
        if witness is None:
            raise Undecided
        return witness

    def _reached(self, witness: Numbers) -> Flags:
        """Tell which ends of which targets a witness reaches, shape (targets, 2): low, high."""
        sums = self._sums @ witness
        ends = np.array([(target.low, target.high) for target in self._targets], dtype=np.int64).reshape(-1, 2)
        return np.column_stack([sums <= ends[:, 0], sums >= ends[:, 1]])

    def take_back(self) -> None:
        """Show again what turned out not to be needed, the dearest first."""
        witnesses = np.array(self._witnesses)
        agrees = self._figures.new @ witnesses.T == self.values[:, None]
        reached = np.array([self._reached(witness) for witness in witnesses])
        kept = np.ones(len(witnesses), dtype=np.bool_)
        gaps = np.flatnonzero(self._showable & ~self.shown)
        for row in gaps[np.argsort(-self._costs[gaps], kind="stable")]:
            fewer = kept & agrees[row]
            if reached[fewer].any(axis=0).all():
                kept, self.shown[row] = fewer, True
        self._witnesses = list(witnesses[kept])

    def holds(self) -> bool:
        """Check by adding up: witnesses agree with all that is public, and every target has both of its ends."""
        figures, witnesses = self._figures, np.array(self._witnesses).T
        public = sparse.vstack([figures.past, figures.new[np.flatnonzero(self.shown)]])
        agree = (public @ witnesses == (public @ figures.truth)[:, None]).all()
        counts = (witnesses >= 0).all() and not witnesses[~figures.possible].any()
        reached = np.array([self._reached(witness) for witness in self._witnesses]).any(axis=0).all()
        return bool(agree and counts and reached and not (self.shown & ~self._showable).any())
