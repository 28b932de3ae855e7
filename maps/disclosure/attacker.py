"""The attacker problem: which counts agree with all that is published, and how far a hidden one may range.

An attacker knows every published figure, which atoms each adds up, that counts are whole and not negative, and
where nothing can be counted. What protects a hidden number is a *witness*: a whole table of counts that agrees
with all that is published, and in which that number is something else. A witness is checked by adding up; the
solver that found it need not be trusted.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from maps.disclosure.space import Costs, Flags, Numbers, Rows

# Status of scipy.optimize.milp.
INFEASIBLE = 2
# Branches of a search; a table that needs more is refused rather than waited for.
NODE_LIMIT = 2_000
# Any witness will do: what it costs is weighed to a tenth.
RELATIVE_GAP = 0.1
# No attacker looks for larger counts.
CEILING = 1_000_000
NOT_WHOLE = 1e-6


class Undecided(Exception):
    """The solver gave up before it found a witness or the proof that there is none."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is public for good, and what is about to be.

    Attributes
    ----------
    past
        Figures that were published before, shape (past, atoms).
    new
        Figures of the table, shape (new, atoms).
    truth
        True numbers by atom.
    possible
        Atoms where something can be counted.
    """

    past: Rows
    new: Rows
    truth: Numbers
    possible: Flags


@dataclass(frozen=True, kw_only=True)
class Target:
    """A number that must stay hidden, and how far it has to seem to range.

    Attributes
    ----------
    places
        The atoms that it adds up.
    low, high
        An attacker must be left with counts in which it is the one or less, and with others in which it is the
        other or more.
    """

    places: Numbers
    low: int
    high: int


def find_witness(
    figures: Figures, shown: Flags, costs: Costs, target: Target, *, high: bool, pull: Costs
) -> Numbers | None:
    """Find counts that agree with what is public, at the least cost of figures that would have to be left out.

    Parameters
    ----------
    figures
        What an attacker may know.
    shown
        New figures that are to be published, shape (new,).
    costs
        What it costs to leave out a new figure, per unit by which the witness differs from it, shape (new,).
    target
        The hidden number.
    high
        Whether it has to seem high in the witness, or low.
    pull
        Where the witness may serve other targets as well: above zero to lower an atom, below to raise it; small
        beside any cost, shape (atoms,).

    Returns
    -------
    array of int, shape (atoms,), or None
        The witness, or None where what was published before leaves none.

    Raises
    ------
    Undecided
        If the solver gives up.

    Notes
    -----
    The deviations from the figures to publish are the continuous variables of the linear relaxation by which
    complementary suppressions are chosen (Kelly, Golden & Assad 1992; Fischetti & Salazar 2001).
    """
    chosen = np.flatnonzero(shown)
    new, slack = figures.new[chosen], sparse.eye_array(len(chosen))
    beside = sparse.csr_array((figures.past.shape[0], 2 * len(chosen)))
    matrix = sparse.block_array([[figures.past, beside], [new, sparse.hstack([slack, -slack])]])
    values = np.concatenate([figures.past @ figures.truth, new @ figures.truth])
    row = np.zeros((1, matrix.shape[1]))
    row[0, target.places] = 1
    reached = LinearConstraint(row, target.high, np.inf) if high else LinearConstraint(row, -np.inf, target.low)
    constraints = [LinearConstraint(matrix, values, values), reached]
    return _solve(figures, np.concatenate([pull, costs[chosen], costs[chosen]]), constraints)


def range_of_past(figures: Figures, target: Target) -> Target:
    """Narrow a target to what the publications before leave of it; what is published now may not go further."""
    objective = np.zeros(len(figures.truth))
    objective[target.places] = 1
    values = figures.past @ figures.truth
    past = [LinearConstraint(figures.past, values, values)]
    least, most = _solve(figures, objective, past), _solve(figures, -objective, past)
    if least is None or most is None:
        raise Undecided
    return Target(
        places=target.places,
        low=max(target.low, int(least[target.places].sum())),
        high=min(target.high, int(most[target.places].sum())),
    )


def _solve(figures: Figures, objective: Costs, constraints: list[LinearConstraint]) -> Numbers | None:
    """Find the best whole counts; beyond the atoms, ``objective`` weighs deviations, which need not be whole."""
    atoms = len(figures.truth)
    ceilings = np.full(len(objective), np.inf)
    ceilings[:atoms] = np.where(figures.possible, CEILING, 0)
    whole = (np.arange(len(objective)) < atoms).astype(float)
    # Counts of a plain table come out whole by themselves, in half the time.
    for integrality in (np.zeros(len(objective)), whole):
        answer = milp(
            objective,
            integrality=integrality,
            bounds=Bounds(0, ceilings),
            constraints=constraints,
            options={"node_limit": NODE_LIMIT, "mip_rel_gap": RELATIVE_GAP},
        )
        if answer.status == INFEASIBLE:
            return None
        if answer.x is not None:
            counts = np.rint(answer.x[:atoms])
            if np.abs(answer.x[:atoms] - counts).max() < NOT_WHOLE:
                return np.asarray(counts, dtype=np.int64)
    raise Undecided
