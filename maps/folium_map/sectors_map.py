"""Figures of the sectors as one standalone HTML map."""

from django.utils.translation import gettext as _
from folium import FitBounds, LayerControl

from maps.charts import PRINT, Area, SectorMap
from maps.charts.figures import tell
from maps.charts.shapes import widest_point
from maps.folium_map.encoding import encode_polygons
from maps.folium_map.layers import DrawnLayer, JsonValue, StandaloneMap
from maps.folium_map.page import StandalonePage

HATCHED = "url(#ronde-hatch)"
NO_FILL = "none"


def render_sectors(shown: SectorMap, *, heading: str, standing: str, why_left_out: str) -> str:
    """Render the figures of sectors as one HTML page that needs no other file and no network.

    Parameters
    ----------
    shown
        The sectors with their published figures.
    heading, standing
        The title of the page and the sentence beside it: the commune, the period, the version.
    why_left_out
        Why a figure may not be published.

    Raises
    ------
    AssetMissing
        When the files of ``frontend/`` were not built.
    """
    tints = PRINT.spread(len(shown.class_labels)) if shown.class_labels else ()
    page = StandalonePage(
        "maps/standalone_sectors.html",
        {
            "shown": shown,
            "heading": heading,
            "standing": standing,
            "classes": list(zip(shown.class_labels, tints, strict=True)),
            "has_gaps": any(area.is_left_out for area in shown.areas),
            "why_left_out": why_left_out,
            "ink": PRINT,
        },
    )
    middle = shown.outline.centroid
    drawn = StandaloneMap(_("Carte des secteurs"), middle=(middle.x, middle.y))
    page.add_child(drawn)
    drawn.add_ground(shown.insee_code)
    drawn.add_child(
        DrawnLayer("classes", [_drawn(shown, area, tints) for area in shown.areas], name=_("Secteurs"))
    )
    drawn.add_child(LayerControl(collapsed=True))
    west, south, east, north = shown.outline.bounds
    drawn.add_child(FitBounds([[south, west], [north, east]]))
    return page.render()


def _drawn(shown: SectorMap, area: Area, tints: tuple[str, ...]) -> JsonValue:
    place = shown.class_of(area)
    middle = widest_point(area.ground)
    return {
        "number": str(area.number),
        "lines": [f"{area.number} · {area.name}", f"{shown.measure} : {tell(area.point, shown.places)}"],
        "label": [middle.y, middle.x],
        "polygons": encode_polygons([area.ground]),
        "fill": tints[place] if place is not None else HATCHED if area.is_left_out else NO_FILL,
    }
