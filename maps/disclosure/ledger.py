"""What was published before, which nobody can take back, and the counts that it was made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from maps.disclosure.errors import LeavesUnknown
from maps.disclosure.figures import GROUND, Atom, Groups, Leaf, Publication


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The count of some atoms together, as it stood when it was first used in a publication.

    Attributes
    ----------
    axes
        Names of the axes; an axis of the measure that is not there is taken as a whole.
    atoms
        One atom, or several whose sum alone is known: what has been split since.
    count, amount
        Units counted there, and what is shown in their place.
    """

    measure: str
    axes: tuple[str, ...]
    atoms: frozenset[Atom]
    count: int = field(repr=False)
    amount: int = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All publications so far, to be kept behind the same wall as the counts themselves.

    Attributes
    ----------
    publications
        Everything that left the house, oldest first. An attacker has all of it.
    closed
        The counts of what was published, as they were then. A correction made later does not enter: two
        publications that differ by one home would tell of that home.
    homes
        Homes by leaf of the ground, as they were last told.
    """

    publications: tuple[Publication, ...] = ()
    closed: tuple[Closed, ...] = field(default=(), repr=False)
    homes: Mapping[Leaf, int] = MappingProxyType({})

    def of(self, measure: str) -> tuple[Publication, ...]:
        """The publications of one measure, oldest first."""
        return tuple(publication for publication in self.publications if publication.measure == measure)

    def split(self, axis: str, parts: Mapping[Leaf, frozenset[Leaf]]) -> "Ledger":
        """Say in finer leaves what was published before: the pieces into which a new cut divides the old ones.

        Parameters
        ----------
        axis
            The axis that is cut anew.
        parts
            The leaves that take the place of an old one; leaves that are not named stay as they are.

        Raises
        ------
        LeavesUnknown
            If a part belongs to two old leaves.
        """
        groups = [group for publication in self.publications for group in publication.axes.get(axis, {}).values()]
        seen: set[Leaf] = set()
        for leaf in frozenset[Leaf]().union(*groups):
            pieces = parts.get(leaf, frozenset({leaf}))
            if not seen.isdisjoint(pieces):
                raise LeavesUnknown(axis, pieces & seen)
            seen |= pieces
        return Ledger(
            publications=tuple(_split_groups(publication, axis, parts) for publication in self.publications),
            closed=tuple(_split_atoms(closed, axis, parts) for closed in self.closed),
            homes={leaf: homes for leaf, homes in self.homes.items() if axis != GROUND or leaf not in parts},
        )


def _split_groups(publication: Publication, axis: str, parts: Mapping[Leaf, frozenset[Leaf]]) -> Publication:
    if axis not in publication.axes:
        return publication
    finer: Groups = {
        label: frozenset(piece for leaf in leaves for piece in parts.get(leaf, {leaf}))
        for label, leaves in publication.axes[axis].items()
    }
    return replace(publication, axes={**publication.axes, axis: finer})


def _split_atoms(closed: Closed, axis: str, parts: Mapping[Leaf, frozenset[Leaf]]) -> Closed:
    if axis not in closed.axes:
        return closed
    place = closed.axes.index(axis)
    atoms = frozenset(
        (*atom[:place], piece, *atom[place + 1 :])
        for atom in closed.atoms
        for piece in parts.get(atom[place], {atom[place]})
    )
    return replace(closed, atoms=atoms)
