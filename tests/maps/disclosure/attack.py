"""An attacker who has the publications and a solver, and nothing of ours: how far may a hidden number range?"""

from collections.abc import Collection, Iterable, Mapping
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from maps.disclosure import Publication, Table

UNBOUNDED = 10_000


def attack(
    publications: Iterable[Publication], leaves: Mapping[str, Collection[str]], hidden: Collection[tuple[str, ...]]
) -> tuple[int, int]:
    """Return the least and the most that these atoms may add up to, in whole counts that agree with all."""
    atoms = {atom: place for place, atom in enumerate(product(*leaves.values()))}
    rows, values = [np.zeros(len(atoms))], [0]
    for publication in publications:
        for labels, value in publication.values.items():
            named = dict(zip(publication.axes, labels, strict=True))
            groups = [publication.axes[axis][named[axis]] if axis in named else leaves[axis] for axis in leaves]
            row = np.zeros(len(atoms))
            row[[atoms[atom] for atom in product(*groups)]] = 1
            rows.append(row)
            values.append(value)
    goal = np.zeros(len(atoms))
    goal[[atoms[atom] for atom in hidden]] = 1
    ends = [
        milp(
            sign * goal,
            integrality=np.ones(len(atoms)),
            bounds=Bounds(0, UNBOUNDED),
            constraints=LinearConstraint(np.array(rows), values, values),
        )
        for sign in (1, -1)
    ]
    low, high = (round(float(goal @ end.x)) for end in ends)
    return low, high


def publish_naively(table: Table) -> Publication:
    """Leave out what is under the threshold, and nothing else."""
    values = {}
    for labels in product(*table.axes.values()):
        groups = [groups[label] for groups, label in zip(table.axes.values(), labels, strict=True)]
        total = sum(table.counts.get(atom, 0) for atom in product(*groups))
        if total >= table.unit.threshold:
            values[labels] = total
    return Publication(measure=table.measure, unit=table.unit, axes=table.axes, values=values)


def one_each(*leaves: str) -> dict[str, frozenset[str]]:
    """A label for each leaf, of the same name."""
    return {leaf: frozenset({leaf}) for leaf in leaves}
