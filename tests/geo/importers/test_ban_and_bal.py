import pytest

from geo.importers import address_files
from geo.importers.bal import read_bal
from geo.importers.ban import read_ban
from geo.importers.tally import Tally
from tests.geo.importers.rows import bal_row, ban_row


def read(reader, file, insee="26999"):
    tally = Tally()
    return list(reader(file, insee, tally)), tally


def test_a_ban_row_gives_every_field(write_ban):
    (row,), _ = read(read_ban, write_ban(ban_row(identifier="26999_0010_00001_bis", rep="BIS")))
    assert (row.official_id, row.house_number, row.suffix) == ("26999_0010_00001_bis", "1", "bis")
    assert (row.street_name, row.postcode, row.city) == ("Rue des Lilas", "26000", "Valmont-sur-Rhône")
    assert (row.position_kind, row.coordinates, row.line) == ("entrée", ("4.89", "44.93", "", ""), 2)


def test_ban_and_bal_give_one_identifier_whatever_the_case(write_ban, write_bal):
    (ban,), _ = read(read_ban, write_ban(ban_row(identifier="26999_b030_00001")))
    (bal,), _ = read(read_bal, write_bal(bal_row(key="26999_B030_00001")))
    assert ban.official_id == bal.official_id


def test_rows_of_other_communes_are_counted_and_passed_over(write_ban, write_bal):
    rows, tally = read(read_ban, write_ban(ban_row(), ban_row(insee="26362"), ban_row(insee="26000")))
    assert (len(rows), tally.passed_over) == (1, {address_files.OTHER_COMMUNE: 2})
    rows, tally = read(read_bal, write_bal(bal_row(insee="", key="26362_0010_00001"), bal_row(insee="")))
    assert (len(rows), tally.passed_over) == (1, {address_files.OTHER_COMMUNE: 1})


def test_a_city_with_districts_has_the_addresses_of_its_districts(write_ban, write_bal):
    rows, tally = read(read_ban, write_ban(ban_row(insee="69381"), ban_row(insee="69390")), "69123")
    assert (len(rows), tally.passed_over) == (1, {address_files.OTHER_COMMUNE: 1})
    rows, _ = read(read_bal, write_bal(bal_row(insee="", key="69381_0010_00001")), "69123")
    assert len(rows) == 1


def test_a_street_without_numbers_is_not_an_address(write_bal):
    rows, tally = read(read_bal, write_bal(bal_row(number="99999", key="26999_0010_99999")))
    assert (rows, tally.passed_over) == ([], {address_files.NO_NUMBER: 1})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ban_row(identifier=""), address_files.BAD_ID),
        (ban_row(identifier="26999/0010/1"), address_files.BAD_ID),
        (ban_row(street=""), address_files.NO_STREET),
        (ban_row(street="x" * 201), address_files.TOO_LONG),
    ],
)
def test_a_row_that_names_no_address_is_refused(write_ban, row, reason):
    rows, tally = read(read_ban, write_ban(row))
    assert (rows, tally.refused) == ([], {reason: 1})


def test_a_key_that_is_missing_is_refused_and_not_taken_for_another_commune(write_bal):
    _, tally = read(read_bal, write_bal(bal_row(key="", insee="")))
    assert tally.refused == {address_files.BAD_ID: 1}


@pytest.mark.real_data
def test_the_state_s_sample_of_three_communes_gives_one_row_each(real_data):
    file = real_data / "addresses" / "ban_sample.csv"
    for insee, identifier in (("01002", "01002_w4ld4h_00006"), ("38003", "38003_b030_00001")):
        rows, tally = read(read_ban, file, insee)
        assert rows[0].official_id == identifier
        assert len(rows) + tally.passed_over.total() == 3


@pytest.mark.real_data
def test_a_published_bal_is_read_whole(real_data):
    rows, tally = read(read_bal, real_data / "addresses" / "bal_adresses-54084.csv", "54084")
    assert (len(rows), tally.refused.total(), tally.passed_over.total()) == (486, 0, 0)
