"""What the workshop's script sends, read and refused in French: a drawing, a place, a line, places to be named."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import shapely
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from geo.models import WGS84, Commune
from sectors.errors import DrawingNotUnderstood
from sectors.forms.proposals import HIGHEST_NUMBER, LONGEST_NAME
from sectors.models import Sector
from sectors.perimeter_geometry import MAX_VERTICES
from sectors.services.examination import Drawn

MOST_AREAS = 50
MOST_RINGS = 1_000
MOST_PLACES = 500
LEAST_OF_A_RING = 4  # a triangle, closed

type Place = tuple[float, float]
type Sent = Mapping[str, Any]


def read_body(request: HttpRequest) -> Sent:
    """Return what a script sent.

    Raises
    ------
    DrawingNotUnderstood
        When it is too much, or no object of JSON; so for every reader below.
    """
    try:
        sent = json.loads(request.body)
    except RequestDataTooBig as error:
        raise DrawingNotUnderstood("il est trop lourd, simplifiez le contour") from error
    except (ValueError, RecursionError) as error:
        raise DrawingNotUnderstood("ce n'est pas du JSON") from error
    if not isinstance(sent, dict):
        raise DrawingNotUnderstood("ce n'est pas un objet")
    return sent


def read_drawing(sent: Sent, commune: Commune) -> list[Drawn]:
    """Read ``drawn``: what each area is of, a sector of the commune or a new one, and its contours."""
    areas = sent.get("drawn")
    if not isinstance(areas, list) or not 0 < len(areas) <= MOST_AREAS:
        raise DrawingNotUnderstood(f"il compte de 1 à {MOST_AREAS} secteurs")
    if not all(isinstance(each, dict) for each in areas):
        raise DrawingNotUnderstood("un secteur n'est pas un objet")
    asked = [each["sector"] for each in areas if _is_whole(each.get("sector"))]
    sectors = {sector.pk: sector for sector in Sector.objects.filter(commune=commune, pk__in=asked)}
    drawn = [_read_area(each, sectors) for each in areas]
    if len({each.key for each in drawn}) < len(drawn):
        raise DrawingNotUnderstood("un secteur y est deux fois")
    return drawn


def read_key(sent: Sent, name: str = "key") -> str:
    """Read the key of a perimeter; whether there is one of that key is asked elsewhere."""
    key = sent.get(name)
    if not isinstance(key, str):
        raise DrawingNotUnderstood("il ne dit pas de quel secteur il s'agit")
    return key


def read_number(sent: Sent, name: str, most: int = HIGHEST_NUMBER) -> int:
    """Read a whole number from 0 on."""
    number = sent.get(name)
    if not _is_whole(number) or not 0 <= cast(int, number) <= most:
        raise DrawingNotUnderstood(f"« {name} » n'est pas un nombre")
    return cast(int, number)


def read_name(sent: Sent) -> str:
    """Read the name of a sector that is drawn anew."""
    name = sent.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise DrawingNotUnderstood("un secteur nouveau a besoin d'un nom")
    return name.strip()


def read_text(sent: Sent, name: str, most: int) -> str:
    """Read a text of at most so many characters."""
    text = sent.get(name)
    if not isinstance(text, str) or len(text) > most:
        raise DrawingNotUnderstood(f"« {name} » n'est pas un texte de {most} signes au plus")
    return text


def read_place(sent: Sent) -> Point:
    """Read ``at``, a place."""
    (place,) = _read_places([sent.get("at")])
    return Point(*place, srid=WGS84)


def read_line(sent: Sent) -> LineString:
    """Read ``line``, of two places at least."""
    places = read_places(sent, "line")
    if len(places) < 2:
        raise DrawingNotUnderstood("une ligne a au moins deux points")
    return LineString(*places, srid=WGS84)


def read_places(sent: Sent, name: str) -> list[Place]:
    """Read a list of at most ``MOST_PLACES`` places."""
    places = sent.get(name)
    if not isinstance(places, list) or len(places) > MOST_PLACES:
        raise DrawingNotUnderstood(f"il faut une liste de {MOST_PLACES} points au plus")
    return _read_places(places)


def _read_area(each: Mapping[str, Any], sectors: Mapping[int, Sector]) -> Drawn:
    area = _read_contours(each["area"]) if each.get("area") is not None else None
    if each.get("sector") is not None:
        sector = sectors.get(each["sector"]) if _is_whole(each["sector"]) else None
        if sector is None:
            raise DrawingNotUnderstood("l'un des secteurs n'existe pas")
        return Drawn(area=area, sector=sector)
    if area is None:
        raise DrawingNotUnderstood("un secteur nouveau a besoin d'un contour")
    return Drawn(area=area, number=read_number(each, "number"), name=read_name(each))


def _read_contours(parts: object) -> MultiPolygon:
    """Read the coordinates of a GeoJSON MultiPolygon; what crosses itself is told later, with its place."""
    if not isinstance(parts, list) or not parts or not all(isinstance(part, list) and part for part in parts):
        raise DrawingNotUnderstood("un contour n'est pas une liste de points")
    if sum(map(len, parts)) > MOST_RINGS:
        raise DrawingNotUnderstood(f"il a plus de {MOST_RINGS} contours")
    rings = [[_read_ring(ring) for ring in part] for part in parts]
    area = shapely.MultiPolygon([shapely.Polygon(outer, holes) for outer, *holes in rings])
    return cast(MultiPolygon, GEOSGeometry(memoryview(area.wkb), srid=WGS84))


def _read_ring(ring: object) -> list[Place]:
    if not isinstance(ring, list) or len(ring) > MAX_VERTICES:
        raise DrawingNotUnderstood(f"un contour a plus de {MAX_VERTICES} sommets")
    places = _read_places(ring)
    if len(places) < LEAST_OF_A_RING or places[0] != places[-1]:
        raise DrawingNotUnderstood("un contour n'est pas fermé autour d'au moins trois sommets")
    return places


def _read_places(places: Sequence[object]) -> list[Place]:
    for order, place in enumerate(places, start=1):
        if not isinstance(place, list) or len(place) != 2 or not _is_on_earth(*place):
            raise DrawingNotUnderstood(f"le point n° {order} n'est pas une longitude et une latitude")
    return [(float(lon), float(lat)) for lon, lat in cast(Sequence[Place], places)]


def _is_on_earth(lon: object, lat: object) -> bool:
    # What is no number (NaN) is not within either.
    return _is_number(lon) and _is_number(lat) and abs(cast(float, lon)) <= 180 and abs(cast(float, lat)) <= 90


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
