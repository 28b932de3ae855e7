"""Which address a place is near, for whoever moves the corner of a perimeter without seeing the map."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from geo.models import Address, Commune

# Nearest by degrees among those around: an index answers it, and which of two neighbours is named matters little.
NEAREST = """
    SELECT near.id, ST_Distance(near.point::geography, place.point::geography)
    FROM (
        SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point, number
        FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS told (lon, lat, number)
    ) AS place
    CROSS JOIN LATERAL (
        SELECT address.id, address.point FROM geo_address AS address
        WHERE address.commune_id = %s AND address.point IS NOT NULL
        ORDER BY address.point <-> place.point
        LIMIT 1
    ) AS near
    ORDER BY place.number
"""


@dataclass(frozen=True, kw_only=True)
class Landmark:
    """The address that a place is near, and how far it is, in metres."""

    address: str
    distance_m: float


def find_landmarks(commune: Commune, places: Sequence[tuple[float, float]]) -> list[Landmark]:
    """Name the address of the commune that each place (lon, lat) is near; empty in a commune without addresses."""
    lon, lat = [place[0] for place in places], [place[1] for place in places]
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [lon, lat, commune.pk])
        near = cursor.fetchall()
    addresses = Address.objects.defer("point").in_bulk({key for key, _ in near})
    return [Landmark(address=str(addresses[key]), distance_m=distance_m) for key, distance_m in near]
