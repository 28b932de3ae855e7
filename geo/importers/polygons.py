"""Files of polygons that someone hands over, read by a process of its own with limited means.

The file is recognised by its content and read without GDAL, whose guessing opens other files than the one given.
The process may not use more than a set memory, processor time and output; a refusal comes back as a sentence.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import shapely
from shapely.geometry import MultiPolygon

from geo.errors import InvalidFile

TIMEOUT_S = 90
PROJECT_DIR = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, kw_only=True)
class PolygonFeature:
    """One polygon of a file, in WGS 84 and valid; ``mended_near`` is (lon, lat) where it crossed itself."""

    number: int
    properties: Mapping[str, str]
    area: MultiPolygon
    mended_near: tuple[float, float] | None

    def find_property(self, names: Sequence[str]) -> str:
        """Return the value of the first of the named columns that exists, or the empty text."""
        return next((self.properties[name] for name in names if name in self.properties), "")


def read_polygons(file: Path) -> list[PolygonFeature]:
    """Read a GeoJSON, a GeoPackage or a zipped Shapefile.

    Returns
    -------
    list of PolygonFeature
        In the order of the file; column names in lower case.

    Raises
    ------
    InvalidFile
        Not such a file, unknown projection, a shape that is not a polygon, more than 10,000 vertices a ring,
        coordinates that are not finite or that lie off the Earth, or means exceeded.
    """
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "geo.importers.polygon_worker", str(file.resolve())],
                stdout=answer,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                cwd=PROJECT_DIR,
                env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"},
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_heavy(file) from error
        answer.seek(0)
        text = answer.read()
    if done.returncode != 0:
        raise _too_heavy(file)
    result = json.loads(text)
    if "problem" in result:
        raise InvalidFile(file, result["problem"], where=result["where"], remedy=result["remedy"])
    return [
        PolygonFeature(
            number=feature["number"],
            properties=feature["properties"],
            area=cast(MultiPolygon, shapely.from_wkb(bytes.fromhex(feature["wkb"]))),
            mended_near=tuple(feature["mended_near"]) if feature["mended_near"] else None,
        )
        for feature in result["features"]
    ]


def _too_heavy(file: Path) -> InvalidFile:
    return InvalidFile(
        file,
        "sa lecture demande trop de mémoire ou de temps.",
        remedy="Simplifiez les tracés, ou gardez seulement la commune voulue.",
    )
