"""Which format a file has, by its first bytes and never by its name."""

from collections.abc import Mapping

from geo.importers.archives import EMPTY_ZIP_MAGIC, ZIP_MAGIC, unpack
from geo.importers.limited_process import Refusal
from geo.importers.polygon_formats.geojson import read_geojson
from geo.importers.polygon_formats.geopackage import SQLITE_MAGIC, read_geopackage
from geo.importers.polygon_formats.layers import ACCEPTED, Layer
from geo.importers.polygon_formats.shapefiles import read_shapefile
from geo.importers.polygon_formats.xml_files import read_xml

UTF8_MARK = b"\xef\xbb\xbf"
# What comes in place of contours, and what to do with it.
OTHERS: Mapping[bytes, str] = {
    b"\xff\xfe": "le texte est en UTF-16. Enregistrez-le en UTF-8.",
    b"\xfe\xff": "le texte est en UTF-16. Enregistrez-le en UTF-8.",
    b"\x00\x00\x27\x0a": "c'est un .shp seul. Mettez le .shp, le .dbf et le .prj dans un zip.",
    b"%PDF": "c'est un PDF : une image de carte n'a pas de coordonnées.",
    b"\x89PNG": "c'est une image : elle n'a pas de coordonnées.",
    b"\xff\xd8\xff": "c'est une image : elle n'a pas de coordonnées.",
    b"GIF8": "c'est une image : elle n'a pas de coordonnées.",
    b"II*\x00": "c'est une image : elle n'a pas de coordonnées.",
    b"\x1f\x8b": "c'est un fichier gzip. Décompressez-le d'abord.",
    b"7z\xbc\xaf": "c'est une archive 7z. Refaites-la en zip.",
    b"Rar!": "c'est une archive RAR. Refaites-la en zip.",
    b"\xd0\xcf\x11\xe0": "c'est un document de bureau, pas un fichier de contours.",
}


def read_layer(content: bytes, *, most_unpacked_bytes: int) -> Layer:
    """Read the only layer of shapes of a file.

    Raises
    ------
    Refusal
        What the file is instead, or what in it cannot be read, and where.
    """
    if not content:
        raise Refusal("le fichier est vide.", remedy=ACCEPTED)
    if content.startswith(SQLITE_MAGIC):
        return read_geopackage(content)
    if content.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        return _read_zip(unpack(content, most_bytes=most_unpacked_bytes))
    text = content[:512].removeprefix(UTF8_MARK).lstrip(b" \t\r\n")
    if text.startswith(b"{"):
        return read_geojson(content)
    if text.startswith(b"<"):
        return read_xml(content)
    known = next((problem for magic, problem in OTHERS.items() if content.startswith(magic)), "")
    raise Refusal(known or "le format n'est pas reconnu.", where="début du fichier", remedy=ACCEPTED)


def _read_zip(files: Mapping[str, bytes]) -> Layer:
    def named(extension: str) -> list[str]:
        return [name for name in files if name.casefold().endswith(extension)]

    if "[Content_Types].xml" in files:
        raise Refusal("c'est un classeur ou un document de bureau.", where="début du fichier", remedy=ACCEPTED)
    layers, drawings = named(".shp"), named(".kml")
    if len(layers) + len(drawings) > 1 and "doc.kml" in drawings and not layers:
        drawings = ["doc.kml"]
    if len(layers) == 1 and not drawings:
        return read_shapefile(files, layers[0])
    if len(drawings) == 1 and not layers:
        return read_xml(files[drawings[0]])
    if not layers and not drawings and named(".zip"):
        raise Refusal("le zip contient un autre zip.", remedy="Donnez celui qui est à l'intérieur.")
    raise Refusal(
        f"le zip contient {len(layers)} fichiers .shp et {len(drawings)} fichiers .kml au lieu d'un seul.",
        remedy=ACCEPTED,
    )
