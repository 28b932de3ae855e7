"""A large table in pieces that are searched one by one, so that the work grows as the town, not as its square.

A figure of a sector stands on one place, a total of the commune on all. Within a piece, a total keeps what it
takes of it: what is found in each piece then agrees with every total, whatever was found in the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from maps.disclosure.attacker import Figures
from maps.disclosure.audit import Audit
from maps.disclosure.space import Flags, Numbers, Rows, flatten

# Figures of more places are totals, and no reason to search those together.
WIDE = 8
# Places of a piece: a town of sixteen sectors is one; fewer would cost each other more of their figures.
FEWEST_PLACES = 32
# What a total has in each piece, about: with less than twice the threshold, few figures of it could seem as much.
FEWEST_UNITS = 22


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some atoms of an audit and the figures and hidden numbers that lie whole within them, by number."""

    atoms: Numbers
    new: Numbers
    hidden: Numbers
    audit: Audit


class Division:
    """How an audit may be divided: by places that no figure of a few of them holds together.

    What spans several pieces is in none of them: a hidden total, and what cannot be hidden within a piece, are
    left to larger ones and at last to the whole. A division proves nothing: whatever is put together of its pieces
    is checked as any other witness.
    """

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._past, self._new, self._hidden = (
            _Columns(rows) for rows in (audit.figures.past, audit.figures.new, audit.hidden)
        )

    @cached_property
    def _rows(self) -> Rows:
        return sparse.csr_array(sparse.vstack([self._audit.figures.past, self._audit.figures.new]))

    @cached_property
    def _places_of_rows(self) -> Rows:
        places = self._audit.places
        one_each = sparse.csr_array((np.ones_like(places), (np.arange(len(places)), places)))
        return flatten(self._rows @ one_each)

    @cached_property
    def _groups(self) -> tuple[int, Numbers]:
        """How many groups of places are never told apart, and which of them each atom is in."""
        narrow = self._places_of_rows[np.flatnonzero(~self._is_wide)]
        count, group = connected_components(narrow.T @ narrow, directed=False)
        return count, group[self._audit.places]

    @cached_property
    def _is_wide(self) -> Flags:
        return np.asarray(np.diff(self._places_of_rows.indptr) > WIDE)

    @property
    def most(self) -> int:
        """Into how many pieces the audit may be divided; 1 where it is best searched as a whole."""
        past = self._audit.figures.past.shape[0]
        told = np.concatenate([np.ones(past, dtype=np.bool_), self._audit.showable])
        totals = (self._rows @ self._audit.figures.truth)[told & self._is_wide]
        by_units = min(totals, default=np.inf) // FEWEST_UNITS
        return max(1, int(min(self._groups[0] // FEWEST_PLACES, by_units)))

    def divide(self, pieces: int, shown: Flags) -> Iterator[Piece]:
        """Yield so many pieces of about as many places, in which the totals that are shown stay as they are."""
        count, group_of_atom = self._groups
        audit, figures = self._audit, self._audit.figures
        piece_of_atom = (np.arange(count) * pieces // count)[group_of_atom]
        for number in range(pieces):
            atoms = np.flatnonzero(piece_of_atom == number)
            past, new, hidden = (each.take(atoms) for each in (self._past, self._new, self._hidden))
            kept = [past.rows[np.flatnonzero(past.touched)]]
            kept.append(new.rows[np.flatnonzero(new.touched & ~new.is_whole & shown)])
            of_new, of_hidden = np.flatnonzero(new.is_whole), np.flatnonzero(hidden.is_whole)
            targets = [audit.targets[row] for row in of_hidden]
            yield Piece(
                atoms=atoms,
                new=of_new,
                hidden=of_hidden,
                audit=Audit(
                    figures=Figures(
                        past=sparse.csr_array(sparse.vstack(kept)),
                        new=new.rows[of_new],
                        truth=figures.truth[atoms],
                        possible=figures.possible[atoms],
                    ),
                    places=audit.places[atoms],
                    showable=shown[of_new],
                    costs=audit.costs[of_new],
                    hidden=hidden.rows[of_hidden],
                    targets=tuple(replace(one, places=np.searchsorted(atoms, one.places)) for one in targets),
                ),
            )


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """Rows over some atoms alone: which have any of them, and which have no others."""

    rows: Rows
    touched: Flags
    is_whole: Flags


class _Columns:
    """Rows of which some atoms are taken, in the order in which that is quick."""

    def __init__(self, rows: Rows) -> None:
        self._columns = sparse.csc_array(rows)
        self._sizes = np.diff(rows.indptr)

    def take(self, atoms: Numbers) -> _Taken:
        rows = sparse.csr_array(self._columns[:, atoms])
        sizes = np.diff(rows.indptr)
        return _Taken(rows=rows, touched=sizes > 0, is_whole=(sizes > 0) & (sizes == self._sizes))
