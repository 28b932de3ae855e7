"""The ground of the whole commune in one file, for phones: whoever asks for it tells nothing of where they go.

The file is ``RONDEMAP``, the length of an index (4 bytes, big-endian), the index (JSON: ``stamp``, ``minzoom``,
``maxzoom``, and ``tiles``, each ``z/x/y`` with its offset and length), then the vector tiles one after the other.
"""

import gzip
import json
import math
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from shapely import prepare
from shapely import wkb as shapes
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo.models import Commune
from maps.tiles import TileAddress, draw_ground_tile, stamp_of_ground

MAGIC = b"RONDEMAP"
LENGTH_BYTES = 4
LEAST_ZOOM, DEEPEST_ZOOM = 12, 16  # beyond, the phone stretches the tiles of 16, which have the buildings already
AROUND_DEGREES = 0.004  # some 300 m beyond the border: a street that leaves the commune does not end at once
CONTENT_TYPE = "application/octet-stream"
GZIP_LEVEL = 6


def read_package(commune: Commune) -> tuple[str, bytes]:
    """Return the stamp of the ground and its package, gzipped; made anew when the ground has changed."""
    stamp = stamp_of_ground()
    file = settings.PACKAGE_DIR / f"{commune.pk}-{stamp}.map.gz"
    if not file.exists():
        _write(file, gzip.compress(build_package(commune, stamp), GZIP_LEVEL, mtime=0))
        _forget_former(file, commune)
    return stamp, file.read_bytes()


def build_package(commune: Commune, stamp: str) -> bytes:
    """Draw every tile of the commune and put them one after the other."""
    tiles: dict[str, tuple[int, int]] = {}
    drawn: list[bytes] = []
    offset = 0
    for tile in tiles_of(shapes.loads(bytes(commune.outline.wkb))):
        content = draw_ground_tile(tile)
        if content:
            tiles[f"{tile.z}/{tile.x}/{tile.y}"] = (offset, len(content))
            drawn.append(content)
            offset += len(content)
    index = {"stamp": stamp, "minzoom": LEAST_ZOOM, "maxzoom": DEEPEST_ZOOM, "tiles": tiles}
    told = json.dumps(index, separators=(",", ":")).encode()
    return b"".join([MAGIC, len(told).to_bytes(LENGTH_BYTES), told, *drawn])


def tiles_of(outline: BaseGeometry) -> Iterator[TileAddress]:
    """Yield the tiles that an outline (WGS 84 degrees) and its surroundings touch, zoom by zoom."""
    ground = outline.buffer(AROUND_DEGREES)
    prepare(ground)
    west, south, east, north = ground.bounds
    for z in range(LEAST_ZOOM, DEEPEST_ZOOM + 1):
        left, top = _column(west, z), _row(north, z)
        right, bottom = _column(east, z), _row(south, z)
        for x in range(int(left), int(right) + 1):
            for y in range(int(top), int(bottom) + 1):
                if ground.intersects(_box_of(z, x, y)):
                    yield TileAddress(z=z, x=x, y=y)


def _column(longitude: float, z: int) -> float:
    return (longitude + 180) / 360 * float(2**z)


def _row(latitude: float, z: int) -> float:
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * float(2**z)


def _box_of(z: int, x: int, y: int) -> BaseGeometry:
    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / float(2**z)))))

    return box(x / 2**z * 360 - 180, latitude(y + 1), (x + 1) / 2**z * 360 - 180, latitude(y))


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, whichever process asks first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(name).replace(file)


def _forget_former(kept: Path, commune: Commune) -> None:
    for file in kept.parent.glob(f"{commune.pk}-*.map.gz"):
        if file != kept:
            file.unlink(missing_ok=True)
