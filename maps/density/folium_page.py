"""A map of density as one standalone HTML page."""

import base64
from collections.abc import Sequence

import shapely
from django.utils.translation import gettext as _
from folium import FitBounds, LayerControl

from maps.charts import PRINT
from maps.density.hot_places import HotPlace
from maps.density.surface_map import SurfaceMap
from maps.folium_map.encoding import encode_polygons
from maps.folium_map.layers import DrawnLayer, JsonValue, StandaloneMap
from maps.folium_map.page import StandalonePage


def render_density(shown: SurfaceMap, hot: Sequence[HotPlace], *, standing: str, warnings: Sequence[str]) -> str:
    """Render a map of density as one HTML page that needs no other file and no network.

    Parameters
    ----------
    shown, hot
        The map, and the areas that are outlined over it.
    standing
        The sentence beside the title: the commune, and when the file was made.
    warnings
        What the map mostly shows instead of what happens.

    Raises
    ------
    AssetMissing
        When the files of ``frontend/`` were not built.
    """
    page = StandalonePage(
        "maps/standalone_density.html",
        {"shown": shown, "hot": hot, "standing": standing, "warnings": warnings, "ink": PRINT},
    )
    west, south, east, north = shown.bounds
    drawn = StandaloneMap(_("Carte de densité"), middle=((west + east) / 2, (south + north) / 2))
    page.add_child(drawn)
    drawn.add_ground(shown.commune.pk)
    picture = f"data:image/png;base64,{base64.b64encode(shown.picture).decode()}"
    bounds = [[south, west], [north, east]]
    drawn.add_child(DrawnLayer("picture", {"image": picture, "bounds": bounds}, name=_("Densité")))
    if hot:
        drawn.add_child(DrawnLayer("classes", [_outline(place) for place in hot], name=_("Points chauds")))
    drawn.add_child(LayerControl(collapsed=True))
    drawn.add_child(FitBounds(bounds))
    return page.render()


def _outline(place: HotPlace) -> JsonValue:
    middle = shapely.point_on_surface(place.shape)
    return {
        "number": str(place.rank),
        "lines": [", ".join(place.streets), place.counted],
        "label": [middle.y, middle.x],
        "polygons": encode_polygons([place.shape]),
        "fill": "none",
    }
