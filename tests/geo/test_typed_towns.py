import pytest

from geo.address_search import fold
from geo.models import Commune
from geo.typed_towns import set_town_aside, town_after, towns_of_france
from tests.geo.test_address_search import add_house, build_commune

pytestmark = pytest.mark.django_db

# Beside the streets of ``build_commune``: some that are named after towns, or begin as another does.
STREETS = (
    "Rue de Lyon",
    "Rue Jean Bart",
    "Rue Jean",
    "Avenue de Romans",
    "Route de Bourg-lès-Valence",
    "Rue du Port",
    "Rue de Rive",
    "Rue de Rive (les Rues Basses)",
)


@pytest.fixture
def commune() -> Commune:
    commune = build_commune()
    for place, street in enumerate(STREETS, start=100):
        add_house(commune, "12", "", street, place=place)
    return commune


@pytest.mark.parametrize(
    ("typed", "address", "town"),
    [
        ("10 rue de la République, Lyon", "10 rue de la République", "Lyon"),
        ("3 rue des Lilas 69001 Lyon CEDEX 01", "3 rue des Lilas", "Lyon"),
        ("3 rue des Lilas, 69001 Lyon", "3 rue des Lilas", "Lyon"),
        ("3 rue des Lilas 69001", "3 rue des Lilas", "69001"),
        ("3 rue des Lilas - Lyon", "3 rue des Lilas", "Lyon"),
        ("3 rue des Lilas (Bourg-lès-Valence)", "3 rue des Lilas", "Bourg-lès-Valence"),
        ("3 rue des Lilas, Bourg-lès-Valence", "3 rue des Lilas", "Bourg-lès-Valence"),
    ],
)
def test_the_town_at_the_end_is_set_aside_when_it_is_another(commune, typed, address, town):
    assert set_town_aside(commune, typed) == (address, town)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "3 rue des Lilas",
        "3, rue des Lilas",
        "3 rue des Lilas,",
        "3 rue des Lilas, Valmont",
        "3 rue des Lilas, 26000 VALMONT CEDEX",
        "3 rue des Lilas, 26000",
        "3 rue des Lilas, bâtiment B",
        "Résidence du Parc, 3 rue des Lilas",
        "chemin de la Combe-Noire, Les Granges",
        ", , ,",
        "9 chemin de la Combe-Noire",
        "27 - 29 rue d'Artagnan",
        "9 chemin de la Combe - Noire (Valmont)",
        "12 rue de Rive (les Rues Basses)",
    ],
)
def test_the_town_of_the_commune_or_none_leaves_the_text_whole(commune, typed):
    assert set_town_aside(commune, typed) == (typed, "")


@pytest.mark.parametrize(
    ("typed", "address", "town"),
    [
        # The street is here, and the words after it are a town.
        ("3 rue des Lilas Lyon", "3 rue des Lilas", "Lyon"),
        ("3 r lilas LYON", "3 r lilas", "LYON"),
        ("3 rue des Lilas Bourg-lès-Valence", "3 rue des Lilas", "Bourg-lès-Valence"),
        ("3 rue des Lilas bourg les valence", "3 rue des Lilas", "bourg les valence"),
        ("3 rue des Lilas St Etienne", "3 rue des Lilas", "St Etienne"),
        ("12 bis bd gal de gaulle Romans-sur-Isère", "12 bis bd gal de gaulle", "Romans-sur-Isère"),
        ("7 place Saint-Éloi L'Isle-d'Abeau", "7 place Saint-Éloi", "L'Isle-d'Abeau"),
        ("12 rue de Lyon Valence", "12 rue de Lyon", "Valence"),
        ("12 avenue de Romans Lyon", "12 avenue de Romans", "Lyon"),
        # The street is not here, but nobody is called so.
        ("5 avenue Mozart Romans-sur-Isère", "5 avenue Mozart", "Romans-sur-Isère"),
        ("5 bis rue Jean Moulin Villeneuve-sur-Lot", "5 bis rue Jean Moulin", "Villeneuve-sur-Lot"),
    ],
)
def test_a_town_that_nothing_sets_apart_is_seen_where_it_is_sure(commune, typed, address, town):
    assert set_town_aside(commune, typed) == (address, town)


@pytest.mark.parametrize(
    "typed",
    [
        # Streets named after towns, that the commune has or has not.
        "12 rue de Lyon",
        "12 rue Lyon",
        "12 av de Romans",
        "5 route de Bourg-lès-Valence",
        "5 route Bourg-lès-Valence",
        "5 chemin de Grenoble",
        "5 rue du Pont de Romans-sur-Isère",
        "5 rue Romans-sur-Isère",
        "5 bis rue Romans-sur-Isère",
        "5 quai de la Rochelle",
        # Jean Lyon, Pierre Valence, General Villeneuve may be persons whose street the commune lacks.
        "12 rue Pierre Lyon",
        "12 rue du Général Villeneuve",
        "12 rue Jean Saint-Étienne",
        # « Bar », « Bard » and « Le Port » are towns, and parts of streets that are being typed or misspelt.
        "12 rue Jean Bar",
        "12 rue Jean Bard",
        "12 rue du Port",
        # Of the commune itself.
        "3 rue des Lilas Valmont",
        "1 ter avenue de Valmont",
        "3 rue des Lilas Les Granges",
        # « Apt » is a town too.
        "3 rue des Lilas apt",
        "3 rue des Lilas apt 4",
        "3 rue des Lilas Dupont-Durand",
        "3 rue des Lilas chez Martin",
        "Lyon",
        "12 Lyon",
    ],
)
def test_what_may_be_a_street_or_a_person_is_no_town(commune, typed):
    assert set_town_aside(commune, typed) == (typed, "")


@pytest.mark.parametrize(
    ("typed", "street", "town"),
    [
        ("1 alée Adele Dumnt Lyon", "Allée Adèle Dumont", "Lyon"),
        ("12 rue de la republique Lyon", "Boulevard de la République", "Lyon"),
        ("3 rue des Lilas à Lyon", "Rue des Lilas", "Lyon"),
        ("3 r Lillas bourg les valence", "Rue des Lilas", "bourg les valence"),
        # As many words as the street has, or others than a town's.
        ("12 rue Pierre Lyon", "Rue Pierre Loti", ""),
        ("12 rue Lyon", "Rue de Lyon", ""),
        ("12 rue Jean Bar", "Rue Jean Bart", ""),
        ("12 rue du Port", "Rue du Port", ""),
        ("3 rue des Lilas chez Martin", "Rue des Lilas", ""),
        ("3 rue des Lilas apt", "Rue des Lilas", ""),
        ("3 alée des Lilas Valmont", "Rue des Lilas", ""),
        ("12", "Rue des Lilas", ""),
    ],
)
def test_the_town_after_a_street_that_was_misspelt_is_what_the_street_has_no_word_for(
    commune, typed, street, town
):
    assert town_after(commune, typed, street) == town


def test_the_towns_of_france_are_written_as_typed_texts_are_compared():
    towns = towns_of_france()

    assert {"lyon", "bourg les valence", "l isle d abeau", "saint etienne"} <= towns
    assert all(fold(town) == town for town in towns)
