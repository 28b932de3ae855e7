import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon

from geo.models import LAMBERT_93, WGS84
from sectors.errors import UnknownNeighbour
from sectors.models import Perimeter, Sector
from sectors.perimeter_geometry.errors import (
    CrossesItself,
    LineDoesNotSplit,
    OutsideCommune,
    SectorsApart,
)
from sectors.services import drawing as drawings
from sectors.services.drawing import open_drawing
from sectors.services.examination import Drawn, examine, key_of
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, build_town, rectangle
from tests.sectors.proposing import TODAY

pytestmark = pytest.mark.django_db

# At 44.93° N a degree of longitude is 78,810 m and one of latitude 111,130 m: the town is 1,576 m by 1,667 m.
TOWN_M2 = 1_576 * 1_667
# Seen in metres, its parallels bend by up to 5 cm over 1,576 m: 79 m² along one of them.
BENT_M2 = 79


@pytest.fixture
def town():
    return build_town()


def opened(town, area, *others: Drawn):
    drawn = (Drawn(area=area, sector=town.sectors[0]), *others)
    return open_drawing(town.commune, drawn, TODAY), key_of(town.sectors[0]), key_of(town.sectors[1])


def test_a_perimeter_is_told_by_what_it_holds(town, settings):
    settings.RESIDENTS_PER_ADDRESS = 2.2
    drawing, mine, _ = opened(town, rectangle(WEST, SOUTH, MIDDLE, NORTH))

    told = drawings.look_at(drawing, mine)

    assert told.area_m2 == pytest.approx(TOWN_M2 / 2, rel=0.01)
    assert told.share_of_commune == pytest.approx(0.5, abs=0.001)
    # Two of the four addresses; 2 × 2.2 = 4.4 people.
    assert (told.addresses, told.share_of_addresses, told.residents) == (2, 0.5, 4)
    assert (told.overlaps, told.gaps) == ((), ())


def test_shared_ground_and_gaps_are_told_with_the_neighbour_and_their_place(town):
    # 0.001° is 79 m: a strip of 79 m of the neighbour's; 0.0001° is 7.9 m: a street left between.
    shared, mine, theirs = opened(town, rectangle(WEST, SOUTH, MIDDLE + 0.001, NORTH))
    parted, _, _ = opened(town, rectangle(WEST, SOUTH, MIDDLE - 0.0001, NORTH))

    (overlap,) = drawings.look_at(shared, mine).overlaps
    (gap,) = drawings.look_at(parted, mine).gaps

    assert (overlap.neighbours, overlap.is_sliver) == ((theirs,), False)
    assert overlap.area_m2 == pytest.approx(79 * 1_667, rel=0.01)
    assert overlap.area.extent == pytest.approx((MIDDLE, SOUTH, MIDDLE + 0.001, NORTH), abs=1e-6)
    assert gap.neighbours == (theirs,)
    assert gap.area_m2 == pytest.approx(7.9 * 1_667, rel=0.01)


def test_what_is_drawn_beside_counts_and_not_what_is_in_force_there(town):
    other = Drawn(area=rectangle(MIDDLE + 0.001, SOUTH, EAST, NORTH), sector=town.sectors[1])
    drawing, mine, _ = opened(town, rectangle(WEST, SOUTH, MIDDLE + 0.001, NORTH), other)

    assert drawings.look_at(drawing, mine).overlaps == ()


def test_a_sector_that_ends_leaves_its_ground(town):
    drawing, mine, _ = opened(town, rectangle(WEST, SOUTH, EAST, NORTH), Drawn(area=None, sector=town.sectors[1]))

    assert drawings.look_at(drawing, mine).overlaps == ()


def bow_tie() -> MultiPolygon:
    ring = ((WEST, SOUTH), (MIDDLE, NORTH), (MIDDLE, SOUTH), (WEST, NORTH), (WEST, SOUTH))
    return MultiPolygon(Polygon(ring), srid=WGS84)


def test_what_is_no_area_is_refused_with_its_place_in_degrees(town):
    crossing, mine, theirs = opened(town, bow_tie())
    with pytest.raises(CrossesItself) as refused:
        drawings.look_at(crossing, mine)
    assert refused.value.place == pytest.approx(((WEST + MIDDLE) / 2, (SOUTH + NORTH) / 2), abs=1e-5)

    outside, _, _ = opened(town, rectangle(WEST - 0.01, SOUTH, MIDDLE, NORTH))
    with pytest.raises(OutsideCommune) as refused:
        drawings.look_at(outside, mine)
    assert refused.value.place == pytest.approx((WEST - 0.005, (SOUTH + NORTH) / 2), abs=1e-4)

    with pytest.raises(CrossesItself) as unfinished:
        drawings.trim(crossing, mine, theirs)
    assert unfinished.value.place == pytest.approx(((WEST + MIDDLE) / 2, (SOUTH + NORTH) / 2), abs=1e-4)


def test_ground_beyond_the_outline_that_is_in_force_stays_drawable(town):
    Perimeter.objects.filter(sector=town.sectors[0]).update(area=rectangle(WEST - 0.002, SOUTH, MIDDLE, NORTH))
    drawing, mine, _ = opened(town, rectangle(WEST - 0.002, SOUTH, MIDDLE, 44.935))

    assert drawings.look_at(drawing, mine).overlaps == ()


def mended(town, drawn: list[Drawn]) -> dict[str, MultiPolygon]:
    """What a mend gave, once it was found fit to be in force."""
    examine(town.commune, drawn, TODAY)
    return {each.key: each.area for each in drawn}


def is_ground(area: MultiPolygon, *bounds: float, within_m2: float = BENT_M2) -> bool:
    """Whether an area is that of a rectangle, as the database measures it in metres."""
    apart = area.transform(LAMBERT_93, clone=True).sym_difference(
        rectangle(*bounds).transform(LAMBERT_93, clone=True)
    )
    return apart.area <= within_m2


def test_shared_ground_goes_to_the_neighbour_or_is_parted(town):
    drawing, mine, theirs = opened(town, rectangle(WEST, SOUTH, MIDDLE + 0.001, NORTH))

    trimmed = mended(town, drawings.trim(drawing, mine, theirs))
    parted = mended(town, drawings.share_border(drawing, mine, theirs))

    assert set(trimmed) == {mine}
    assert is_ground(trimmed[mine], WEST, SOUTH, MIDDLE, NORTH)
    assert set(parted) == {mine, theirs}
    # The line midway is exact to half a step of its samples, 1.75 m, along 1,667 m.
    assert is_ground(parted[mine], WEST, SOUTH, MIDDLE + 0.0005, NORTH, within_m2=1.75 * 1_667)
    assert is_ground(parted[theirs], MIDDLE + 0.0005, SOUTH, EAST, NORTH, within_m2=1.75 * 1_667)


def test_a_gap_is_filled_or_parted_where_it_is_pointed_at(town):
    drawing, mine, theirs = opened(town, rectangle(WEST, SOUTH, MIDDLE - 0.0001, NORTH))
    inside, elsewhere = Point(MIDDLE - 0.00005, 44.93, srid=WGS84), Point(WEST, 44.93, srid=WGS84)

    filled = mended(town, drawings.fill_gap(drawing, mine, inside))
    parted = mended(town, drawings.share_gap(drawing, mine, theirs, inside))

    assert is_ground(filled[mine], WEST, SOUTH, MIDDLE, NORTH)
    assert is_ground(parted[mine], WEST, SOUTH, MIDDLE - 0.00005, NORTH, within_m2=1.75 * 1_667)
    with pytest.raises(UnknownNeighbour):
        drawings.fill_gap(drawing, mine, elsewhere)


def test_a_border_follows_the_neighbours(town):
    # 0.00005° is 4 m.
    drawing, mine, _ = opened(town, rectangle(WEST + 0.00005, SOUTH, MIDDLE - 0.00005, NORTH))

    snapped = mended(town, drawings.snap(drawing, mine))

    assert is_ground(snapped[mine], WEST, SOUTH, MIDDLE, NORTH)


def test_a_sector_is_split_and_the_smaller_side_is_new(town):
    drawing, mine, _ = opened(town, rectangle(WEST, SOUTH, MIDDLE, NORTH))
    line = LineString((WEST - 0.001, 44.936), (MIDDLE + 0.001, 44.936), srid=WGS84)

    drawn = drawings.split(drawing, mine, line, number=3, name="Les Hauts")

    areas = mended(town, drawn)
    assert is_ground(areas[mine], WEST, SOUTH, MIDDLE, 44.936)
    assert is_ground(areas["new-3"], WEST, 44.936, MIDDLE, NORTH)
    with pytest.raises(LineDoesNotSplit):
        drawings.split(drawing, mine, LineString((1, 44.9), (2, 44.9), srid=WGS84), number=3, name="Les Hauts")


def test_two_sectors_merge_and_the_other_ends(town):
    drawing, mine, theirs = opened(town, rectangle(WEST, SOUTH, MIDDLE, NORTH))

    areas = mended(town, drawings.merge(drawing, mine, theirs))

    assert is_ground(areas[mine], WEST, SOUTH, EAST, NORTH)
    assert areas[theirs] is None


def test_sectors_apart_do_not_merge(town):
    drawing, mine, theirs = opened(town, rectangle(WEST, SOUTH, 4.885, NORTH))

    with pytest.raises(SectorsApart) as refused:
        drawings.merge(drawing, mine, theirs)

    assert refused.value.place == pytest.approx(((MIDDLE + EAST) / 2, (SOUTH + NORTH) / 2), abs=1e-4)


def test_a_neighbour_that_is_not_there_is_said(town):
    drawing, mine, _ = opened(town, rectangle(WEST, SOUTH, MIDDLE, NORTH))
    third = Sector.objects.create(commune=town.commune, number=3, name="La Gare")

    with pytest.raises(UnknownNeighbour):
        drawings.merge(drawing, mine, key_of(third))
    with pytest.raises(UnknownNeighbour):
        drawings.look_at(drawing, key_of(third))
