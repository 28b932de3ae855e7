import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.importers.street_names import (
    comparable_number,
    comparable_street,
    listed_house_numbers,
    loose_number,
    split_house_number,
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("5", ("5", "")),
        ("05", ("5", "")),
        ("5a", ("5", "a")),
        ("16 Bis", ("16", "bis")),
        ("12 B2", ("12", "b2")),
        ("27 - 29", ("27 - 29", "")),
        ("3/4", ("3/4", "")),
        ("", ("", "")),
    ],
)
def test_a_house_number_is_split_from_its_suffix(text, parts):
    assert split_house_number(text) == parts


def test_a_list_gives_each_number_once_and_a_range_stays_whole():
    assert listed_house_numbers("31, 33;35;33") == ["31", "33", "35"]
    assert listed_house_numbers("27-29") == ["27-29"]
    assert listed_house_numbers(" ; ") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Avenue Général-de-Gaulle", "av. gal de gaulle"),
        ("Rue de l'Église", "RUE DE L’EGLISE"),
        ("Boulevard du Sacré-Cœur", "Bd du Sacre Coeur"),
        ("Place St-Jean", "pl Saint Jean"),
    ],
)
def test_two_writings_of_one_street_compare_equal(first, second):
    assert comparable_street(first) == comparable_street(second)


def test_two_streets_compare_different():
    assert comparable_street("Rue des Lilas") != comparable_street("Avenue des Lilas")


def test_bis_and_b_are_one_house_in_the_loose_form_only():
    assert comparable_number("5", "BIS") == comparable_number("05", "bis")
    assert comparable_number("5", "bis") != comparable_number("5", "b")
    assert loose_number("5", "bis") == loose_number("05", "B")
    assert loose_number("5", "a") != loose_number("5", "b")


@given(st.text())
def test_comparing_a_street_twice_changes_nothing(name):
    once = comparable_street(name)
    assert comparable_street(once) == once
