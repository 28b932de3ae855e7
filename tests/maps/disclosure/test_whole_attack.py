import numpy as np
import pytest

from maps.disclosure import Ledger, Unit, publish
from maps.disclosure.ledger import Closed
from tests.maps.disclosure.attack import attack, one_each, publish_naively
from tests.maps.disclosure.tables import leaves_of, make_table
from tests.maps.disclosure.whole_attack import Hidden, attack_measure, hidden_numbers

MONTHS = [str(month) for month in range(1, 7)]
PERIODS = {**one_each(*MONTHS), "T1": frozenset("123"), "T2": frozenset("456")}


def given_away(ledger: Ledger) -> set[Hidden]:
    return set(attack_measure(ledger, "absences", Unit.HOMES).given_away)


def naive(counts: list[list[int]]) -> Ledger:
    """What is left out is what is small, and nothing else."""
    table = make_table(counts, months=PERIODS)
    closed = tuple(
        Closed(measure=table.measure, axes=tuple(table.axes), atoms=frozenset({atom}), count=count, amount=count)
        for atom, count in table.counts.items()
    )
    return Ledger(publications=(publish_naively(table),), closed=closed)


def test_a_lone_gap_under_a_total_is_found_out():
    # A in the first quarter: 20 + 20 + 4, all but the last told with their total, 44.
    ledger = naive([[20, 20, 4, 20, 20, 20], [30, 30, 30, 30, 30, 30]])

    assert given_away(ledger) == {Hidden(atoms=(("A", "3"),), reach=11)}


def test_two_gaps_of_which_one_cannot_be_as_large_as_the_threshold_are_found_out():
    # 4 and 5 under a total of 49: neither can be 11 beside the other, 9 in all.
    ledger = naive([[40, 4, 5, 20, 20, 20], [30, 30, 30, 30, 30, 30]])

    assert {one.atoms for one in given_away(ledger)} == {(("A", "2"),), (("A", "3"),)}


@pytest.mark.parametrize("seed", range(3))
def test_all_at_once_finds_what_one_by_one_finds(seed):
    ledger = naive(np.random.default_rng(seed).poisson(11, (4, 6)).tolist())
    leaves = leaves_of(make_table([[0] * 6] * 4))

    tried = attack_measure(ledger, "absences", Unit.HOMES)

    one_by_one = set()
    for one in hidden_numbers(ledger.publications, ledger.closed, "absences", Unit.HOMES):
        low, high = attack(ledger.publications, leaves, one.atoms)
        one_by_one |= {one.atoms for _ in range(low > 0 or high < one.reach)}
    assert {one.atoms for one in tried.given_away} == one_by_one


def test_nothing_that_is_published_with_its_proof_is_found_out():
    table = make_table(np.random.default_rng(5).poisson(9, (5, 6)).tolist(), months=PERIODS)
    _, ledger = publish(table, Ledger())

    tried = attack_measure(ledger, "absences", Unit.HOMES)

    assert tried.given_away == ()
    assert tried.hidden > 15
