from fractions import Fraction

import pytest

from maps.disclosure import (
    SUPPRESSED,
    CountsRefused,
    LeavesUnknown,
    Ledger,
    Publication,
    Table,
    Unit,
    publish,
    ratio,
)
from tests.maps.disclosure.attack import one_each

AXES = {"ground": one_each("A", "B"), "month": one_each("1")}


def make_table(counts, **more) -> Table:
    return Table(measure="absences", unit=Unit.HOMES, axes=AXES, counts=counts, **more)


def make_publication(**values: int) -> Publication:
    axes = {"ground": one_each("A", "B")}
    return Publication(
        measure="absences", unit=Unit.HOMES, axes=axes, values={(name,): one for name, one in values.items()}
    )


@pytest.mark.parametrize("use", [int, float, lambda gap: gap + 1, lambda gap: gap < 11, lambda gap: 1 / gap, sum])
def test_nothing_is_computed_from_what_is_left_out(use):
    with pytest.raises(TypeError):
        use(SUPPRESSED)


def test_what_is_left_out_says_the_same_whether_it_is_small_or_would_tell_of_a_small_one():
    assert str(SUPPRESSED) == "non publié"
    assert SUPPRESSED.why(Unit.HOMES) == "non publié : moins de 11 logements, ou de quoi déduire un tel nombre"


def test_a_publication_holds_no_number_that_it_does_not_show():
    table = make_table({("A", "1"): 7, ("B", "1"): 4444})

    publication, ledger = publish(table, Ledger())

    assert publication.values == {("B", "1"): 4444}
    assert "7" not in repr(publication)
    assert "4444" not in repr(table)
    assert "count=" not in repr(ledger)


def test_a_publication_cannot_be_added_to():
    with pytest.raises(TypeError):
        make_publication(A=20).values["B",] = 7


@pytest.mark.parametrize("labels", [("C",), ("A", "1"), ()])
def test_a_row_that_the_table_has_not_is_not_taken_for_one_left_out(labels):
    with pytest.raises(KeyError):
        make_publication(A=20)[labels]


def test_a_share_of_what_is_left_out_is_left_out():
    publication = make_publication(A=20)

    assert ratio(publication["A",], 80) == Fraction(1, 4)
    assert ratio(publication["B",], 80) is SUPPRESSED
    assert ratio(publication["A",], publication["B",]) is SUPPRESSED
    assert ratio(0, 0) is None


@pytest.mark.parametrize(
    ("counts", "more", "why"),
    [
        ({("A", "1"): -1}, {}, "entier positif"),
        ({("A", "1"): 1.5}, {}, "entier positif"),
        ({("C", "1"): 12}, {}, "aucune ligne"),
        ({("A",): 12}, {}, "aucune ligne"),
        ({("A", "1"): 12}, {"homes": {"B": 40}}, "pas de logement"),
        ({("A", "1"): 12}, {"amounts": {("B", "1"): 3}}, "ne vient de rien"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, more, why):
    with pytest.raises(CountsRefused, match=why):
        make_table(counts, **more)


def test_a_part_of_two_old_areas_is_refused():
    _, ledger = publish(make_table({("A", "1"): 20, ("B", "1"): 30}), Ledger())

    with pytest.raises(LeavesUnknown, match="« x »"):
        ledger.split("ground", {"A": frozenset({"x", "y"}), "B": frozenset({"x"})})


def test_an_axis_that_a_publication_lacks_is_not_split():
    _, ledger = publish(make_table({("A", "1"): 20, ("B", "1"): 30}), Ledger())

    assert ledger.split("type", {"bruit": frozenset({"fête", "moteur"})}) == ledger
