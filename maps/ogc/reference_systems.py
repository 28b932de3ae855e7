"""Coordinate reference systems in which features are served, by their URI (OGC API Features, part 2)."""

from dataclasses import dataclass

from geo.projections import WGS84, metric_srid

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
WEB_MERCATOR = 3857


@dataclass(frozen=True, kw_only=True)
class ReferenceSystem:
    """One system: its URI, its SRID in PostGIS, and whether its axes are written latitude first."""

    uri: str
    srid: int
    is_latitude_first: bool = False


# What GeoJSON means when it says nothing, and how geometry is stored.
CRS84 = ReferenceSystem(uri="http://www.opengis.net/def/crs/OGC/1.3/CRS84", srid=WGS84)


def systems_of(insee_code: str) -> dict[str, ReferenceSystem]:
    """Return the systems offered for a commune, by URI: degrees both ways round, legal metres, the web's."""
    metric = metric_srid(insee_code)
    offered = (
        CRS84,
        ReferenceSystem(uri=f"{EPSG}{metric}", srid=metric),
        ReferenceSystem(uri=f"{EPSG}{WGS84}", srid=WGS84, is_latitude_first=True),
        ReferenceSystem(uri=f"{EPSG}{WEB_MERCATOR}", srid=WEB_MERCATOR),
    )
    return {system.uri: system for system in offered}
