"""folium layers that draw many things at once on a canvas, where folium's own draw one element a point.

Each hands one JSON value to a function of ``drawing.js``. ``tojson`` writes ``<``, ``>``, ``&`` and ``'`` as
escapes, so that no name can end the script; names reach the page as text, never as markup.
"""

from typing import Any

from django.utils.html import escape
from folium import Map
from folium.map import Layer
from folium.template import Template

from maps.ground import ATTRIBUTION

JsonValue = Any


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
             aria-label="Carte des tournées" aria-describedby="map-help"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }},
            {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}});
        ronde.prepare({{ this.get_name() }}, {{ this.attribution|tojson }});
        {% endmacro %}
        """
    )


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
