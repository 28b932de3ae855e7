"""Zips: Shapefiles and KMZ, broken or made to harm, with what is said of each."""

import io
import stat
import struct
import zipfile

import shapefile
from openpyxl import Workbook
from pyproj import CRS

from tests.sectors.uploads.ground import SQUARE, in_projection
from tests.sectors.uploads.xml_files import SQUARE_KML, kml

LAMBERT = in_projection(SQUARE, 2154)
GRIDS = (
    'PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.25],EXTENSION["PROJ4_GRIDS","/etc/passwd"]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Mercator_1SP"],UNIT["metre",1]]'
)


def parts_of(ring=LAMBERT, *, epsg=2154, name="Châteauneuf", encoding="utf-8", kind=shapefile.POLYGON):
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=kind, encoding=encoding) as writer:
        writer.field("NOM", "C", 60)
        writer.poly([ring[::-1]]) if kind == shapefile.POLYGON else writer.point(*ring[0])
        writer.record(name)
    return {
        "shp": shp.getvalue(),
        "shx": shx.getvalue(),
        "dbf": dbf.getvalue(),
        "prj": CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode(),
        "cpg": b"UTF-8",
    }


def zipped(files, method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def layer(parts=None, stem="secteurs", without=(), **replaced):
    parts = {**(parts or parts_of()), **replaced}
    return zipped({f"{stem}.{part}": data for part, data in parts.items() if part not in without})


def bomb():
    return zipped({"secteurs.shp": bytes(64 << 20)})


def of_a_million():
    """One ring of a million vertices, all of them at the same place, in two megabytes of zip at most."""
    points = 1_000_000
    record = struct.pack("<i4d2ii", shapefile.POLYGON, *4 * (0.0,), 1, points, 0) + bytes(16 * points)
    header = bytearray(parts_of()["shp"][:100])
    struct.pack_into(">i", header, 24, (100 + 8 + len(record)) // 2)
    return layer(shp=bytes(header) + struct.pack(">2i", 1, len(record) // 2) + record)


def with_size(announced):
    """Write another unpacked size for the first file, at both places where a zip says it."""
    content = bytearray(layer())
    struct.pack_into("<I", content, 22, announced)
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, announced)
    return bytes(content)


def with_link():
    info = zipfile.ZipInfo("secteurs.shp")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return zipped({info: b"/etc/passwd"})


def encrypted():
    content = bytearray(layer())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    return bytes(content)


def twice():
    content = zipped({"doc.kml": kml(SQUARE_KML), "dod.kml": kml(SQUARE_KML)}, zipfile.ZIP_STORED)
    return content.replace(b"dod.kml", b"doc.kml")


def overlapping():
    """Let the second entry of the list point at the data of the first, as bombs do that need no nesting."""
    content = bytearray(zipped({"a.kml": kml(SQUARE_KML), "b.kml": kml(SQUARE_KML)}))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", content, second + 42, 0)
    return bytes(content)


def workbook():
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


def with_lying_header():
    """A record that announces a hundred million vertices."""
    shp = bytearray(parts_of()["shp"])
    struct.pack_into("<i", shp, 100 + 8 + 40, 100_000_000)
    return layer(shp=bytes(shp))


def with_row_missing():
    dbf = bytearray(parts_of()["dbf"])
    struct.pack_into("<I", dbf, 4, 0)
    return layer(dbf=bytes(dbf))


def of_an_older_program():
    """No .cpg: the 30th byte of the .dbf says that its names are as Windows writes them."""
    dbf = bytearray(parts_of(encoding="cp1252")["dbf"])
    dbf[29] = 0x57
    return layer(dbf=bytes(dbf), without=("cpg",))


TWO_LAYERS = {f"{stem}.{part}": data for stem in "ab" for part, data in parts_of().items()}

REFUSED = {
    "bomb": (bomb, "fichier « secteurs.shp » : le zip décompressé dépasse 32 Mio"),
    "smaller size announced": (lambda: with_size(10), "le zip est abîmé"),
    "larger size announced": (lambda: with_size(1 << 30), "fichier « secteurs.shp » : .*pas la vraie taille"),
    "zip in a zip": (lambda: zipped({"secteurs.zip": layer()}), "le zip contient un autre zip"),
    "absolute path": (lambda: layer(stem="/etc/secteurs"), "fichier « /etc/secteurs.shp » : un chemin .* hors"),
    "path upwards": (lambda: layer(stem="a/../../secteurs"), "fichier « a/../../secteurs.shp » : un chemin"),
    "path of Windows": (lambda: layer(stem="C:\\secteurs"), "un chemin du zip mène hors"),
    "link": (with_link, "fichier « secteurs.shp » : c'est un lien vers un autre fichier"),
    "encrypted": (encrypted, "le zip est abîmé, tronqué ou chiffré"),
    "truncated": (lambda: layer()[:-30], "le zip est abîmé, tronqué ou chiffré"),
    "damaged": (lambda: layer().replace(layer()[60:70], bytes(10)), "le zip est abîmé"),
    "LZMA": (lambda: zipped({"doc.kml": b""}, zipfile.ZIP_LZMA), "la compression du zip n'est pas l'usuelle"),
    "bzip2": (lambda: zipped({"doc.kml": b""}, zipfile.ZIP_BZIP2), "la compression du zip n'est pas l'usuelle"),
    "many files": (lambda: zipped({f"{n}.kml": b"" for n in range(201)}), "plus de 200 fichiers"),
    "same name twice": (twice, "le zip contient deux fois le même nom"),
    "overlapping files": (overlapping, "le zip est abîmé"),
    "empty zip": (lambda: zipped({}), "0 fichiers .shp et 0 fichiers .kml"),
    "workbook": (workbook, "début du fichier : c'est un classeur ou un document de bureau"),
    "zip of prose": (lambda: zipped({"lisez-moi.txt": b"rien"}), "0 fichiers .shp et 0 fichiers .kml"),
    "two layers": (lambda: zipped(TWO_LAYERS), "2 fichiers .shp et 0 fichiers .kml"),
    "without names": (lambda: layer(without=("dbf",)), "n'a pas de fichier .dbf"),
    "without projection": (
        lambda: layer(without=("prj",)),
        "n'a pas de fichier .prj : sa projection",
    ),
    "projection of prose": (lambda: layer(prj=b"Lambert"), "la projection n'est pas reconnue"),
    "projection with grids": (lambda: layer(prj=GRIDS.encode()), "la projection n'est pas reconnue"),
    "projection without end": (lambda: layer(prj=b"PROJCS[" * 100_000), "la projection n'est pas reconnue"),
    "Lambert-93 called CC45": (
        lambda: layer(prj=parts_of(epsg=3945)["prj"]),
        r"semblent être en Lambert-93 \(EPSG:2154\), alors que le fichier les dit en RGF93 / CC45",
    ),
    "image called shp": (lambda: layer(shp=b"\x89PNG\r\n\x1a\n" + bytes(200)), "le Shapefile est abîmé"),
    "shp truncated": (lambda: layer(shp=parts_of()["shp"][:-20]), "le Shapefile est abîmé ou tronqué"),
    "shp empty": (lambda: layer(shp=b""), "le Shapefile est abîmé"),
    "lying header": (with_lying_header, "le Shapefile est abîmé"),
    "names without shapes": (with_row_missing, "le Shapefile a 1 tracés et 0 lignes de noms"),
    "dbf of prose": (lambda: layer(dbf=b"bonjour"), "le Shapefile est abîmé"),
    "Latin-1 called UTF-8": (
        lambda: layer(parts_of(encoding="latin-1")),
        r"entité 1 : les noms du fichier .dbf ne sont pas dans l'encodage annoncé \(utf-8\)",
    ),
    "encoding unknown": (lambda: layer(cpg=b"klingon"), "le fichier .cpg annonce un encodage inconnu"),
    "encoding of bytes": (lambda: layer(cpg=b"zlib"), "annonce un encodage inconnu|est abîmé"),
    "points": (lambda: layer(parts_of(kind=shapefile.POINT)), "entité 1 : c'est un point, pas un polygone"),
    "million vertices": (
        of_a_million,
        "entité 1 : un anneau a 1000000 sommets",
    ),
    "shp alone": (
        lambda: parts_of()["shp"],
        "début du fichier : c'est un .shp seul. Mettez le .shp, le .dbf et le .prj",
    ),
    "KMZ with external entity": (
        lambda: zipped({"doc.kml": b'<!DOCTYPE kml SYSTEM "http://example.org/"><kml/>'}),
        "déclaration DOCTYPE",
    ),
    "KMZ of prose": (lambda: zipped({"doc.kml": b"bonjour"}), "ligne 1, caractère 0 : le XML est abîmé"),
}

TAKEN = {
    "Shapefile": (layer, ["Châteauneuf"], None),
    "Shapefile without index": (lambda: layer(without=("shx",)), ["Châteauneuf"], None),
    "Shapefile with a lying index": (lambda: layer(shx=bytes(1_000)), ["Châteauneuf"], None),
    "Shapefile in a folder": (lambda: layer(stem="export/secteurs"), ["Châteauneuf"], None),
    "Shapefile of Latin-1": (
        lambda: layer(parts_of(encoding="latin-1"), cpg=b"ISO-8859-1"),
        ["Châteauneuf"],
        None,
    ),
    "Shapefile of Windows": (lambda: layer(parts_of(encoding="cp1252"), cpg=b"1252"), ["Châteauneuf"], None),
    "Shapefile of an older program": (of_an_older_program, ["Châteauneuf"], None),
    "Shapefile in CC45": (lambda: layer(parts_of(in_projection(SQUARE, 3945), epsg=3945)), ["Châteauneuf"], None),
    "KMZ": (lambda: zipped({"doc.kml": kml(SQUARE_KML), "files/icon.png": b"\x89PNG"}), ["Laprat"], None),
    "zip of a Mac": (
        lambda: zipped({"a.kml": kml(SQUARE_KML), "__MACOSX/._a.kml": b"\0\5\x16\7"}),
        ["Laprat"],
        None,
    ),
}
