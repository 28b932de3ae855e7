"""One file of perimeters that a person uploads: read from memory, whole or not at all, and kept nowhere."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from geo.importers.limited_process import Means, Refusal, ask
from geo.models import Commune
from geo.projections import OUTLINE_TOLERANCE_M, metric_srid, shapes_to_metres, shapes_to_wgs84
from sectors.errors import UnreadablePerimeters

# Sixteen sectors of 10,000 vertices each take 6 MB of GeoJSON; a drawn one takes some kilobytes.
MAX_BYTES = 8 << 20
MAX_UNPACKED_BYTES = 32 << 20
MEANS = Means(memory_bytes=512 << 20, answer_bytes=32 << 20, processor_s=8, elapsed_s=10)


@dataclass(frozen=True, kw_only=True)
class UploadedPerimeter:
    """One contour in WGS 84, valid, with the number and name that the file gives it, if any."""

    number: int | None
    name: str
    area: MultiPolygon


@dataclass(frozen=True, kw_only=True)
class UploadedPerimeters:
    """The contours of a file in its order, and what was supposed, in French."""

    perimeters: tuple[UploadedPerimeter, ...]
    remarks: tuple[str, ...]


def read_perimeter_file(content: bytes, commune: Commune) -> UploadedPerimeters:
    """Read a GeoJSON, GeoPackage, zipped Shapefile, GPX, KML or KMZ of perimeters in a commune.

    Parameters
    ----------
    content
        The file, told by its content; its name is not asked for.

    Raises
    ------
    UnreadablePerimeters
        Saying what is wrong, where, and what to do; nothing of the file is kept.
    """
    if len(content) > MAX_BYTES:
        raise UnreadablePerimeters(
            f"le fichier dépasse {MAX_BYTES >> 20} Mio.", remedy="Simplifiez les tracés, ou partagez-le."
        )
    srid = metric_srid(commune.pk)
    outline = np.array([shapely.from_wkb(bytes(commune.outline.wkb))], dtype=object)
    around = shapely.buffer(shapes_to_metres(outline, srid), OUTLINE_TOLERANCE_M)
    try:
        told = ask(
            "sectors.importers.perimeter_worker",
            content,
            MEANS,
            most_unpacked_bytes=MAX_UNPACKED_BYTES,
            commune=commune.name,
            around=around[0].wkb_hex,
            srid=srid,
            expected=[list(shapes_to_wgs84(around, srid)[0].bounds)],
        )
    except Refusal as refusal:
        raise UnreadablePerimeters(refusal.problem, where=refusal.where, remedy=refusal.remedy) from None
    return UploadedPerimeters(
        perimeters=tuple(
            UploadedPerimeter(
                number=each["number"], name=each["name"], area=cast(MultiPolygon, shapely.from_wkb(each["wkb"]))
            )
            for each in told["perimeters"]
        ),
        remarks=tuple(told["remarks"]),
    )
