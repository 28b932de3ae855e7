from geo.importers.address_matching import KnownAddress, match_addresses

LAMBERT_93 = 2154


def house(number="5", street="Rue Charles de Gaulle", lon=4.89, lat=44.93, suffix=""):
    return KnownAddress(
        house_number=number, suffix=suffix, street_name=street, point=None if lon is None else (lon, lat)
    )


def match(officials, other):
    return match_addresses(officials, [other], LAMBERT_93)[0]


def test_the_same_number_in_the_same_street_is_the_same_house():
    assert match([house("4"), house("5")], house("5", "rue charles-de-gaulle", lat=44.931)) == 1


def test_bis_is_not_the_plain_number():
    assert match([house("5")], house("5", suffix="bis")) is None


def test_b_is_bis_where_the_street_has_one_of_them():
    assert match([house(suffix="bis")], house(suffix="b")) == 0


def test_b_is_not_bis_where_the_map_has_both():
    officials, others = [house(suffix="bis")], [house(suffix="b"), house(suffix="bis")]
    assert match_addresses(officials, others, LAMBERT_93) == [None, 0]


def test_a_street_of_the_same_name_far_away_is_another_street():
    # 0.01° of latitude is 1,111 m, beyond 300 m.
    assert match([house()], house(lat=44.94)) is None


def test_an_official_address_without_position_matches_by_its_words():
    assert match([house(lon=None)], house(lat=44.94)) == 0


def test_another_spelling_close_by_is_the_same_house():
    # 0.0002° of latitude is 22 m.
    assert match([house(street="Rue du Général de Gaulle")], house(lat=44.9302)) == 0


def test_another_street_at_the_corner_is_another_house():
    assert match([house(street="Rue des Lilas")], house(lat=44.9302)) is None


def test_a_number_without_street_is_the_official_one_close_by():
    assert match([house()], house(street="", lat=44.9302)) == 0
    assert match([house()], house(street="", lat=44.9310)) is None  # 111 m


def test_the_nearest_of_two_is_chosen():
    assert match([house(lat=44.9315), house(lat=44.9302)], house()) == 1


def test_nothing_matches_nothing():
    assert match_addresses([], [house()], LAMBERT_93) == [None]
    assert match_addresses([house()], [], LAMBERT_93) == []
