import numpy as np
import pytest

from maps.disclosure import Ledger, Table, Unit, publish, suppression
from tests.maps.disclosure.attack import one_each
from tests.maps.disclosure.whole_attack import attack_measure

MONTHS = ("1", "2", "3")
# Three pieces of 32 sectors, and one sector more.
SECTORS = tuple(f"{sector:03}" for sector in range(97))


def draw(mean: float, *, seed: int = 1) -> Table:
    """So many absences a sector and month, with the quarter's and the commune's totals."""
    drawn = np.random.default_rng(seed).poisson(mean, (len(SECTORS), len(MONTHS))).tolist()
    return Table(
        measure="absences",
        unit=Unit.HOMES,
        axes={
            "ground": {**one_each(*SECTORS), "commune": frozenset(SECTORS)},
            "month": {**one_each(*MONTHS), "T1": frozenset(MONTHS)},
        },
        counts={
            (sector, month): count
            for sector, row in zip(SECTORS, drawn, strict=True)
            for month, count in zip(MONTHS, row, strict=True)
        },
    )


@pytest.fixture
def searched(monkeypatch):
    """The atoms of each search."""
    sizes, find = [], suppression.find_witness

    def note(figures, *given, **named):
        sizes.append(len(figures.truth))
        return find(figures, *given, **named)

    monkeypatch.setattr(suppression, "find_witness", note)
    return sizes


def test_no_search_sees_more_of_a_large_town_than_a_piece(searched):
    publication, _ = publish(draw(6), Ledger())

    # 97 sectors in three pieces, of three months each.
    assert max(searched) == 33 * 3
    assert {period: publication["commune", period] for period in (*MONTHS, "T1")} == {
        period: sum(
            count for (_, month), count in draw(6).counts.items() if month in draw(6).axes["month"][period]
        )
        for period in (*MONTHS, "T1")
    }


def test_what_pieces_prove_holds_against_an_attacker_of_the_whole():
    ledger = Ledger()
    for mean in (4, 9):
        _, ledger = publish(draw(mean), Ledger())

        attack = attack_measure(ledger, "absences", Unit.HOMES)

        assert attack.given_away == ()
        assert attack.hidden > 200


def test_a_later_cut_over_all_pieces_gives_nothing_back():
    table = draw(6)
    _, ledger = publish(table, Ledger())
    halves = {"est": frozenset(SECTORS[:50]), "ouest": frozenset(SECTORS[50:])}
    axes = {"ground": halves, "month": {"T1": frozenset(MONTHS)}}

    cut, ledger = publish(Table(measure="absences", unit=Unit.HOMES, axes=axes, counts=table.counts), ledger)

    assert cut["est", "T1"] + cut["ouest", "T1"] == sum(table.counts.values())
    assert attack_measure(ledger, "absences", Unit.HOMES).given_away == ()


def test_what_is_too_rare_for_pieces_is_searched_as_a_whole(searched):
    # One anomaly in ten sectors a month: no piece of 32 could hide an eleventh under the commune's total.
    publication, ledger = publish(draw(0.12), Ledger())

    assert max(searched) > 33 * 3
    assert publication["commune", "T1"] == sum(draw(0.12).counts.values())
    assert attack_measure(ledger, "absences", Unit.HOMES).given_away == ()
