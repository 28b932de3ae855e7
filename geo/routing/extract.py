"""An OpenStreetMap extract looked through before OSRM gets it, which answers a bad file with a crash."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import osmium

from geo.routing.errors import InvalidExtract

READABLE_SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".pbf")

# What libosmium says, and what it means to the person who chose the file.
REASONS = (
    ("unexpected EOF", "il est tronqué"),
    ("truncated", "il est tronqué"),
    ("gzip error", "sa compression gzip est tronquée ou abîmée"),
    ("bzip2 error", "sa compression bzip2 est tronquée ou abîmée"),
    ("XML entities are not supported", "il contient des entités XML, qui sont refusées"),
    ("unclosed token", "son XML est tronqué"),
    ("no element found", "son XML est tronqué"),
    ("XML parsing error", "son XML est mal formé"),
    ("PBF error", "son contenu n'est pas du PBF valide"),
    ("No such file", "il n'existe pas"),
    ("Permission denied", "vous n'avez pas le droit de le lire"),
)


def count_highways(file: Path) -> int:
    """Read an extract to its end and return how many ways carry the tag `highway`, at least one.

    Raises
    ------
    InvalidExtract
        Unknown format, empty, truncated, malformed, without streets, or with the negative identifiers of an
        edited file that was never uploaded (OSRM takes identifiers as unsigned).

    Notes
    -----
    Only ways are decoded: 45 ms for the 2 MB of a Geneva suburb.
    """
    if not file.name.lower().endswith(READABLE_SUFFIXES):
        raise InvalidExtract(file, f"son nom doit se terminer par {', '.join(READABLE_SUFFIXES)}")
    try:
        if file.stat().st_size == 0:
            raise InvalidExtract(file, "il est vide")
        ways = osmium.FileProcessor(str(file), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway"))
        count = 0
        for way in cast(Iterable[osmium.osm.Way], ways):
            if way.id < 0 or any(node.ref < 0 for node in way.nodes):
                raise InvalidExtract(file, f"la voie {way.id} a des identifiants négatifs (données non publiées)")
            count += 1
    except (OSError, RuntimeError) as error:
        raise InvalidExtract(file, _reason(error)) from error
    if count == 0:
        raise InvalidExtract(file, "il ne contient aucune rue (voie avec l'étiquette « highway »)")
    return count


def _reason(error: Exception) -> str:
    said = str(error)
    meant = next((french for english, french in REASONS if english in said), "il est illisible")
    return f"{meant} ({said})"
