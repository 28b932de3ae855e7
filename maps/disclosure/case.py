"""A table set against its attacker: what is public, what is small, and what must stay hidden."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from maps.disclosure.attacker import Figures, Target
from maps.disclosure.audit import Audit
from maps.disclosure.closing import Settled, settle
from maps.disclosure.errors import CountsRefused
from maps.disclosure.figures import GROUND, Labels, Leaf, Publication, Table, Unit
from maps.disclosure.ground import Ground
from maps.disclosure.ledger import Closed, Ledger
from maps.disclosure.space import Flags, Numbers, Rows, Space, flatten


@dataclass(frozen=True, kw_only=True)
class Case:
    """What ``publish`` decides on.

    Attributes
    ----------
    labels
        The figures of the table, in the order of the rows of ``audit.figures.new``.
    audit
        What has to be proven.
    closed, homes
        For the ledger.
    """

    labels: tuple[Labels, ...]
    audit: Audit
    closed: tuple[Closed, ...]
    homes: Mapping[Leaf, int]


def prepare(table: Table, ledger: Ledger, linked: Sequence[Publication]) -> Case:
    """Set a table against its attacker.

    Raises
    ------
    CountsRefused
        If something is counted under a leaf that is new in an axis that was published as a whole.
    """
    space = Space(table, ledger)
    ground = Ground(space, {**ledger.homes, **_told_homes(table)})
    settled = settle(space, ground.possible, table, ledger)
    ground = ground.inhabited(space, settled.counts > 0)
    new = space.rows(table.axes)
    past, hidden, values = _former(space, table, ledger)
    if (past @ settled.amounts != values).any():
        raise CountsRefused(table.measure, "une part nouvelle apparaît dans ce qui est déjà publié")
    past, hidden = _concerned(new, past, hidden)
    kinds = _kinds(sparse.vstack([new, past, hidden]))

    def is_small(sums: Rows) -> Flags:
        return np.asarray((sums @ settled.counts < table.unit.threshold) & (ground.homes_under(sums) > 0))

    labels = tuple(product(*table.axes.values()))
    costs = np.asarray(new.sum(axis=1), dtype=np.float64)
    published = set(_keys(past))
    bound = np.array([key in published for key in _keys(new)])
    small = is_small(new) & ~bound
    showable = bound | ~(small | _disputed(new, settled, ground.possible) | _is_linked_gap(labels, linked))
    showable[showable] = ground.admit(past, new[showable], costs[showable])
    secret = _once(sparse.vstack([kinds[is_small(kinds)], new[small], hidden[is_small(hidden)]]))
    return Case(
        labels=labels,
        audit=Audit(
            figures=Figures(
                past=_over(past, kinds),
                new=_over(new, kinds),
                truth=kinds @ settled.amounts,
                possible=kinds @ ground.possible > 0,
            ),
            places=space.leaf_of_atoms(GROUND)[1][kinds.indices[kinds.indptr[:-1]]],
            showable=showable,
            costs=costs,
            hidden=_over(secret, kinds),
            targets=_targets(table.unit, _over(secret, kinds), secret @ settled.amounts),
        ),
        closed=settled.closed,
        homes=ground.homes,
    )


def _told_homes(table: Table) -> dict[Leaf, int]:
    if table.homes is None or GROUND not in table.axes:
        return {}
    gathered = {leaf: 0 for group in table.axes[GROUND].values() for leaf in group}
    return {**gathered, **table.homes}


def _former(space: Space, table: Table, ledger: Ledger) -> tuple[Rows, Rows, Numbers]:
    """Former figures, each once: the rows of those published, of those left out, and the values of the former."""
    published: dict[bytes, int] = {}
    left_out: dict[bytes, None] = {}
    for publication in ledger.of(table.measure):
        for labels, key in zip(publication, _keys(space.rows(publication.axes)), strict=True):
            if labels in publication.values:
                published[key] = publication.values[labels]
            else:
                left_out[key] = None
    hidden = [key for key in left_out if key not in published]
    return _rows(published, space), _rows(hidden, space), np.array(list(published.values()), dtype=np.int64)


def _concerned(new: Rows, past: Rows, hidden: Rows) -> tuple[Rows, Rows]:
    """Keep the former figures that share atoms with the table, or with others that do."""
    rows = sparse.vstack([new, past, hidden])
    _, part = connected_components(rows @ rows.T, directed=False)
    reached = np.isin(part, part[: new.shape[0]])
    of_past, of_hidden = np.split(reached[new.shape[0] :], [past.shape[0]])
    return past[of_past], hidden[of_hidden]


def _kinds(rows: Rows) -> Rows:
    """Gather the atoms that the same figures add up, a row for each kind; what no figure holds is left aside."""
    columns = sparse.csc_array(rows)
    kept = np.flatnonzero(np.diff(columns.indptr))
    held = _keys(sparse.csr_array(columns.T)[kept])
    number = {key: kind for kind, key in enumerate(dict.fromkeys(held))}
    kind = np.array([number[key] for key in held], dtype=np.int64)
    return sparse.csr_array((np.ones(len(kept), dtype=np.int64), (kind, kept)), shape=(len(number), rows.shape[1]))


def _over(sums: Rows, kinds: Rows) -> Rows:
    """Say sums of atoms as sums of kinds."""
    return flatten(sums @ kinds.T)


def _keys(rows: Rows) -> list[bytes]:
    """Say what each row adds up, in a form that is equal for equal rows."""
    rows.sort_indices()
    places = rows.indices.astype(np.int64)
    return [places[start:end].tobytes() for start, end in pairwise(rows.indptr)]


def _rows(keys: Collection[bytes], space: Space) -> Rows:
    """Write rows again from their keys."""
    places = [np.frombuffer(key, dtype=np.int64) for key in keys]
    ends = np.cumsum([0, *map(len, places)])
    found = np.concatenate([np.empty(0, dtype=np.int64), *places])
    return sparse.csr_array((np.ones_like(found), found, ends), shape=(len(places), space.size))


def _disputed(new: Rows, settled: Settled, possible: Flags) -> Flags:
    """Tell which figures take more of what is disputed than whole closed blocks."""
    disputed = np.zeros(new.shape[0], dtype=np.bool_)
    for places, blocks in settled.disputed:
        taken = new[:, places].toarray() > 0
        told = np.zeros_like(taken)
        for block in blocks:
            within = np.isin(places, block.places)
            whole = taken[:, within].all(axis=1) & ~told[:, within].any(axis=1)
            told[np.ix_(whole, within)] = True
        disputed |= (taken & ~told & possible[places]).any(axis=1)
    return disputed


def _is_linked_gap(labels: Sequence[Labels], linked: Sequence[Publication]) -> Flags:
    return np.array([any(one not in publication.values for publication in linked) for one in labels])


def _once(rows: Rows) -> Rows:
    return rows[sorted({key: row for row, key in enumerate(_keys(rows))}.values())]


def _targets(unit: Unit, sums: Rows, values: Numbers) -> tuple[Target, ...]:
    """How far each number has to seem to range: from nothing to the threshold, or to twice what it is."""
    return tuple(
        Target(
            places=sums.indices[start:end],
            low=0,
            high=unit.threshold if value < unit.threshold else 2 * int(value),
        )
        for (start, end), value in zip(pairwise(sums.indptr), values, strict=True)
    )
