"""Tables to publish, and what is published of them: a figure, or the word that it is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from itertools import product
from types import MappingProxyType

from maps.disclosure.errors import CountsRefused

Leaf = str
Label = str
# One leaf, or one label, per axis of a table, in its order.
Atom = tuple[Leaf, ...]
Labels = tuple[Label, ...]
Groups = Mapping[Label, frozenset[Leaf]]
# The axis whose leaves are pieces of ground.
GROUND = "ground"


class Unit(Enum):
    """What a table counts, and under how many of them nothing is told."""

    HOMES = ("logements", 11)
    REPORTS = ("signalements", 5)

    def __init__(self, plural: str, threshold: int) -> None:
        self.plural, self.threshold = plural, threshold


class Suppressed(Enum):
    """A figure that is left out. It holds no number: nothing can be computed, compared or printed from it."""

    SUPPRESSED = "non publié"

    def __str__(self) -> str:
        return self.value

    def why(self, unit: Unit, *, counted: str = "") -> str:
        """Say why a figure is left out, in the same words for a small one and for one that would give it away.

        ``counted`` names what the table counts, where it is told better than by the unit: « absences ».
        """
        few = f"{unit.threshold} {counted or unit.plural}"
        return f"non publié : moins de {few}, ou de quoi déduire un tel nombre"


SUPPRESSED = Suppressed.SUPPRESSED
Figure = int | Suppressed


@dataclass(frozen=True, kw_only=True)
class Table:
    """Counts that somebody wants to publish, with every margin that will stand in the page.

    Attributes
    ----------
    measure
        What is counted. Tables of one measure add up with each other, whatever their axes; two measures never do.
    unit
        Who is counted, which gives the threshold.
    axes
        For each axis (``"ground"``, ``"month"``, ``"type"``…) the labels to publish and the leaves that each
        gathers: a sector its pieces, « rest of the commune » others, a quarter its three months. Labels may
        overlap. An axis that another table of the measure lacks is there taken as a whole.
    counts
        Units by atom (a leaf per axis); zero where absent. Only what is gathered by no label may not be given.
    amounts
        What is shown instead of the counts (nights of the homes, passages at them), by atom; the counts still
        decide. None: the counts are shown.
    homes
        Homes that stand on each leaf of the axis ``"ground"``, a public number; none where absent, and then
        everybody knows that nothing is counted there. None: every leaf has ``Unit.HOMES.threshold`` or more.

    Raises
    ------
    CountsRefused
        If a count is negative or not whole, lies outside the labels, or where there is no home; if an amount
        stands where nothing is counted.
    """

    measure: str
    unit: Unit
    axes: Mapping[str, Groups]
    counts: Mapping[Atom, int] = field(repr=False)
    amounts: Mapping[Atom, int] | None = field(default=None, repr=False)
    homes: Mapping[Leaf, int] | None = None

    def __post_init__(self) -> None:
        gathered = [frozenset[Leaf]().union(*groups.values()) for groups in self.axes.values()]
        for atom, count in [*self.counts.items(), *(self.amounts or {}).items()]:
            if not isinstance(count, int) or count < 0:
                raise CountsRefused(self.measure, "un nombre n'est pas un entier positif ou nul")
            if len(atom) != len(gathered) or not all(map(frozenset.__contains__, gathered, atom)):
                raise CountsRefused(self.measure, "un nombre n'entre dans aucune ligne ou colonne")
            if count and self._has_no_home(atom):
                raise CountsRefused(self.measure, "il en est compté là où il n'y a pas de logement")
        if any(amount and not self.counts.get(atom) for atom, amount in (self.amounts or {}).items()):
            raise CountsRefused(self.measure, "une quantité ne vient de rien qui soit compté")

    def _has_no_home(self, atom: Atom) -> bool:
        if self.homes is None or GROUND not in self.axes:
            return False
        return self.homes.get(atom[list(self.axes).index(GROUND)], 0) == 0


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What is published of a table; nothing in it says what was left out.

    Attributes
    ----------
    measure, unit, axes
        As in the table.
    values
        The figures that are published, by their labels, and no other.
    """

    measure: str
    unit: Unit
    axes: Mapping[str, Groups]
    values: Mapping[Labels, int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __getitem__(self, labels: Labels) -> Figure:
        """Return the figure of these labels, one per axis; KeyError for labels that the table has not."""
        if len(labels) != len(self.axes) or not all(
            map(lambda groups, label: label in groups, self.axes.values(), labels)
        ):
            raise KeyError(labels)
        return self.values.get(labels, SUPPRESSED)

    def __iter__(self) -> Iterator[Labels]:
        return product(*self.axes.values())


def ratio(part: Figure, whole: Figure) -> Fraction | Suppressed | None:
    """Divide two published figures; left out when either is, None when the whole is zero."""
    if isinstance(part, Suppressed) or isinstance(whole, Suppressed):
        return SUPPRESSED
    return Fraction(part, whole) if whole else None
