import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.address_search import Reading, read_typed, search_addresses
from geo.importers.street_names import ABBREVIATIONS
from geo.models import WGS84, Address, Commune, StreetName

pytestmark = pytest.mark.django_db

GAULLE = "Boulevard du Général de Gaulle"
# Number, suffix, street: what stands in the town of these tests.
HOUSES = (
    ("2", "", GAULLE),
    ("12", "", GAULLE),
    ("12", "bis", GAULLE),
    ("14", "", GAULLE),
    ("15", "", GAULLE),
    ("40", "", GAULLE),
    ("1", "", "Rue du 8 Mai 1945"),
    ("8", "", "Rue du 8 Mai 1945"),
    ("3", "", "Rue des Lilas"),
    ("12", "", "Rue des Lilas"),
    ("3", "", "Allée des Lilas"),
    ("5", "b", "Impasse de l'Œillet"),
    ("7", "", "Place Saint-Éloi"),
    ("27 - 29", "", "Rue d'Artagnan"),
    ("12", "2", "Rue d'Artagnan"),
    ("", "", "Les Granges"),
    ("4", "r", "Rue D"),
    ("4", "", "Rue A"),
    ("1", "ter", "Avenue de Valmont"),
    ("9", "", "Chemin de la Combe-Noire"),
    ("3", "", "Avenue de la Gare"),
)


@pytest.fixture
def commune() -> Commune:
    return build_commune()


def build_commune(insee: str = "26999") -> Commune:
    commune = Commune.objects.create(
        insee_code=insee,
        name="Valmont",
        outline=MultiPolygon(Polygon.from_bbox((4.8, 44.9, 4.9, 45.0)), srid=WGS84),
        source="essai",
    )
    for place, house in enumerate(HOUSES):
        add_house(commune, *house, place=place)
    return commune


def add_house(
    commune: Commune, number: str, suffix: str, street: str, *, place: int, **changes: object
) -> Address:
    values = {"postcode": "26000", "city": "Valmont", "point": Point(4.8 + place / 1000, 44.9, srid=WGS84)}
    return Address.objects.create(
        commune=commune,
        official_id=f"{commune.pk}_{place:05d}",
        source=Address.Source.BAN,
        house_number=number,
        suffix=suffix,
        street_name=street,
        **(values | changes),
    )


def labels(commune: Commune, text: str, limit: int = 8) -> list[str]:
    return [candidate.label for candidate in search_addresses(commune, text, limit)]


@pytest.mark.parametrize(
    "typed",
    [
        "12 bis bd Gal de Gaulle",
        "12 bis bd Gal de Gaule",
        "12bis boul. du général de gaulle",
        "12 B bvd general de gaulle",
        "12, bis Bd. Gén. de Gaulle",
        "12 bis de gaulle",
        "12 bis boulevar général degaulle",
        "12 bis bd du Général de Gaulle 26000 Valmont",
        "12 bis bd du Général de Gaulle, Valmont",
        "12 BIS BD GAL DE GAULLE VALMONT",
        "12 bis boulevard du ge\u0301ne\u0301ral de gaulle",
        "12 bis rue du général de gaulle",
        "12 biss bd du Général de Gaulle",
        "12 bis. bd du Général de Gaulle",
    ],
)
def test_a_number_with_its_suffix_is_found_however_it_is_typed(commune, typed):
    [first, *_] = search_addresses(commune, typed)

    assert first.label == f"12 bis {GAULLE}"
    assert first.is_exact


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("8 mai 1945", "1 Rue du 8 Mai 1945"),
        ("8 rue du 8 mai", "8 Rue du 8 Mai 1945"),
        ("8 r du huit mai", "8 Rue du 8 Mai 1945"),
        ("5 bis imp oeillet", "5 b Impasse de l'Œillet"),
        ("5 imp de l’œillet", "5 b Impasse de l'Œillet"),
        ("7 pl st eloi", "7 Place Saint-Éloi"),
        ("28 rue d artagnan", "27 - 29 Rue d'Artagnan"),
        ("12/2 rue d'Artagnan", "12 2 Rue d'Artagnan"),
        ("granges", "Les Granges"),
        ("4 r d", "4 r Rue D"),
        ("4 rue a", "4 Rue A"),
        ("1 ter av de valmont", "1 ter Avenue de Valmont"),
        ("3 all lilas", "3 Allée des Lilas"),
        ("3 rue lilas", "3 Rue des Lilas"),
        ("9 ch dela conbe noire", "9 Chemin de la Combe-Noire"),
        ("9 ch dela combe", "9 Chemin de la Combe-Noire"),
        ("9 ch combe noir", "9 Chemin de la Combe-Noire"),
        ("3 av dela garre", "3 Avenue de la Gare"),
        ("chem", "9 Chemin de la Combe-Noire"),
    ],
)
def test_the_likeliest_address_is_first(commune, typed, label):
    assert labels(commune, typed)[0] == label


def test_a_number_that_is_not_there_offers_the_nearest_and_its_own_side_first(commune):
    # 13: 12 and 14 are as near as each other, on the other side (1 + 0.5), 15 on its own (2); suffixes after.
    found = search_addresses(commune, "13 boulevard du Général de Gaulle", 4)

    assert [candidate.label.split(" B")[0] for candidate in found] == ["12", "12 bis", "14", "15"]
    assert not any(candidate.is_exact for candidate in found)


def test_a_suffix_that_is_not_there_offers_the_number_alone(commune):
    [first, *_] = search_addresses(commune, "14 ter bd du Général de Gaulle")

    assert (first.label, first.is_exact) == (f"14 {GAULLE}", False)


@pytest.mark.parametrize(
    ("typed", "missing", "numbers"),
    [
        # 12 and 14 are 1 away across the street, 15 is 2 away on the same side.
        (f"13 {GAULLE}", "13", ["12", "12 bis", "14", "15"]),
        (f"14 ter {GAULLE}", "14 ter", ["14", "15", "12"]),
        (f"12 bis {GAULLE}", "", ["12 bis", "12", "14"]),
    ],
)
def test_a_number_that_is_not_there_is_named_with_its_neighbours(commune, typed, missing, numbers):
    found = search_addresses(commune, typed)[: len(numbers)]

    assert found[0].missing_number == missing
    assert [each.number for each in found] == numbers
    assert all(each.is_in_its_street for each in found)


def test_a_street_alone_offers_its_numbers_in_order(commune):
    numbers = ["2", "12", "12 bis", "14", "15", "40"]

    assert labels(commune, GAULLE) == [f"{number} {GAULLE}" for number in numbers]


def test_streets_that_are_as_likely_share_the_places(commune):
    assert set(labels(commune, "lilas", 3)) == {"3 Allée des Lilas", "3 Rue des Lilas", "12 Rue des Lilas"}


@pytest.mark.parametrize("typed", ["", "   ", "?!", "-", "zzzz", "٣٤", "%", "12"])
def test_what_resembles_nothing_finds_nothing(commune, typed):
    assert labels(commune, typed) == []


@pytest.mark.parametrize(
    "typed", ["x" * 5_000, "12 " * 2_000, "'; DROP TABLE geo_address; --", "\u0301" * 300, "1/" * 60]
)
def test_a_hostile_text_is_only_a_text(commune, typed):
    search_addresses(commune, typed)

    assert Address.objects.count() == len(HOUSES)


def test_another_commune_is_not_looked_at(commune):
    other = build_commune("38001")

    assert {candidate.pk for candidate in search_addresses(other, "lilas")} <= set(
        Address.objects.filter(commune=other).values_list("pk", flat=True)
    )


def test_an_address_without_position_is_shown_at_its_nearest_number(commune):
    add_house(commune, "13", "", GAULLE, place=99, point=None)

    [first, *_] = search_addresses(commune, f"13 {GAULLE}")

    # 12 (place 1) and 14 (place 3) are as near; the first that was written is taken.
    assert (first.label, first.is_located, first.lon) == (f"13 {GAULLE}", False, pytest.approx(4.801))


def test_a_street_without_any_position_is_not_offered(commune):
    add_house(commune, "1", "", "Rue Perdue", place=99, point=None)

    assert "1 Rue Perdue" not in labels(commune, "1 rue perdue")


def test_two_streets_of_one_name_are_told_apart_by_their_town(commune):
    add_house(commune, "3", "", "Rue des Lilas", place=99, postcode="26120", city="Valmont-le-Haut")

    assert labels(commune, "3 rue des lilas, 26120 Valmont-le-Haut")[0] == "3 Rue des Lilas, 26120 Valmont-le-Haut"
    assert set(labels(commune, "3 rue des lilas")[:2]) == {
        "3 Rue des Lilas, 26000 Valmont",
        "3 Rue des Lilas, 26120 Valmont-le-Haut",
    }


def test_the_score_says_how_sure_it_is(commune):
    [label] = search_addresses(commune, f"40 {GAULLE}", 1)
    [misspelt] = search_addresses(commune, "40 bd Gal de Gaule", 1)

    assert label.score == 1
    assert 0.6 < misspelt.score < 1


typed_texts = st.one_of(
    st.sampled_from([f"{n} {s} {street}" for n, s, street in HOUSES]),
    st.text(alphabet="abdegilmrstuéèçœ 128'-", min_size=1, max_size=30),
)
quick = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@quick
@given(text=typed_texts, spaces=st.integers(1, 4))
def test_case_accents_and_spaces_never_change_the_answer(commune, text, spaces):
    plain = text.translate(str.maketrans({"é": "e", "è": "e", "ç": "c", "É": "E", "Œ": "OE", "œ": "oe"}))

    expected = search_addresses(commune, text)

    assert search_addresses(commune, text.upper()) == expected
    assert search_addresses(commune, plain) == expected
    assert search_addresses(commune, f"  {text} ".replace(" ", " " * spaces)) == expected


@quick
@given(
    number=st.integers(1, 9999), suffix=st.sampled_from(["", "bis", "ter", "a", "B", "c2", "2"]), data=st.data()
)
def test_an_exact_label_is_always_first(commune, number, suffix, data):
    street = data.draw(st.sampled_from([street for *_, street in HOUSES]))
    place = data.draw(st.integers(1000, 10**9))
    address = add_house(commune, str(number), suffix, street, place=place)

    [first, *_] = search_addresses(commune, str(address), 1)

    assert first.label.casefold() == str(address).casefold()
    address.delete()


def test_a_text_is_read_in_each_way_it_may_be_meant():
    assert read_typed("4 r Lilas") == [
        Reading(street="Lilas", number=4, suffix="r"),
        Reading(street="r Lilas", number=4),
        Reading(street="4 r Lilas"),
    ]


def test_the_names_of_streets_follow_the_addresses(commune):
    add_house(commune, "1", "", "Rue Neuve", place=99)
    Address.objects.filter(street_name="Les Granges").update(street_name="Les Grangettes")
    Address.objects.filter(street_name="Rue A").delete()

    assert set(StreetName.objects.values_list("name", flat=True)) == set(
        Address.objects.values_list("street_name", flat=True)
    )


def test_a_street_is_known_by_what_tells_it_from_others(commune):
    street = StreetName.objects.get(name=GAULLE)

    assert (street.searchable, street.key) == ("boulevard general gaulle", "general gaulle")


@pytest.mark.parametrize(("short", "whole"), ABBREVIATIONS.items())
def test_abbreviations_of_the_imports_are_written_out_by_the_search_too(short, whole):
    with connection.cursor() as cursor:
        cursor.execute("SELECT geo_searchable(%s)", [f"{short} neuf"])
        [searchable] = cursor.fetchone()

    assert searchable == f"{whole} neuf"


def test_every_stored_name_finds_itself(commune):
    assert not StreetName.objects.exclude(searchable__endswith=F("key")).exists()
