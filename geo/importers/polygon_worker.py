"""The limited process behind ``polygons.read_polygons``: run as ``python -m geo.importers.polygon_worker FILE``.

It writes one JSON object to its output: the polygons, or the problem found. It imports neither Django nor GDAL.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from shapely.errors import GEOSException

from geo.importers.polygon_checks import checked_features
from geo.importers.polygon_formats import Refusal, read_layer

MEMORY_BYTES = 2 << 30
PROCESSOR_S = 60
OUTPUT_BYTES = 512 << 20
OPEN_FILES = 64


def limit_means() -> None:
    """Give up, for good, the right to more memory, time, output and files than a boundary file can need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def answer(file: Path) -> dict[str, Any]:
    """Return the polygons of a file, or the problem that keeps them from being taken."""
    try:
        return {"features": checked_features(read_layer(file))}
    except Refusal as refusal:
        return {"problem": refusal.problem, "where": refusal.where, "remedy": refusal.remedy}
    except (ValueError, TypeError, KeyError, AttributeError, GEOSException) as error:
        # A file made to be odd in a way that no check foresaw; the process is there to be lost.
        return {
            "problem": f"la structure du fichier est abîmée ({error}).",
            "where": "",
            "remedy": "Réexportez-le.",
        }


if __name__ == "__main__":
    limit_means()
    json.dump(answer(Path(sys.argv[1])), sys.stdout)
