import itertools
import math
import re

import pytest
import shapely

from geo.statistics.classes import Method
from maps.charts import Area, Point, SectorMap
from maps.charts.sector_map import MOST_NUMBERED
from tests.builders import build_ground
from tests.maps.charts.reading import SVG, Drawing

OUTLINE = shapely.box(4.88, 44.92, 4.90, 44.94)


def sector_map(*values: float | None, **options) -> SectorMap:
    width = 0.02 / len(values)
    areas = tuple(
        Area(
            number=rank + 1,
            name=f"Secteur {rank + 1}",
            ground=shapely.box(4.88 + rank * width, 44.92, 4.88 + (rank + 1) * width, 44.94),
            point=Point(value=value),
        )
        for rank, value in enumerate(values)
    )
    return SectorMap(
        title="Absences", measure="Absences", insee_code="26999", outline=OUTLINE, areas=areas, **options
    )


@pytest.fixture
def ground(db):
    return build_ground()


def test_each_sector_has_the_tint_of_its_class_and_its_number(ground):
    drawing = Drawing(sector_map(12, 13, 40))

    tints = [path.get("fill") for path in drawing.all("path", fill_rule="evenodd") if path.get("fill") != "water"]
    assert tints[0] != tints[1] != tints[2]
    assert list(drawing.texts(font_weight="700")) == ["1", "2", "3"]
    # Three values are three classes, each told by its own.
    assert drawing.texts(fill="ink")[3:] == ["12", "13", "40"]
    assert drawing.texts(fill="muted") == ["Limites des classes : seuils naturels (Jenks)."]


def test_what_is_left_out_is_hatched_and_in_the_legend(ground):
    drawing = Drawing(sector_map(12, None, 40))

    assert [one.tag.split("}")[1] for one in drawing.hatched] == ["path", "rect"]
    assert "non publié" in drawing.texts()


def test_classes_are_told_by_the_values_they_hold(ground):
    shown = sector_map(11, 12, 30, 31, 60, 61, 90, 91, 120, 122, None, method=Method.QUANTILES)

    assert shown.class_labels == ["de 11 à 12", "de 30 à 31", "de 60 à 61", "de 90 à 91", "de 120 à 122"]
    assert shown.table.rows[3] == ("4 · Secteur 4", "31", "de 30 à 31")
    assert shown.table.rows[-1] == ("11 · Secteur 11", "non publié", "–")
    assert "quantiles" in shown.method_told


def test_what_is_told_as_equal_is_in_one_class(ground):
    assert sector_map(12.44, 12.36, 40.0, places=1).class_labels == ["12,4", "40,0"]


def test_more_sectors_than_can_be_numbered_have_their_tints_alone(ground):
    few, many = (Drawing(sector_map(*range(11, 11 + count))) for count in (MOST_NUMBERED, MOST_NUMBERED + 1))

    assert len(few.texts(font_weight="700")) == MOST_NUMBERED
    assert many.texts(font_weight="700") == []
    tinted = [path for path in many.all("path", fill_rule="evenodd") if path.get("fill") != "water"]
    assert len(tinted) == MOST_NUMBERED + 1


def test_a_map_of_nothing_published_is_all_hatched(ground):
    drawing = Drawing(sector_map(None, None))

    assert len(drawing.hatched) == 3
    assert not any("classes" in text for text in drawing.texts())


def test_the_whole_commune_is_inside_the_drawing(ground):
    (outline,) = Drawing(sector_map(12)).all("path", stroke_dasharray="7 3")
    numbers = list(map(float, re.findall(r"-?\d+\.\d", outline.get("d"))))

    assert all(0 <= x <= 520 for x in numbers[::2])
    assert all(0 <= y <= 430 for y in numbers[1::2])


def test_squares_of_gaps_close_together_do_not_overlap(ground):
    corners = ((4.8851, 44.9250), (4.8853, 44.9254), (4.8858, 44.9251), (4.8854, 44.9247), (4.8849, 44.9246))
    close = tuple((rank, shapely.box(x, y, x + 2e-4, y + 2e-4)) for rank, (x, y) in enumerate(corners))
    drawing = Drawing(sector_map(12, 13, 40, gaps=close))

    squares = [mark for mark in drawing.all("g") if mark.get("transform") and mark.find(f"{SVG}rect") is not None]
    places = [tuple(map(int, re.findall(r"-?\d+", mark.get("transform")))) for mark in squares]
    apart = [(abs(x1 - x2), abs(y1 - y2)) for (x1, y1), (x2, y2) in itertools.combinations(places, 2)]
    # A square is 20 wide and 19 high.
    assert len(squares) == 5
    assert all(across >= 20 or down >= 19 for across, down in apart)


def test_gaps_have_their_rank_and_no_number_hides_another(ground):
    corner = shapely.box(4.885, 44.925, 4.8855, 44.9255)
    drawing = Drawing(sector_map(12, gaps=((1, corner), (2, corner))))

    places = [
        tuple(map(int, re.findall(r"-?\d+", mark.get("transform"))))
        for mark in drawing.all("g")
        if mark.get("transform")
    ]
    assert drawing.texts(font_weight="700") == ["1", "1", "2"]
    assert min(math.dist(one, other) for one, other in itertools.combinations(places, 2)) >= 19
    # A line leads from each number to its ground.
    assert len(drawing.all("line", stroke="amber")) == 2
