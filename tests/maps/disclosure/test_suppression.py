import pytest

from maps.disclosure import SUPPRESSED, CountsRefused, Ledger, NotProven, Table, Unit, publish, suppression
from maps.disclosure.ledger import Closed
from tests.maps.disclosure.attack import attack, one_each, publish_naively
from tests.maps.disclosure.tables import leaves_of, make_table

EMPTY = Ledger()


def shown(publication) -> list[list[int | None]]:
    rows, columns = publication.axes.values()
    return [[publication.values.get((row, column)) for column in columns] for row in rows]


def test_a_table_without_small_figures_is_published_whole():
    publication, _ = publish(make_table([[20, 30], [40, 50]]), EMPTY)

    assert shown(publication) == [[20, 30, 50], [40, 50, 90], [60, 80, 140]]


def test_a_small_figure_of_a_2_by_2_takes_three_others_with_it():
    table = make_table([[3, 20], [30, 40]])

    publication, _ = publish(table, EMPTY)

    # 23 − 20 = 3: alone, the gap is filled by subtraction.
    assert attack([publish_naively(table)], leaves_of(table), [("A", "1")]) == (3, 3)
    # With all four left out it is anything up to its row's total; the margins stay.
    assert shown(publication) == [[None, None, 23], [None, None, 70], [33, 60, 93]]
    assert attack([publication], leaves_of(table), [("A", "1")]) == (0, 23)


def test_a_3_by_3_with_one_gap_a_row_and_a_column_is_still_deduced():
    # The three small ones stand on the diagonal, one a line: each is the difference of its line.
    table = make_table([[4, 30, 40], [50, 6, 70], [20, 60, 8]])

    publication, _ = publish(table, EMPTY)

    for atom in [("A", "1"), ("B", "2"), ("C", "3")]:
        low, high = attack([publish_naively(table)], leaves_of(table), [atom])
        assert low == high == table.counts[atom]
        low, high = attack([publication], leaves_of(table), [atom])
        assert low == 0
        assert high >= 11
    assert publication["commune", "année"] == 288
    assert len(publication.values) >= 9


def test_two_gaps_in_a_line_that_add_up_to_little_are_not_enough():
    # 54 − 50 = 4 = 1 + 3 would tell that both are under 11: a third figure of the row, or its total, goes as well.
    table = make_table([[1, 3, 50]], ground=one_each("A"))
    assert attack([publish_naively(table)], leaves_of(table), [("A", "1")]) == (0, 4)

    publication, _ = publish(table, EMPTY)

    low, high = attack([publication], leaves_of(table), [("A", "1")])
    assert (low, high >= 11) == (0, True)


def test_a_quarter_published_after_its_months_does_not_give_one_of_them_back():
    months = make_table([[20, 30, 4]], ground=one_each("A"), months=one_each("1", "2", "3"))
    quarter = make_table([[20, 30, 4]], ground=one_each("A"), months={"T1": frozenset("123")})

    first, ledger = publish(months, EMPTY)
    second, ledger = publish(quarter, ledger)

    # 54 − 20 − 30 = 4
    assert attack([first, publish_naively(quarter)], leaves_of(months), [("A", "3")]) == (4, 4)
    assert first["A", "1"] == 20
    assert second["A", "T1"] is SUPPRESSED
    # Without a history the quarter alone is harmless.
    assert publish(quarter, EMPTY)[0]["A", "T1"] == 54


def test_two_cuts_that_differ_by_one_sector_do_not_give_it_back():
    counts, months = [[40], [5], [30]], one_each("1")
    north = make_table(counts, ground={"nord": frozenset("AB"), "sud": frozenset("C")}, months=months)
    south = make_table(counts, ground={"nord": frozenset("A"), "sud": frozenset("BC")}, months=months)

    first, ledger = publish(north, EMPTY)
    second, _ = publish(south, ledger)

    # 45 − 40 = 5; and 35 − 30 = 5
    assert attack([publish_naively(north), publish_naively(south)], leaves_of(north), [("B", "1")]) == (5, 5)
    assert shown(first) == [[45], [30]]
    assert attack([first, second], leaves_of(north), [("B", "1")]) == (0, 45)
    assert shown(second) == [[None], [None]]


def test_the_rest_of_the_commune_is_a_total_less_a_sector():
    ground = {"commune": frozenset("ABC"), "le reste": frozenset("BC")}
    table = make_table([[7], [20], [30]], ground=ground, months=one_each("1"))

    publication, _ = publish(table, EMPTY)

    # 57 − 50 = 7, though no line is called A.
    assert attack([publish_naively(table)], leaves_of(table), [("A", "1")]) == (7, 7)
    assert attack([publication], leaves_of(table), [("A", "1")])[0] == 0
    assert len(publication.values) == 1


def test_a_correction_made_later_does_not_enter_what_was_published():
    _, ledger = publish(make_table([[20, 30], [40, 50]]), EMPTY)

    # One home more, told by 21 − 20 if it entered.
    again, ledger = publish(make_table([[21, 30], [40, 50]]), ledger)
    year = make_table([[21, 30], [40, 50]], months={"an": frozenset("12")})

    assert shown(again) == [[20, 30, 50], [40, 50, 90], [60, 80, 140]]
    assert publish(year, ledger)[0]["A", "an"] == 50


def test_a_cut_that_divides_a_corrected_count_has_no_figure_of_its_parts():
    _, ledger = publish(make_table([[60], [40]], months=one_each("1")), EMPTY)
    ledger = ledger.split("ground", {"A": frozenset({"A1", "A2"})})
    ground = {"est": frozenset({"A1"}), "ouest": frozenset({"A2", "B"}), "tout": frozenset({"A1", "A2", "B"})}

    def cut_anew(first: int, second: int):
        counts = {("A1", "1"): first, ("A2", "1"): second, ("B", "1"): 40}
        axes = {"ground": ground, "month": one_each("1")}
        return publish(Table(measure="absences", unit=Unit.HOMES, axes=axes, counts=counts), ledger)[0]

    assert shown(cut_anew(25, 35)) == [[25], [75], [100]]
    # 25 + 36 = 61 homes now, where 60 were published: the one that came late would be in the west.
    assert shown(cut_anew(25, 36)) == [[None], [None], [100]]


def test_a_finer_cut_is_closed_in_its_turn():
    _, ledger = publish(make_table([[60]], ground=one_each("A"), months=one_each("1")), EMPTY)
    ledger = ledger.split("ground", {"A": frozenset({"A1", "A2"})})
    axes = {"ground": one_each("A1", "A2"), "month": one_each("1")}

    def publish_parts(first: int, second: int, ledger: Ledger):
        counts = {("A1", "1"): first, ("A2", "1"): second}
        return publish(Table(measure="absences", unit=Unit.HOMES, axes=axes, counts=counts), ledger)

    first, ledger = publish_parts(25, 35, ledger)
    second, _ = publish_parts(26, 34, ledger)

    assert shown(first) == shown(second) == [[25], [35]]


def test_a_zero_is_told_only_where_no_home_stands():
    homes = {"A": 0, "B": 300, "C": 300, "D": 300}
    table = make_table([[0], [0], [40], [50]], months=one_each("1"), homes=homes)

    publication, _ = publish(table, EMPTY)

    assert publication["A", "1"] == 0
    assert publication["B", "1"] is SUPPRESSED
    assert attack([publication], leaves_of(table), [("B", "1")]) >= (0, 11)


def test_reports_from_under_eleven_homes_are_left_out_however_many():
    homes = {"A": 10, "B": 300, "C": 300}
    table = make_table([[25], [40], [50]], months=one_each("1"), unit=Unit.REPORTS, homes=homes)

    publication, _ = publish(table, EMPTY)

    assert publication["A", "1"] is SUPPRESSED
    low, high = attack([publication], leaves_of(table), [("A", "1")])
    assert low == 0
    assert high >= 50


def test_nor_are_they_told_by_what_two_figures_leave():
    # B and C stand on five homes each: 18 − 10 = 8 reports from ten homes, though neither is told apart.
    homes = {"A": 300, "B": 5, "C": 5}
    ground = {"A": frozenset("A"), "commune": frozenset("ABC")}
    table = make_table([[10], [4], [4]], ground=ground, months=one_each("1"), unit=Unit.REPORTS, homes=homes)
    both = [("B", "1"), ("C", "1")]
    assert attack([publish_naively(table)], leaves_of(table), both) == (8, 8)

    publication, ledger = publish(table, EMPTY)
    later, _ = publish(make_table([[10]], ground=one_each("A"), months=one_each("1"), unit=Unit.REPORTS), ledger)

    assert shown(publication) == [[None], [18]]
    assert shown(later) == [[None]]
    assert attack([publication, later], leaves_of(table), both) == (0, 18)


def test_ground_without_homes_adds_nothing_to_ground_with_few():
    table = make_table([[0], [57]], ground={"nord": frozenset("AB")}, months=one_each("1"), homes={"A": 0, "B": 5})

    assert shown(publish(table, EMPTY)[0]) == [[None]]


def test_reports_are_told_from_five_on():
    table = make_table([[5, 4], [40, 50]], unit=Unit.REPORTS, ground=one_each("A", "B"), months=one_each("1", "2"))

    assert shown(publish(table, EMPTY)[0]) == [[5, None], [40, 50]]


def test_types_of_reports_are_an_axis_like_the_others():
    total = make_table([[40]], ground=one_each("A"), months=one_each("1"), unit=Unit.REPORTS)
    types = Table(
        measure="absences",
        unit=Unit.REPORTS,
        axes={"type": one_each("bruit", "rôde"), "month": one_each("1"), "ground": one_each("A")},
        counts={("bruit", "1", "A"): 38, ("rôde", "1", "A"): 2},
    )

    first, ledger = publish(total, EMPTY)
    second, _ = publish(types, ledger)

    # 40 − 38 = 2
    leaves = {"ground": ["A"], "month": ["1"], "type": ["bruit", "rôde"]}
    assert attack([first, publish_naively(types)], leaves, [("A", "1", "rôde")]) == (2, 2)
    assert not second.values


def test_a_total_does_not_settle_how_its_types_divide_it():
    total = make_table([[70]], ground=one_each("A"), months=one_each("1"), unit=Unit.REPORTS)
    axes = {"type": one_each("bruit", "rôde"), "ground": one_each("A"), "month": one_each("1")}
    counts = {("bruit", "A", "1"): 40, ("rôde", "A", "1"): 30}
    types = Table(measure="absences", unit=Unit.REPORTS, axes=axes, counts=counts)
    late = Table(measure="absences", unit=Unit.REPORTS, axes=axes, counts={**counts, ("rôde", "A", "1"): 31})

    _, ledger = publish(total, EMPTY)

    assert publish(types, ledger)[0].values == {("bruit", "A", "1"): 40, ("rôde", "A", "1"): 30}
    # 71 now, where 70 were published: the types would tell of the one.
    assert not publish(late, ledger)[0].values
    again, ledger = publish(total, publish(types, ledger)[1])
    assert shown(again) == [[70]]
    assert publish(types, ledger)[0].values == publish(types, EMPTY)[0].values


def test_cuts_and_types_that_cross_are_settled_together():
    # Published by types, and then, with no word of types, in the two parts of the sector: 35 + 25 = 20 + 40.
    axes = {"type": one_each("bruit", "rôde"), "ground": one_each("A"), "month": one_each("1")}
    counts = {("bruit", "A", "1"): 35, ("rôde", "A", "1"): 25}
    _, ledger = publish(Table(measure="absences", unit=Unit.REPORTS, axes=axes, counts=counts), EMPTY)
    ledger = ledger.split("ground", {"A": frozenset({"A1", "A2"})})
    axes = {"ground": one_each("A1", "A2"), "month": one_each("1")}

    def publish_parts(first: int, second: int):
        counts = {("A1", "1"): first, ("A2", "1"): second}
        return publish(Table(measure="absences", unit=Unit.REPORTS, axes=axes, counts=counts), ledger)[0]

    assert shown(publish_parts(20, 40)) == [[20], [40]]
    assert shown(publish_parts(20, 41)) == [[None], [None]]


def test_a_ledger_that_contradicts_itself_publishes_nothing():
    def close(count: int, *atoms: tuple[str, str]) -> Closed:
        axes = ("ground", "month")
        return Closed(measure="absences", axes=axes, atoms=frozenset(atoms), count=count, amount=count)

    ledger = Ledger(closed=(close(50, ("A", "1")), close(40, ("A", "1"), ("B", "1"))))

    with pytest.raises(CountsRefused, match="se contredit"):
        publish(make_table([[50], [20]], months=one_each("1")), ledger)


def test_a_new_type_within_a_published_whole_is_refused():
    total = make_table([[40]], ground=one_each("A"), months=one_each("1"), unit=Unit.REPORTS)
    axes = {"ground": one_each("A"), "month": one_each("1"), "type": one_each("bruit")}
    _, ledger = publish(
        Table(measure="absences", unit=Unit.REPORTS, axes=axes, counts={("A", "1", "bruit"): 40}),
        publish(total, EMPTY)[1],
    )
    axes = {**axes, "type": one_each("bruit", "feu")}
    counts = {("A", "1", "bruit"): 40, ("A", "1", "feu"): 6}

    with pytest.raises(CountsRefused, match="part nouvelle"):
        publish(Table(measure="absences", unit=Unit.REPORTS, axes=axes, counts=counts), ledger)


def test_nights_are_left_out_where_homes_are():
    homes = make_table([[3, 20], [30, 40]])
    nights = make_table(
        [[3, 20], [30, 40]], amounts={("A", "1"): 21, ("A", "2"): 200, ("B", "1"): 333, ("B", "2"): 480}
    )

    counted, ledger = publish(homes, EMPTY)
    told, _ = publish(
        Table(measure="nuits", unit=Unit.HOMES, axes=nights.axes, counts=nights.counts, amounts=nights.amounts),
        ledger,
        linked=[counted],
    )

    assert shown(told) == [[None, None, 221], [None, None, 813], [354, 680, 1034]]
    low, high = attack([told], leaves_of(nights), [("A", "1")])
    assert low == 0
    assert high >= 2 * 21


def test_what_was_published_before_homes_were_recounted_bars_nothing_else():
    first = make_table([[30], [40], [50]], months=one_each("1"), homes={"A": 300, "B": 300, "C": 300})
    _, ledger = publish(first, EMPTY)
    # Nine homes in A now: its 30 would be left out today, and are public for good.
    again = make_table([[30], [40], [50]], months=one_each("1"), homes={"A": 9, "B": 300, "C": 300})

    assert shown(publish(again, ledger)[0]) == [[30], [40], [50], [120]]
    assert publish(again, EMPTY)[0]["A", "1"] is SUPPRESSED


def test_ground_whose_homes_are_gone_keeps_what_was_counted_there():
    homes = {"A": 300, "B": 300, "C": 300}
    _, ledger = publish(make_table([[30], [3], [50]], months=one_each("1"), homes=homes), EMPTY)
    # B has no address left; its three are neither a zero that everybody knows, nor forgotten.
    emptied = make_table([[30], [0], [50]], months=one_each("1"), homes={**homes, "B": 0})

    later, _ = publish(emptied, ledger)

    assert later["B", "1"] is SUPPRESSED
    low, high = attack([*ledger.publications, later], leaves_of(emptied), [("B", "1")])
    assert (low, high >= 11) == (0, True)


def test_the_same_table_gives_the_same_publication():
    table = make_table([[3, 20, 12], [30, 2, 15], [14, 16, 40]])

    assert publish(table, EMPTY)[0].values == publish(table, EMPTY)[0].values


def test_a_witness_that_does_not_add_up_publishes_nothing(monkeypatch):
    def deceive(figures, *_, **__):
        return figures.truth - 1

    monkeypatch.setattr(suppression, "find_witness", deceive)

    with pytest.raises(NotProven, match="moins détaillé"):
        publish(make_table([[3, 20], [30, 40]]), EMPTY)
