import pytest

from accounts.presentation.tables import Column, read_sorting

DAY = Column(key="jour", label="Jour", order_by=("day", "-hour"))
NAME = Column(key="nom", label="Nom", order_by=("name",))


@pytest.mark.parametrize(
    ("asked", "order_by"),
    [
        ("nom", ("name",)),
        ("-nom", ("-name",)),
        ("jour", ("day", "-hour")),
        ("-jour", ("-day", "hour")),
        ("", ("-day", "hour")),
        ("password", ("-day", "hour")),
        ("--nom", ("-day", "hour")),
        ("nom,password", ("-day", "hour")),
    ],
)
def test_the_order_is_that_of_a_column_of_the_table_or_the_default(asked, order_by):
    assert read_sorting(asked, (DAY, NAME), default="-jour").order_by == order_by


def test_a_heading_asks_for_the_reverse_once_its_column_orders_the_table():
    upwards = read_sorting("nom", (DAY, NAME), default="jour")
    downwards = read_sorting("-nom", (DAY, NAME), default="jour")

    assert (upwards.next_key(NAME), upwards.next_key(DAY)) == ("-nom", "jour")
    assert downwards.next_key(NAME) == "nom"


def test_a_heading_tells_how_its_column_orders_the_table():
    sorting = read_sorting("-nom", (DAY, NAME), default="jour")

    assert (sorting.aria_sort(NAME), sorting.aria_sort(DAY)) == ("descending", "")


def test_a_default_that_is_no_column_is_a_fault_of_the_page():
    with pytest.raises(KeyError):
        read_sorting("", (NAME,), default="jour")
