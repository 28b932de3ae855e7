"""An attacker of everything at once: all that was published of a measure, and every number that must stay hidden.

One by one, a thousand hidden numbers would each take two searches through the whole. But one table of counts that
agrees with all that is published says something of every hidden number: each that is 0 in it can be 0, and each
that is as large there as it has to seem can be so. What no such table shows is searched for on its own, so that
nothing is called hidden that is not.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from maps.disclosure import Publication, Unit
from maps.disclosure.figures import Atom
from maps.disclosure.ledger import Closed, Ledger

UNBOUNDED = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """A number that must stay hidden: the atoms that it adds up, and what it must be able to seem, beside 0."""

    atoms: tuple[Atom, ...]
    reach: int


@dataclass(frozen=True, kw_only=True)
class Attack:
    """How many figures were told, how many numbers are hidden, and which of these are given away."""

    told: int
    hidden: int
    searches: int
    given_away: tuple[Hidden, ...]


def attack_measure(ledger: Ledger, measure: str, unit: Unit) -> Attack:
    """Attack all that was ever published of a measure, with whole numbers and nothing of what proves it safe.

    What must stay hidden is taken from the counts that the publications were made of: every atom and every label
    of a table with fewer units than the threshold. It must be able to be 0, and the threshold or, of a quantity,
    twice what it is.
    """
    publications = ledger.of(measure)
    axes = list(publications[0].axes)
    groups = [
        frozenset[str]().union(*(g for one in publications for g in one.axes[axis].values())) for axis in axes
    ]
    atoms = {atom: place for place, atom in enumerate(product(*map(sorted, groups)))}
    hidden = tuple(hidden_numbers(publications, ledger.closed, measure, unit))
    search = _Search(atoms, list(figures_of(publications)))
    return Attack(
        told=len(search.values),
        hidden=len(hidden),
        given_away=tuple(search.find_given_away(hidden)),
        searches=search.count,
    )


def figures_of(publications: Iterable[Publication]) -> Iterable[tuple[tuple[Atom, ...], int]]:
    """Yield each published figure once: the atoms that it adds up, and its value."""
    seen: dict[tuple[Atom, ...], int] = {}
    for publication in publications:
        for labels, value in publication.values.items():
            seen[_atoms_of(publication, labels)] = value
    return seen.items()


def hidden_numbers(
    publications: Sequence[Publication], closed: Collection[Closed], measure: str, unit: Unit
) -> Iterable[Hidden]:
    """Yield every number that nobody may find: of fewer units than the threshold, told in no publication."""
    counts = {next(iter(one.atoms)): one for one in closed if one.measure == measure and len(one.atoms) == 1}
    told = {atoms for atoms, _value in figures_of(publications)}
    every = {(atom,) for atom in counts} | {
        _atoms_of(publication, labels) for publication in publications for labels in publication
    }
    for atoms in sorted(every - told):
        kept = [counts[atom] for atom in atoms if atom in counts]
        if sum(one.count for one in kept) < unit.threshold:
            amount = sum(one.amount for one in kept)
            yield Hidden(atoms=atoms, reach=unit.threshold if amount < unit.threshold else 2 * amount)


def _atoms_of(publication: Publication, labels: tuple[str, ...]) -> tuple[Atom, ...]:
    groups = [groups[label] for groups, label in zip(publication.axes.values(), labels, strict=True)]
    return tuple(sorted(product(*groups)))


class _Search:
    """Whole counts that agree with what is published."""

    def __init__(self, atoms: Mapping[Atom, int], figures: Sequence[tuple[tuple[Atom, ...], int]]) -> None:
        self.atoms, self.count = atoms, 0
        self.matrix = self._rows([of for of, _value in figures])
        self.values = np.array([value for _of, value in figures])

    def find_given_away(self, hidden: Sequence[Hidden]) -> Iterable[Hidden]:
        rows = self._rows([one.atoms for one in hidden])
        reach = np.array([one.reach for one in hidden])
        lowest = self._open_after(rows, lambda sums, _open: sums == 0, self._lower)
        highest = self._open_after(
            rows, lambda sums, of: sums >= reach[of], lambda of_rows, of: self._raise(of_rows, reach[of])
        )
        return [hidden[place] for place in sorted({*lowest, *highest})]

    def _open_after(
        self,
        rows: sparse.csr_array,
        is_reached: Callable[[NDArray[np.float64], NDArray[np.int64]], NDArray[np.bool_]],
        find: Callable[[sparse.csr_array, NDArray[np.int64]], NDArray[np.float64]],
    ) -> list[int]:
        """Return the numbers that no counts let reach their end."""
        left, found_out = np.arange(rows.shape[0]), []
        while len(left):
            table = find(rows[left], left)
            reached = is_reached(rows[left] @ table, left)
            if not reached.any():
                # None of them together: the first one alone, which is then decided.
                table = find(rows[left[:1]], left[:1])
                reached = is_reached(rows[left] @ table, left)
                if not reached[0]:
                    found_out.append(int(left[0]))
                    reached[0] = True
            left = left[~reached]
        return found_out

    def _lower(self, rows: sparse.csr_array, _of: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._solve(rows.sum(axis=0), [])

    def _raise(self, rows: sparse.csr_array, reach: NDArray[np.int64]) -> NDArray[np.float64]:
        """Find counts in which the numbers are as high as they have to seem, as many as may be."""
        seeming = sparse.hstack([rows, -sparse.eye_array(rows.shape[0])], format="csr")
        return self._solve(np.zeros(len(self.atoms)), [LinearConstraint(seeming, 0, np.inf)], ceilings=reach)

    def _solve(
        self,
        objective: NDArray[np.float64],
        beside: list[LinearConstraint],
        *,
        ceilings: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float64]:
        self.count += 1
        more = np.array([]) if ceilings is None else ceilings
        nothing = sparse.csr_array((self.matrix.shape[0], len(more)))
        answer = milp(
            # Of each number, the share of what it has to seem.
            np.concatenate([objective, -1 / more if len(more) else more]),
            integrality=np.concatenate([np.ones(len(self.atoms)), np.zeros(len(more))]),
            bounds=Bounds(0, np.concatenate([np.full(len(self.atoms), UNBOUNDED), more])),
            constraints=[
                LinearConstraint(sparse.hstack([self.matrix, nothing], format="csr"), self.values, self.values),
                *beside,
            ],
        )
        table = np.rint(answer.x[: len(self.atoms)])
        if (self.matrix @ table != self.values).any() or (table < 0).any():
            raise ValueError("What was found does not agree with what was published.")
        return table

    def _rows(self, sums: Sequence[Iterable[Atom]]) -> sparse.csr_array:
        places = [[self.atoms[atom] for atom in atoms] for atoms in sums]
        lengths = [len(row) for row in places]
        at = (
            np.repeat(np.arange(len(sums)), lengths),
            np.concatenate([np.array(row, dtype=int) for row in places]),
        )
        return sparse.csr_array((np.ones(sum(lengths)), at), shape=(len(sums), len(self.atoms)))
