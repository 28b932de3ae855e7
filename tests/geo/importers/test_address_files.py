from dataclasses import replace

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidFile
from geo.importers import address_files
from geo.importers.address_files import AddressRow, keep_one_per_id, locate, refuse_mostly_wrong
from geo.importers.tally import Tally

OUTLINE = shapely.box(4.88, 44.92, 4.90, 44.94)
ROW = AddressRow(
    line=2,
    official_id="26999_0010_00001",
    house_number="1",
    suffix="",
    street_name="Rue des Lilas",
    postcode="26000",
    city="Valmont-sur-Rhône",
    position_kind="entrée",
    coordinates=("4.89", "44.93", "", ""),
)


def located(*coordinates):
    tally = Tally()
    return locate([replace(ROW, coordinates=coordinates)], "26999", OUTLINE, tally), tally


def test_longitude_and_latitude_are_taken_as_they_are():
    (row,), _ = located("4.89", "44.93", "", "")
    assert row.point == (4.89, 44.93)


def test_lambert_93_alone_is_brought_to_degrees():
    # Row of the State's own sample: 38003, x 845232.07 y 6473205.58 is lon 4.854581 lat 45.342886.
    rows = locate(
        [replace(ROW, coordinates=("", "", "845232.07", "6473205.58"))],
        "38003",
        shapely.box(4.84, 45.33, 4.87, 45.35),
        Tally(),
    )
    assert rows[0].point == pytest.approx((4.854581, 45.342886), abs=1e-6)


def test_overseas_metres_are_those_of_the_territory():
    # Saint-Denis de La Réunion in UTM 40 South (EPSG:2975), not in Lambert-93.
    rows = locate(
        [replace(ROW, coordinates=("", "", "338676", "7690000"))],
        "97411",
        shapely.box(55.3, -21.0, 55.6, -20.8),
        Tally(),
    )
    assert rows[0].point == pytest.approx((55.448, -20.882), abs=5e-3)


def test_a_row_without_any_coordinate_is_kept_without_point():
    (row,), tally = located("", "", "", "")
    assert row.point is None
    assert not tally.refused


@pytest.mark.parametrize(
    ("coordinates", "reason"),
    [
        (("NaN", "44.93", "", ""), address_files.NOT_A_NUMBER),
        (("inf", "44.93", "", ""), address_files.NOT_A_NUMBER),
        (("4°53'", "44.93", "", ""), address_files.NOT_A_NUMBER),
        (("4.89", "44.93", "abc", "6400000"), address_files.NOT_A_NUMBER),
        (("4.89", "", "", ""), address_files.HALF_POSITION),
        (("44.93", "4.89", "", ""), address_files.SWAPPED),
        (("5.89", "44.93", "", ""), address_files.OUTSIDE),
        (("4.89", "44.93", "845232.07", "6473205.58"), address_files.CONTRADICTION),
    ],
)
def test_wrong_coordinates_are_refused_with_reason_and_line(coordinates, reason):
    rows, tally = located(*coordinates)
    assert rows == []
    assert tally.refused == {reason: 1}
    assert tally.examples == {reason: ["ligne 2"]}


def test_a_point_just_outside_a_simplified_outline_is_kept_and_one_far_off_is_not():
    # North border 44.94; 0.008° of latitude are 889 m (kept), 0.010° are 1,111 m (refused).
    near, _ = located("4.89", "44.948", "", "")
    far, _ = located("4.89", "44.950", "", "")
    assert (len(near), len(far)) == (1, 0)


def test_the_entrance_is_preferred_among_the_positions_of_an_address():
    tally = Tally()
    segment = replace(ROW, position_kind="segment", line=2)
    entrance = replace(ROW, position_kind="entrée", line=3)
    assert keep_one_per_id([segment, entrance], tally) == [entrance]
    assert tally.passed_over == {address_files.OTHER_POSITION: 1}


def test_a_position_is_preferred_to_none():
    there = replace(ROW, position_kind="segment", line=3, point=(4.89, 44.93))
    assert keep_one_per_id([ROW, there], Tally()) == [there]


def test_one_identifier_for_two_addresses_is_refused():
    tally = Tally()
    assert keep_one_per_id([ROW, replace(ROW, house_number="2", line=3)], tally) == [ROW]
    assert tally.examples == {address_files.REPEATED_ID: ["ligne 3"]}


def test_a_file_mostly_wrong_is_refused_with_the_first_lines(tmp_path):
    tally = Tally()
    for line in range(2, 7):
        tally.refuse(address_files.SWAPPED, f"ligne {line}")
    with pytest.raises(
        InvalidFile, match=r"ligne 2, ligne 3, ligne 4 : 5 lignes .*longitude et latitude inversées"
    ):
        refuse_mostly_wrong(tmp_path / "a.csv", [ROW] * 4, "26999", tally)


def test_a_file_half_right_is_taken(tmp_path):
    tally = Tally()
    tally.refuse(address_files.SWAPPED, "ligne 2")
    refuse_mostly_wrong(tmp_path / "a.csv", [ROW], "26999", tally)


@given(st.lists(st.tuples(*[st.text(alphabet="0123456789.-eNa ", max_size=6)] * 4), max_size=20))
def test_every_row_is_either_kept_or_refused_once(coordinates):
    tally = Tally()
    rows = [replace(ROW, line=line, coordinates=texts) for line, texts in enumerate(coordinates)]
    kept = locate(rows, "26999", OUTLINE, tally)
    assert len(kept) + tally.refused.total() == len(rows)
