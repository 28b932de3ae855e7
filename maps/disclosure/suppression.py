"""Choose what is left out of a table, and prove that the rest gives nothing away."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from maps.disclosure.attacker import Undecided, find_witness, range_of_past
from maps.disclosure.audit import Audit
from maps.disclosure.case import prepare
from maps.disclosure.errors import NotProven
from maps.disclosure.figures import Publication, Table
from maps.disclosure.ledger import Ledger
from maps.disclosure.pieces import Division
from maps.disclosure.space import Costs, Flags, Numbers

# A table gives the same publication whenever it is computed.
SEED = 2026
# Beside the cost of leaving out a figure, which is one or more.
PULL = 1e-3
# What no piece hides is searched for in a quarter as many.
FEWER = 4


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
    range is proven by a witness (see ``attacker``). A figure once published is repeated as it was. The witnesses
    of a large table are sought piece by piece (see ``pieces``).
    """
    case = prepare(table, ledger, linked)
    proof = _Proof(case.audit)
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
    """The figures that are shown, and the witnesses that they give nothing away.

    With ``reached``, ends of targets that need no witness any more, it is the proof of a piece: what cannot be
    hidden within it is left aside.
    """

    def __init__(self, audit: Audit, *, reached: Flags | None = None) -> None:
        self._audit, self._figures, self._is_piece = audit, audit.figures, reached is not None
        self._ends = np.array([(one.low, one.high) for one in audit.targets], dtype=np.int64).reshape(-1, 2)
        self._reached_before = np.zeros_like(self._ends, dtype=np.bool_) if reached is None else reached
        self._random = np.random.default_rng(SEED)
        self.values = audit.figures.new @ audit.figures.truth
        self.shown = audit.showable.copy()
        self.witnesses = [audit.figures.truth]
        self._left_out_last = np.zeros_like(self.shown)

    def complete(self) -> None:
        """Leave figures out until every target has both its witnesses: by pieces as long as that finds some."""
        division = Division(self._audit)
        pieces = division.most
        while pieces > 1:
            self._search_pieces(division, pieces)
            pieces //= FEWER
        self.search()

    def _search_pieces(self, division: Division, pieces: int) -> None:
        """Search each piece for what has no witness yet, and put together those of all pieces."""
        reached = self._reached()
        if reached.all():
            return
        found: list[Numbers] = []
        for piece in division.divide(pieces, self.shown):
            proof = _Proof(piece.audit, reached=reached[piece.hidden])
            proof.search()
            proof.take_back()
            self.shown[piece.new] = proof.shown
            for rank, witness in enumerate(proof.witnesses):
                if rank == len(found):
                    found.append(self._figures.truth.copy())
                found[rank][piece.atoms] = witness
        self.witnesses += found

    def search(self) -> None:
        """Search for what has no witness yet, leaving out the figures that it differs from."""
        reached, before = self._reached(), self.shown.copy()
        for number, end in np.ndindex(*reached.shape):
            if reached[number, end]:
                continue
            try:
                witness = self._find(number, self._pull(reached), high=bool(end))
            except Undecided:
                if self._is_piece:
                    continue
                raise
            self.witnesses.append(witness)
            self.shown &= self._figures.new @ witness == self.values
            reached |= self._reaches(witness)
        self._left_out_last = before & ~self.shown

    def _pull(self, reached: Flags) -> Costs:
        """Draw a witness towards ends that none has reached yet, a random one for each target."""
        strengths = self._random.random(reached.shape) * ~reached
        strengths[np.arange(len(strengths)), self._random.integers(2, size=len(strengths))] *= 1 / 1024
        return PULL * np.asarray(self._audit.hidden.T @ (strengths[:, 0] - strengths[:, 1]))

    def _find(self, number: int, pull: Costs, *, high: bool) -> Numbers:
        low, most = map(int, self._ends[number])
        target = replace(self._audit.targets[number], low=low, high=most)
        witness = find_witness(self._figures, self.shown, self._audit.costs, target, high=high, pull=pull)
        if witness is None and not self._is_piece:
            target = range_of_past(self._figures, target)
            self._ends[number] = target.low, target.high
            witness = find_witness(self._figures, self.shown, self._audit.costs, target, high=high, pull=pull)
        if witness is None:
            raise Undecided
        return witness

    def _reaches(self, witness: Numbers) -> Flags:
        """Tell which ends of which targets a witness reaches, shape (targets, 2): low, high."""
        sums = self._audit.hidden @ witness
        return np.column_stack([sums <= self._ends[:, 0], sums >= self._ends[:, 1]])

    def _reached(self) -> Flags:
        """Tell the same of all witnesses together."""
        return np.asarray(np.logical_or.reduce([self._reached_before, *map(self._reaches, self.witnesses)]))

    def take_back(self) -> None:
        """Show again what turned out not to be needed, the dearest first."""
        agrees = self._figures.new @ np.array(self.witnesses).T == self.values[:, None]
        reached = np.array([self._reached_before, *map(self._reaches, self.witnesses)])
        needed, kept = reached.any(axis=0), np.ones(len(self.witnesses), dtype=np.bool_)
        gaps = np.flatnonzero(self._left_out_last)
        for row in gaps[np.argsort(-self._audit.costs[gaps], kind="stable")]:
            fewer = kept & agrees[row]
            if (reached[np.append(True, fewer)].any(axis=0) == needed).all():
                kept, self.shown[row] = fewer, True
        self.witnesses = [witness for witness, is_kept in zip(self.witnesses, kept, strict=True) if is_kept]

    def holds(self) -> bool:
        """Check by adding up: witnesses agree with all that is public, and every target has both of its ends."""
        figures, witnesses = self._figures, np.array(self.witnesses).T
        public = sparse.vstack([figures.past, figures.new[np.flatnonzero(self.shown)]])
        agree = (public @ witnesses == (public @ figures.truth)[:, None]).all()
        counts = (witnesses >= 0).all() and not witnesses[~figures.possible].any()
        reached = self._reached().all()
        return bool(agree and counts and reached and not (self.shown & ~self._audit.showable).any())
