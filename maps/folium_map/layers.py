"""folium layers that draw many things at once on a canvas, where folium's own draw one element a point.

Each hands one JSON value to a function of ``drawing.js``. ``tojson`` writes ``<``, ``>``, ``&`` and ``'`` as
escapes, so that no name can end the script; names reach the page as text, never as markup.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.html import escape
from folium import Map
from folium.map import Layer
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from maps.folium_map.encoding import Line, encode_lines, encode_polygons, encode_positions
from maps.ground import ATTRIBUTION, Coordinates, ground_shapes, street_lines

JsonValue = Any
POLYGON_LAYERS = frozenset({"water", "green", "building"})
MIN_ZOOM, MAX_ZOOM = 10, 19


class StandaloneMap(Map):
    """A folium map that links to no file and lets the reader zoom the page."""

    # folium would load Leaflet, jQuery, Bootstrap and three icon fonts from as many servers.
    default_js = []
    default_css = []
    attribution = escape(ATTRIBUTION)

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }} role="application"
             aria-label="{{ this.label|e }}" aria-describedby="map-help"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }},
            {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}});
        ronde.prepare({{ this.get_name() }}, {{ this.attribution|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, label: str, *, middle: Coordinates) -> None:
        """Make a map without anything on it; ``label`` says what it shows, ``middle`` is (lon, lat)."""
        longitude, latitude = middle
        super().__init__(
            location=[latitude, longitude],
            tiles=None,
            prefer_canvas=True,
            zoom_control=False,
            max_zoom=MAX_ZOOM,
            min_zoom=MIN_ZOOM,
            zoom_start=13,
        )
        self.label = label

    def add_ground(self, insee_code: str, buildings: Sequence[BaseGeometry] = ()) -> None:
        """Put a commune's ground under what is drawn later, with the names of its streets."""
        shapes = {**ground_shapes(insee_code), "building": buildings}
        encoded = {
            layer: encode_polygons(parts) if layer in POLYGON_LAYERS else encode_lines(parts)
            for layer, parts in shapes.items()
        }
        names: list[tuple[str, Line]] = [
            (street.name, encode_positions(np.asarray(street.line.coords))) for street in street_lines(insee_code)
        ]
        self.add_child(DrawnLayer("ground", encoded, name="Fond de plan", is_optional=False))
        self.add_child(DrawnLayer("streetNames", names, name="Noms de rues"))


class DrawnLayer(Layer):
    """A layer made by one function of ``drawing.js`` from one JSON value."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = ronde.{{ this.function }}({{ this.data|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, data: JsonValue, *, name: str, is_optional: bool = True) -> None:
        """Make a layer; ``is_optional`` puts it in the layer control, under its name as text."""
        super().__init__(name=escape(name), overlay=True, control=is_optional, show=True)
        self._name = "DrawnLayer"
        self.function = function
        self.data = data
