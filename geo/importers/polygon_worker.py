"""The limited process behind ``polygons.parse_polygons``: run as a module, with the file on its input.

Its answer is the polygons and remarks, or the problem found. It imports neither Django nor GDAL.
"""

from collections.abc import Sequence
from typing import Any

from geo.importers.limited_process import serve
from geo.importers.polygon_checks import FRANCE, Box, checked_features
from geo.importers.polygon_formats.recognition import read_layer


def read_contours(
    content: bytes,
    *,
    most_unpacked_bytes: int,
    expected: Sequence[Box] | None = None,
    most_vertices: int | None = None,
) -> dict[str, Any]:
    """Return the polygons of a file in WGS 84, as plain JSON values, and what was supposed or mended.

    Parameters
    ----------
    most_unpacked_bytes
        What a zip may hold once unpacked.
    expected
        Boxes in degrees where contours should lie, France if not given: elsewhere, what the coordinates seem to be
        is looked for.
    most_vertices
        Of all the contours together, without limit if not given.
    """
    layer = read_layer(content, most_unpacked_bytes=most_unpacked_bytes)
    features = checked_features(layer, expected or FRANCE, most_vertices=most_vertices)
    return {"features": features, "remarks": layer.remarks}


if __name__ == "__main__":
    serve(read_contours)
