import json

import numpy as np
from shapely import box

from maps.disclosure import SUPPRESSED, Ledger, Table, Unit, publish, read_ledger, write_ledger
from sectors.coverage import Cut, find_pieces, place
from tests.maps.disclosure.attack import one_each

AXES = {"ground": {**one_each("A", "B", "C"), "commune": frozenset("ABC")}, "month": one_each("mars", "avril")}
COUNTS = {("A", "mars"): 7, ("A", "avril"): 30, ("B", "mars"): 40, ("B", "avril"): 20, ("C", "mars"): 60}
HOMES = {"A": 300, "B": 120, "C": 80}


def publish_once() -> Ledger:
    table = Table(measure="absences", unit=Unit.HOMES, axes=AXES, counts=COUNTS, homes=HOMES)
    return publish(table, Ledger())[1]


def test_a_ledger_that_was_kept_is_the_same():
    ledger = publish_once().split("ground", {"A": frozenset({"A1", "A2"})})

    assert read_ledger(write_ledger(ledger)) == ledger
    assert read_ledger(write_ledger(Ledger())) == Ledger()


def test_labels_keep_their_order():
    kept = read_ledger(write_ledger(publish_once()))

    assert list(kept.publications[0].axes["month"]) == ["mars", "avril"]
    assert list(kept.publications[0].axes["ground"]) == ["A", "B", "C", "commune"]


def test_the_same_ledger_is_the_same_text():
    assert write_ledger(publish_once()) == write_ledger(publish_once())
    assert json.loads(write_ledger(publish_once()))["homes"] == HOMES


def test_two_cuts_of_the_same_addresses_are_published_one_upon_the_other():
    # Forty homes in a row, a metre apart; the border moves from 20 m to 16 m: four homes between the two.
    points_m = np.column_stack([np.arange(40) + 0.5, np.zeros(40)])
    former, recent = (
        place(points_m, {"ouest": box(0, -1, border, 1), "est": box(border, -1, 40, 1)}) for border in (20, 16)
    )
    pieces = find_pieces([former, recent])
    absent = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17, *range(24, 38)]

    def make_table(cut: Cut[str], leaf_of_address: list[str]) -> Table:
        # In the west 12 and the one at 17 m, in the east 14.
        leaves = np.array(leaf_of_address)
        ground = {area: frozenset(leaves[cut.of_address == number]) for number, area in enumerate(cut.areas)}
        names, counts = np.unique(leaves[absent], return_counts=True)
        return Table(
            measure="absences",
            unit=Unit.HOMES,
            axes={"ground": ground, "month": one_each("mars")},
            counts={(str(name), "mars"): int(count) for name, count in zip(names, counts, strict=True)},
            homes={str(name): int((leaves == name).sum()) for name in np.unique(leaves)},
        )

    areas = [former.areas[area] for area in former.of_address]
    first, ledger = publish(make_table(former, areas), Ledger())
    finer = [f"{area} {piece}" for area, piece in zip(areas, pieces.of_address, strict=True)]
    parts = {area: frozenset(name for name in finer if name.startswith(area)) for area in former.areas}
    second, _ = publish(make_table(recent, finer), ledger.split("ground", parts))

    assert [first[area, "mars"] for area in ("ouest", "est")] == [13, 14]
    # 13 − 12 and 15 − 14 would tell of one home among four.
    assert [second[area, "mars"] for area in ("ouest", "est")] == [SUPPRESSED, SUPPRESSED]
