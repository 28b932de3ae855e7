"""GeoJSON as clumsy programs and hostile people write it, with what is said of each."""

import gzip
import json

from tests.sectors.uploads.ground import BOW_TIE, EASTERN, SQUARE, circle, in_projection, spiral, star


def entity(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(*rings):
    return {"type": "Polygon", "coordinates": [list(map(list, ring)) for ring in rings]}


def square(**properties):
    return entity(polygon(SQUARE), **properties)


def document(*entities, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(entities), **members}).encode()


def of_ring(ring):
    return document(entity(polygon(ring)))


def named(crs):
    return {"type": "name", "properties": {"name": crs}}


def with_text(number):
    """A square whose first coordinate is written in another way."""
    return of_ring(SQUARE).replace(b"4.885", number, 1)


SQUARES = document(square(nom="Laprat"), entity(polygon(EASTERN), nom="Chamberlière"))
LAMBERT = in_projection(SQUARE, 2154)
UNREADABLE = "entité 1 : le tracé est illisible"

REFUSED = {
    "empty": (lambda: b"", "le fichier est vide"),
    "prose": (lambda: b"bonjour", "début du fichier : le format n'est pas reconnu"),
    "zeros": (lambda: bytes(4096), "début du fichier : le format n'est pas reconnu"),
    "PDF": (lambda: b"%PDF-1.7\n%", "début du fichier : c'est un PDF"),
    "PNG": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "début du fichier : c'est une image"),
    "JPEG": (lambda: b"\xff\xd8\xff\xe0" + bytes(100), "début du fichier : c'est une image"),
    "gzip": (lambda: gzip.compress(SQUARES), "début du fichier : c'est un fichier gzip. Décompressez-le"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100), "début du fichier : c'est une archive 7z"),
    "RAR": (lambda: b"Rar!\x1a\x07\x01\x00", "début du fichier : c'est une archive RAR"),
    "old office document": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "début du fichier : c'est un document de bureau",
    ),
    "UTF-16": (lambda: SQUARES.decode().encode("utf-16"), "début du fichier : le texte est en UTF-16"),
    "UTF-16 unmarked": (
        lambda: SQUARES.decode().encode("utf-16-le"),
        "ligne 1, caractère 1 : le GeoJSON est abîmé",
    ),
    "Latin-1": (lambda: b'{"nom": "Ch\xe2teau"}', "octet 11 : le texte n'est pas en UTF-8"),
    "truncated": (lambda: SQUARES[:-50], r"ligne 1, caractère \d+ : le GeoJSON est abîmé ou tronqué"),
    "two documents": (lambda: SQUARES + SQUARES, r"ligne 1, caractère \d+ : le GeoJSON est abîmé"),
    "TopoJSON": (lambda: b'{"type": "Topology", "objects": {}}', "pas de liste « features »"),
    "features as object": (lambda: b'{"features": {"0": {}}}', "pas de liste « features »"),
    "no entity": (document, "ne contient aucun contour"),
    "entity is text": (lambda: document("Laprat"), "entité 1 : l'entité n'est pas un objet"),
    "null geometry": (lambda: document(square(), entity(None)), "entité 2 : le contour est vide"),
    "empty polygon": (lambda: document(entity(polygon())), "entité 1 : le contour est vide"),
    "point": (lambda: document(entity({"type": "Point", "coordinates": SQUARE[0]})), "entité 1 : c'est un point"),
    "line": (
        lambda: document(square(), entity({"type": "LineString", "coordinates": SQUARE})),
        "entité 2 : c'est une ligne, pas un polygone",
    ),
    "collection": (
        lambda: document(entity({"type": "GeometryCollection", "geometries": [polygon(SQUARE)]})),
        "entité 1 : c'est un assemblage d'objets divers, pas un polygone",
    ),
    "unknown kind": (lambda: document(entity({"type": "Circle", "coordinates": [SQUARE]})), UNREADABLE),
    "NaN": (lambda: with_text(b"NaN"), UNREADABLE),
    "Infinity": (lambda: with_text(b"-Infinity"), UNREADABLE),
    "1e999": (lambda: with_text(b"1e999"), UNREADABLE),
    "text as coordinate": (lambda: with_text(b'"4.885"'), UNREADABLE),
    "null as coordinate": (lambda: with_text(b"null"), UNREADABLE),
    "integer of 400 digits": (lambda: with_text(b"9" * 400), "entité 1"),
    "integer of 5,000 digits": (lambda: with_text(b"9" * 5_000), "un nombre du GeoJSON est démesuré"),
    "deep nesting": (lambda: b'{"features": ' + b"[" * 1_000_000, "imbriqué sans fin"),
    "deep coordinates": (
        lambda: document(entity({"type": "Polygon", "coordinates": []})).replace(
            b'"coordinates": []', b'"coordinates": ' + b"[" * 900 + b"]" * 900
        ),
        "entité 1",
    ),
    "name twice": (
        lambda: SQUARES.replace(b'"geometry"', b'"geometry": null, "geometry"', 1),
        "le nom « geometry » est deux fois dans un même objet",
    ),
    "open ring": (lambda: of_ring(SQUARE[:4]), UNREADABLE),
    "ring of two points": (lambda: of_ring([*SQUARE[:2], SQUARE[0]]), "entité 1 : .*n'enferme rien, près de 4.88"),
    "million vertices": (
        lambda: b'{"type":"Polygon","coordinates":[[' + b"[4,44]," * 999_999 + b"[4,44]]]}",
        r"entité 1 : un anneau a 1000000 sommets \(au plus 10000\)",
    ),
    "many vertices in all": (
        lambda: document(*(entity(polygon(circle(9_999))) for _ in range(21))),
        "les contours ont 209979 sommets en tout",
    ),
    "many contours": (lambda: document(*(square() for _ in range(201))), r"201 contours \(au plus 200\)"),
    "around the Earth": (
        lambda: of_ring([(179, 44), (-179, 44), (-179, 45), (179, 45), (179, 44)]),
        "entité 1 : le contour fait le tour de la Terre, de la longitude -179.00 à 179.00",
    ),
    "beyond the pole": (
        lambda: of_ring([(lon, lat + 100) for lon, lat in SQUARE]),
        "entité 1 : les coordonnées ne sont pas sur la Terre",
    ),
    "swapped axes": (
        lambda: of_ring([place[::-1] for place in SQUARE]),
        r"entité 1, 44\.9\d+, 4\.8\d+ : longitude et latitude semblent inversées, alors que .* WGS 84",
    ),
    "Lambert-93 called WGS 84": (
        lambda: of_ring(LAMBERT),
        r"entité 1, 8\d+\.\d+, 64\d+\.\d+ : les coordonnées semblent être en Lambert-93 \(EPSG:2154\)",
    ),
    "Lambert-93 swapped": (
        lambda: of_ring([place[::-1] for place in LAMBERT]),
        r"semblent être en Lambert-93 \(EPSG:2154\), et inversées",
    ),
    "CC45 called WGS 84": (lambda: of_ring(in_projection(SQUARE, 3945)), r"RGF93 / CC45 \(EPSG:3945\)"),
    "UTM called WGS 84": (lambda: of_ring(in_projection(SQUARE, 32631)), r"UTM 31N \(EPSG:32631\)"),
    "Web Mercator called WGS 84": (lambda: of_ring(in_projection(SQUARE, 3857)), r"Web Mercator \(EPSG:3857\)"),
    "Lambert-93 called CC46": (
        lambda: document(entity(polygon(LAMBERT)), crs=named("EPSG:3946")),
        r"semblent être en Lambert-93 \(EPSG:2154\), alors que le fichier les dit en RGF93 / CC46",
    ),
    "degrees called Lambert-93": (
        lambda: document(square(), crs=named("urn:ogc:def:crs:EPSG::2154")),
        r"semblent être en WGS 84 \(EPSG:4326\), alors que le fichier les dit en Lambert-93",
    ),
    "unknown projection": (
        lambda: document(square(), crs=named("EPSG:999999")),
        "la projection n'est pas reconnue. .*EPSG:2154",
    ),
    "projection elsewhere": (
        lambda: document(square(), crs={"type": "link", "properties": {"href": "http://example.org/"}}),
        "la projection n'est pas reconnue",
    ),
    "projection out of a file": (
        lambda: document(square(), crs=named("+init=/etc/passwd:root")),
        "la projection n'est pas reconnue",
    ),
    "projection with grids": (
        lambda: document(square(), crs=named("+proj=longlat +nadgrids=/etc/passwd +type=crs")),
        "la projection n'est pas reconnue",
    ),
    "star": (
        lambda: of_ring(star(2_001)),
        r"entité 1 : le contour se croise plus de 1000 fois, d'abord près de 4\.8\d+, 44\.9\d+",
    ),
    "there and back": (
        lambda: of_ring([SQUARE[0], SQUARE[2], SQUARE[0], SQUARE[0]]),
        r"entité 1 : le contour se croise ou n'enferme rien, près de 4\.8",
    ),
    "ring twice": (lambda: document(entity(polygon(SQUARE, SQUARE))), "entité 1 : .*n'enferme rien, près de 4.8"),
    "same contour twice": (
        lambda: document(square(), square()),
        "entités 1 et 2 : .* sont le même",
    ),
    "overlap": (
        lambda: document(square(), entity(polygon([(lon - 0.001, lat) for lon, lat in EASTERN]))),
        r"entités 1 et 2 : les deux contours se recouvrent sur 8\d{4} m², près de 4\.894\d+, 44\.9",
    ),
    "elsewhere": (
        lambda: of_ring([(lon + 1, lat) for lon, lat in SQUARE]),
        r"entité 1 : le contour sort de la commune Valmont, près de 5\.8\d+, 44\.9",
    ),
    "half elsewhere": (
        lambda: of_ring([(lon, 44.925 + 6 * (lat - 44.925)) for lon, lat in SQUARE]),
        r"entité 1 : le contour sort de la commune Valmont, près de 4\.8\d+, 44\.9",
    ),
    "tiny": (
        lambda: of_ring([(4.89 + (lon - 4.89) / 1000, 44.93 + (lat - 44.93) / 1000) for lon, lat in SQUARE]),
        r"entité 1 : le contour n'enferme que 1 m² \(au moins 1000\)",
    ),
    "number twice": (
        lambda: document(square(numero=3, nom="Laprat"), entity(polygon(EASTERN), numero="3")),
        "entités 1 et 2 : « 3 » est deux fois",
    ),
    "name of a sector twice": (
        lambda: document(square(nom="Laprat"), entity(polygon(EASTERN), nom="Laprat")),
        "entités 1 et 2 : « Laprat » est deux fois",
    ),
    "control character": (lambda: document(square(nom="La\0prat")), "la colonne « nom » contient un caractère"),
    "half of a character": (lambda: document(square(nom="\ud83d")), "la colonne « nom » contient un caractère"),
    "bow-tie": (
        lambda: of_ring(BOW_TIE),
        r"entité 1 : le contour se croise près de 4\.89000, 44\.93000\. Corrigez-le à cet endroit",
    ),
    "spiral": (lambda: of_ring(spiral(20)), "entité 1 : le contour se croise près de"),
    "hole outside": (
        lambda: document(square(), entity(polygon(SQUARE, EASTERN), nom="Laprat")),
        "entité 2 : le contour se croise près de",
    ),
    "part twice": (
        lambda: document(entity({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]})),
        "entité 1 : le contour se croise près de",
    ),
}

TAKEN = {
    "two sectors": (lambda: SQUARES, ["Laprat", "Chamberlière"], None),
    "byte order mark": (lambda: b"\xef\xbb\xbf" + SQUARES, ["Laprat", "Chamberlière"], None),
    "bare polygon": (lambda: json.dumps(polygon(SQUARE)).encode(), [""], None),
    "heights": (lambda: of_ring([(*place, 120.5) for place in SQUARE]), [""], None),
    "name in the column of numbers": (lambda: document(square(secteur="Laprat")), ["Laprat"], None),
    "CRS84": (lambda: document(square(), crs=named("urn:ogc:def:crs:OGC:1.3:CRS84")), [""], None),
    "Web Mercator": (
        lambda: document(entity(polygon(in_projection(SQUARE, 3857))), crs=named("EPSG:3857")),
        [""],
        None,
    ),
    "Lambert II": (
        lambda: document(entity(polygon(in_projection(SQUARE, 27572))), crs=named("EPSG:27572")),
        [""],
        None,
    ),
    "CC45": (
        lambda: document(entity(polygon(in_projection(SQUARE, 3945))), crs=named("urn:ogc:def:crs:EPSG::3945")),
        [""],
        None,
    ),
}
