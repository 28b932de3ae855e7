"""What has to be proven of a table: which figures may be shown, and which numbers must stay hidden."""

from dataclasses import dataclass

from maps.disclosure.attacker import Figures, Target
from maps.disclosure.space import Costs, Flags, Numbers, Rows


@dataclass(frozen=True, kw_only=True)
class Audit:
    """A table before it is known what is left out of it.

    Attributes
    ----------
    figures
        The rows over the atoms that they tell apart: atoms that are always added up together are one.
    places
        Where each atom stands: the number of a leaf of the ground, the first where it has several, shape (atoms,).
    showable
        Figures that are not suppressed for themselves, shape (new,).
    costs
        What leaving out a figure costs, shape (new,).
    hidden, targets
        Numbers that must stay hidden: a row over the atoms for each, and how far it has to seem to range.
    """

    figures: Figures
    places: Numbers
    showable: Flags
    costs: Costs
    hidden: Rows
    targets: tuple[Target, ...]
