import re

import numpy as np
from django.contrib.gis.geos import LineString

from maps.exports.round_map import draw_round
from maps.round_reading import read_round
from patrols.marks import STAY_OUTLINE
from patrols.models import Leg, Route
from tests.builders import HOMES, STATION, at, build_stay


def test_a_straight_way_is_drawn_with_its_two_ends_however_many_points_it_has(alpha):
    straight = [tuple(point) for point in np.linspace(STATION, HOMES[0], 50)]
    Leg.objects.filter(route=alpha, order=0).update(course=LineString(straight, srid=4326))

    drawing = draw_round(read_round(alpha), width_mm=100, height_mm=100)

    # From the station by three homes and back; once as its white edge, once in the crew's colour.
    assert [len(points.split()) for points in re.findall(r'<polyline points="([^"]*)"', drawing)] == [5, 5]


def test_a_stay_has_a_shape_of_its_own_where_it_is(alpha):
    plain = draw_round(read_round(alpha), width_mm=184, height_mm=208)
    build_stay(alpha, after_stop=2, arrives_at=at(18, 26))
    build_stay(alpha, after_stop=1, arrives_at=at(18, 12))

    drawing = draw_round(read_round(Route.objects.get(pk=alpha.pk)), width_mm=184, height_mm=208)

    assert STAY_OUTLINE not in plain
    # The white edge beneath, and the figure in the colour of its crew.
    assert drawing.count(STAY_OUTLINE) == 2 * 2
    # In the order of their hours, as in the list.
    assert re.findall(r'fill="#17202E" x="0" y="0">(\w)<', drawing) == ["a", "b"]
