"""The three files of a town: where each is published, and what proves that it arrived whole."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from geo.errors import InvalidFile
from geo.importers.download import Download
from geo.importers.osm_files import open_osm
from geo.importers.polygons import read_polygons
from geo.importers.regions import department_of, region_of
from geo.importers.source_files import check_gzip, is_gzip, read_lines

MAP_SUFFIXES = (".osm.pbf", ".osm.gz", ".osm")


def town_downloads(insee_code: str, sources: Mapping[str, str], folder: Path) -> dict[str, Download]:
    """Return the downloads of a commune, by ``outline``, ``addresses`` and ``osm``.

    Parameters
    ----------
    sources
        Address by name, in which ``{insee}``, ``{department}`` and ``{region}`` are filled in.
    folder
        Where the files are kept; those of a department or a region serve its other communes too.

    Raises
    ------
    UnknownDepartment
    """
    code = insee_code.upper()
    places = {"insee": code, "department": department_of(code), "region": region_of(code)}
    urls = {name: url.format(**places) for name, url in sources.items()}
    return {
        "outline": Download(
            label="contour de la commune",
            url=urls["outline"],
            target=folder / f"contour-{code}.geojson",
            check=read_polygons,
        ),
        "addresses": Download(
            label="adresses du département",
            url=urls["addresses"],
            target=folder / f"adresses-{places['department']}.csv.gz",
            check=check_table,
        ),
        "osm": Download(
            label="carte de la région",
            url=urls["osm"],
            target=folder / f"carte-{places['region']}{_map_suffix(urls['osm'])}",
            check=open_osm,
        ),
    }


def _map_suffix(url: str) -> str:
    """Return the ending that tells OSRM the format of a map."""
    path = urlsplit(url).path
    return next((suffix for suffix in MAP_SUFFIXES if path.endswith(suffix)), MAP_SUFFIXES[0])


def check_table(file: Path) -> None:
    """Check that a compressed table unpacks to its end, and that any table begins with its header.

    Raises
    ------
    InvalidFile
    """
    if is_gzip(file):
        check_gzip(file)
    header = next(iter(read_lines(file)), "")
    if header.lstrip().startswith("<") or ";" not in header:
        raise InvalidFile(file, "ce n'est pas un fichier d'adresses.", where="ligne 1")
