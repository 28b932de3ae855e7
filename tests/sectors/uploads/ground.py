"""The commune into which the files of the corpus are brought, and shapes in it."""

import numpy as np
from pyproj import Transformer

WEST, SOUTH, EAST, NORTH = OUTLINE = (4.88, 44.92, 4.90, 44.94)
SQUARE = ((4.885, 44.925), (4.895, 44.925), (4.895, 44.935), (4.885, 44.935), (4.885, 44.925))
EASTERN = ((4.895, 44.925), (4.899, 44.925), (4.899, 44.935), (4.895, 44.935), (4.895, 44.925))
BOW_TIE = ((4.885, 44.925), (4.895, 44.935), (4.895, 44.925), (4.885, 44.935), (4.885, 44.925))


def in_projection(ring, srid):
    return [Transformer.from_crs(4326, srid, always_xy=True).transform(lon, lat) for lon, lat in ring]


def circle(vertices, *, radius=0.004):
    """A ring of so many vertices, the closing one included."""
    turn = np.linspace(0, 2 * np.pi, vertices)
    places = np.column_stack((4.89 + radius * np.cos(turn), 44.93 + radius * np.sin(turn)))
    return [*map(tuple, places[:-1].tolist()), tuple(places[0].tolist())]


def star(points):
    """A ring that crosses itself at nearly every pair of its sides."""
    corners = circle(points + 1)[:-1]
    step = points // 2 - 1 if points % 2 == 0 else points // 2
    order = [corners[number * step % points] for number in range(points)]
    return [*order, order[0]]


def spiral(turns):
    """A band wound around its centre, whose last side goes back across every turn."""
    angles = np.linspace(0, 2 * np.pi * turns, 24 * turns)
    radius = np.linspace(0.001, 0.004, angles.size)
    places = np.column_stack((4.89 + radius * np.cos(angles), 44.93 + radius * np.sin(angles))).tolist()
    return [*map(tuple, places), tuple(places[0])]
