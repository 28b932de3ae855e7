import pytest

from sectors.errors import StreetListRefused
from sectors.street_lines import LAST_SUFFIX, Numbers, Side, find_backwards, read_lines, read_numbers

END = (99_999, LAST_SUFFIX)


def to(number):
    return number, LAST_SUFFIX


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("du 1 au 45", [Numbers(first=(1, ""), last=to(45))]),
        ("du 1 au 45 impairs", [Numbers(first=(1, ""), last=to(45), side=Side.ODD)]),
        ("du n° 2 au n° 44, côté pair", [Numbers(first=(2, ""), last=to(44), side=Side.EVEN)]),
        ("de 2 à 44 (pairs)", [Numbers(first=(2, ""), last=to(44), side=Side.EVEN)]),
        ("1-45", [Numbers(first=(1, ""), last=to(45))]),
        ("1 – 45 numéros impairs", [Numbers(first=(1, ""), last=to(45), side=Side.ODD)]),
        ("entre 10 et 20", [Numbers(first=(10, ""), last=to(20))]),
        ("du 7 bis au 9 ter", [Numbers(first=(7, "b"), last=(9, "t"))]),
        ("à partir du 12", [Numbers(first=(12, ""))]),
        ("à partir du 12 pairs", [Numbers(first=(12, ""), side=Side.EVEN)]),
        ("jusqu'au 30", [Numbers(last=to(30))]),
        ("JUSQU’AU 30 IMPAIRS", [Numbers(last=to(30), side=Side.ODD)]),
        ("côté impair", [Numbers(side=Side.ODD)]),
        ("pairs", [Numbers(side=Side.EVEN)]),
        ("tous les numéros pairs", [Numbers(side=Side.EVEN)]),
        ("7", [Numbers(first=(7, ""), last=(7, ""))]),
        ("n° 7 bis", [Numbers(first=(7, "b"), last=(7, "b"))]),
        ("7b", [Numbers(first=(7, "b"), last=(7, "b"))]),
        ("3, 5 et 7", [Numbers(first=(n, ""), last=(n, "")) for n in (3, 5, 7)]),
        (
            "3 ; du 10 au 20 pairs",
            [Numbers(first=(3, ""), last=(3, "")), Numbers(first=(10, ""), last=to(20), side=Side.EVEN)],
        ),
        ("", []),
        ("mai 1945", []),
        ("du 1", []),
        ("3, mairie", []),
        ("1234567", []),
    ],
)
def test_numbers_are_read_as_people_write_them(said, numbers):
    assert list(read_numbers(said)) == numbers


@pytest.mark.parametrize(
    ("numbers", "house", "is_meant"),
    [
        (Numbers(first=(1, ""), last=to(45)), (45, 45, "bis"), True),
        (Numbers(first=(1, ""), last=to(45)), (46, 46, ""), False),
        (Numbers(first=(1, ""), last=to(45), side=Side.ODD), (4, 4, ""), False),
        (Numbers(first=(7, ""), last=(7, "")), (7, 7, "bis"), False),
        (Numbers(first=(7, "b"), last=(7, "b")), (7, 7, "Bis"), True),
        (Numbers(first=(7, "b"), last=(9, "t")), (7, 7, ""), False),
        (Numbers(first=(7, "b"), last=(9, "t")), (9, 9, "quater"), False),
        # 27-29 is one door with two or three numbers: on either side, it is met by one of them.
        (Numbers(first=(29, ""), last=to(40)), (27, 29, ""), True),
        (Numbers(first=(30, ""), last=to(40)), (27, 29, ""), False),
    ],
)
def test_a_house_is_meant_or_not(numbers, house, is_meant):
    assert numbers.hold(*house) is is_meant


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        ("rue Bouffier", [("rue Bouffier", "")]),
        ("rue Bouffier, du 1 au 45 impairs", [("rue Bouffier", "du 1 au 45 impairs")]),
        ("- rue Bouffier : 3, 5", [("rue Bouffier", "3, 5"), ("rue Bouffier : 3", "5")]),
        ("rue Bouffier (pairs)", [("rue Bouffier", "pairs")]),
        ("rue du 8 mai 1945", [("rue du 8 mai", "1945")]),
        ("12 bis rue Bouffier", [("rue Bouffier", "12 bis")]),
        ("côté pair de la rue Bouffier", [("rue Bouffier", "côté pair")]),
    ],
)
def test_a_line_has_several_readings_and_the_whole_is_the_first(line, readings):
    (found,) = read_lines(line)

    assert found.readings[0].street == line.strip("- ")
    assert set(readings) <= {(each.street, each.said) for each in found.readings}


def test_lines_keep_their_place_in_the_text_and_empty_ones_say_nothing():
    assert [(line.place, line.text) for line in read_lines("\n• rue Bouffier\n---\n  * rue  du Moulin,\n")] == [
        (2, "rue Bouffier"),
        (4, "rue du Moulin"),
    ]


def test_a_range_written_backwards_is_found():
    assert find_backwards(read_numbers("3, du 45 au 1")) == (1, 45)
    assert find_backwards(read_numbers("du 1 au 45")) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rue Bouffier\n" + "x" * 201, "Ligne 2 : elle dépasse 200 signes"),
        ("rue Bouffier\n" * 501, "Ligne 501 : il y a plus de 500 rues"),
    ],
)
def test_a_list_out_of_measure_is_refused_with_its_line(text, problem):
    with pytest.raises(StreetListRefused, match=problem):
        read_lines(text)
