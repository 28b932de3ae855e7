"""Whatever is published, in whatever order: an attacker with a solver finds no small figure."""

from itertools import chain, combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.disclosure import SUPPRESSED, Ledger, Unit, publish
from tests.maps.disclosure.attack import attack, one_each
from tests.maps.disclosure.tables import leaves_of, make_table

EMPTY = Ledger()
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 60))
HOMES = st.sampled_from([4, 300, 300])
GROUPS = st.lists(st.sets(st.sampled_from("ABC"), min_size=1).map(frozenset), min_size=1, max_size=4)


@settings(max_examples=25)
@given(
    st.lists(st.lists(COUNTS, min_size=2, max_size=2), min_size=3, max_size=3),
    st.tuples(HOMES, HOMES, HOMES),
    GROUPS,
    GROUPS,
)
def test_no_small_region_is_told_by_any_series_of_publications(counts, houses, first_cut, second_cut):
    homes = dict(zip("ABC", houses, strict=True))
    ledger, whole = EMPTY, make_table(counts)
    months = {"1": frozenset("1"), "2": frozenset("2"), "année": frozenset("12")}
    for cut in (first_cut, second_cut):
        ground = {"+".join(sorted(area)): area for area in cut} | {"commune": frozenset("ABC")}
        _, ledger = publish(make_table(counts, ground=ground, months=months, homes=homes), ledger)
    _, ledger = publish(make_table(counts, months={"année": frozenset("12")}, homes=homes), ledger)

    atoms = list(whole.counts)
    for region in chain.from_iterable(combinations(atoms, size) for size in range(1, len(atoms))):
        few_homes = sum(homes[sector] for sector in {sector for sector, _ in region}) < Unit.HOMES.threshold
        if few_homes or sum(whole.counts[atom] for atom in region) < Unit.HOMES.threshold:
            low, high = attack(ledger.publications, leaves_of(whole), region)
            assert high >= Unit.HOMES.threshold
            assert low == 0 or (len(region) > 1 and not few_homes)


@settings(max_examples=5)
@given(st.integers(0, 2**32))
def test_every_small_figure_of_a_table_with_quarters_ranges_from_nothing_to_the_threshold(seed):
    months = [str(month) for month in range(1, 7)]
    counts = np.random.default_rng(seed).poisson(9, (5, 6)).tolist()
    periods = {**one_each(*months), "T1": frozenset("123"), "T2": frozenset("456"), "S1": frozenset(months)}
    table = make_table(counts, months=periods)

    publication, _ = publish(table, EMPTY)

    for labels in publication:
        atoms = list(product(table.axes["ground"][labels[0]], periods[labels[1]]))
        total = sum(table.counts[atom] for atom in atoms)
        if total < Unit.HOMES.threshold:
            assert publication[labels] is SUPPRESSED
            low, high = attack([publication], leaves_of(table), atoms)
            assert (low, high >= Unit.HOMES.threshold) == (0, True)
        elif publication[labels] is not SUPPRESSED:
            assert publication[labels] == total
