import pytest

from geo.errors import InvalidFile
from geo.importers.delimited import read_table


def test_values_come_in_the_asked_order_stripped_with_their_line(write):
    file = write("a.csv", "b;c;a\n 2 ;3;1\n\n5;6;4\n")
    assert list(read_table(file, ["a", "b"])) == [(2, ("1", "2")), (4, ("4", "5"))]


def test_an_optional_column_that_is_absent_is_the_empty_text(write):
    assert list(read_table(write("a.csv", "a\n1\n"), ["a"], ["z"])) == [(2, ("1", ""))]


def test_header_names_may_be_in_capitals(write):
    assert list(read_table(write("a.csv", "A;B\n1;2\n"), ["b"])) == [(2, ("2",))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a;b\n1;2\n3\n", "ligne 3 : 1 valeurs au lieu de 2"),
        ("a;b\n1;2;3\n", "ligne 2 : 3 valeurs au lieu de 2"),
        ("a;b\n", "aucune ligne de données"),
        ("a,b\n1,2\n", "ligne 1 : il manque les colonnes a, b"),
        ("<!DOCTYPE html>\n<p>\n", "ligne 1 : c'est une page web"),
        ('a;b\n1;"2\n3;4\n', "un guillemet n'est pas refermé"),
        (";".join(["a"] * 5000) + "\n", "l'en-tête a 5000 colonnes"),
    ],
)
def test_a_damaged_table_is_refused_with_its_line(write, text, message):
    with pytest.raises(InvalidFile, match="(?i)" + message):
        list(read_table(write("a.csv", text), ["a", "b"]))
