"""KML and GPX as telephones, Google Earth and hostile people write them, with what is said of each."""

from tests.sectors.uploads.ground import SQUARE, circle

KML = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
GPX = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'


def coordinates(ring, separator=" "):
    return f"<coordinates>{separator.join(f'{lon},{lat},0' for lon, lat in ring)}</coordinates>"


def kml_ring(ring):
    return f"<Polygon><outerBoundaryIs><LinearRing>{coordinates(ring)}</LinearRing></outerBoundaryIs></Polygon>"


def placemark(geometry, name="Laprat", more=""):
    return f"<Placemark><name>{name}</name>{more}{geometry}</Placemark>"


def kml(*placemarks):
    return KML.format("".join(placemarks)).encode()


def gpx_points(ring, tag="trkpt"):
    return "".join(f'<{tag} lat="{lat}" lon="{lon}"><ele>120</ele></{tag}>' for lon, lat in ring)


def track(*segments, name="Tour de Laprat"):
    inside = "".join(f"<trkseg>{gpx_points(segment)}</trkseg>" for segment in segments)
    return GPX.format(f"<trk><name>{name}</name>{inside}</trk>").encode()


EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY p SYSTEM "file:///etc/passwd">]><kml><name>&p;</name></kml>'
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]><kml><name>&a9;</name></kml>"
).encode()
SQUARE_KML = placemark(kml_ring(SQUARE))
NUMBERED = "<ExtendedData><Data name='Numero'><value>3</value></Data></ExtendedData>"
NEAR_START = (*SQUARE[:4], (4.885, 44.9252))  # 22 m north of the first

REFUSED = {
    "VRT": (
        lambda: (
            b"<OGRVRTDataset><OGRVRTLayer><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataset>"
        ),
        "début du fichier : c'est un fichier VRT, qui renvoie à d'autres fichiers",
    ),
    "web page": (lambda: b"<html><body>404</body></html>", "début du fichier : c'est une page web"),
    "old web page": (lambda: b"<!DOCTYPE html><html></html>", "déclaration DOCTYPE"),
    "SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "début du fichier : c'est un dessin SVG"),
    "GML": (
        lambda: b'<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>',
        "début du fichier : c'est du XML, mais ni un GPX ni un KML",
    ),
    "external entity": (lambda: EXTERNAL, "déclaration DOCTYPE, qui peut renvoyer à d'autres fichiers"),
    "billion laughs": (lambda: LAUGHS, "déclaration DOCTYPE"),
    "unknown entity": (lambda: b"<kml><name>&p;</name></kml>", r"ligne 1, caractère \d+ : le XML est abîmé"),
    "network link": (
        lambda: kml(SQUARE_KML, "<NetworkLink><Link><href>http://example.org/</href></Link></NetworkLink>"),
        "après l'entité 1 : le KML renvoie à un autre fichier",
    ),
    "KML truncated": (lambda: kml(SQUARE_KML)[:-30], r"ligne 1, caractère \d+ : le XML est abîmé ou tronqué"),
    "KML of points": (
        lambda: kml(placemark(f"<Point>{coordinates(SQUARE[:1])}</Point>")),
        "n'a ni polygone ni trace fermée",
    ),
    "KML without number": (
        lambda: kml(placemark(kml_ring(SQUARE)).replace("4.885,", "ici,", 1)),
        "entité 1 : une coordonnée n'est pas un nombre",
    ),
    "KML not finite": (
        lambda: kml(placemark(kml_ring(SQUARE)).replace("4.895,", "nan,", 1)),
        "entité 1 : une coordonnée n'est pas un nombre fini",
    ),
    "KML of two points": (lambda: kml(placemark(kml_ring(SQUARE[:2]))), "entité 1 : le tracé est illisible"),
    "KML without ring": (lambda: kml(placemark("<Polygon/>")), "entité 1 : le tracé est illisible"),
    "KML nested": (lambda: b"<kml>" + b"<Folder>" * 200_000, "imbriqué sans fin"),
    "KML of many vertices": (
        lambda: kml(placemark(kml_ring(circle(10_001)))),
        r"entité 1 : un anneau a 10001 sommets \(au plus 10000\)",
    ),
    "KML of a million vertices": (
        lambda: kml(placemark(kml_ring(())).replace("<coordinates>", "<coordinates>" + "4,44 " * 1_000_000)),
        r"entité 1 : un anneau a \d+ sommets",
    ),
    "KML swapped": (
        lambda: kml(placemark(kml_ring([place[::-1] for place in SQUARE]))),
        "entité 1, .* : longitude et latitude semblent inversées",
    ),
    "GPX of waypoints": (
        lambda: GPX.format(gpx_points(SQUARE, "wpt")).encode(),
        "n'a ni polygone ni trace fermée. Revenez au point de départ, à 50 m près",
    ),
    "GPX open": (lambda: track(SQUARE[:4]), "n'a ni polygone ni trace fermée"),
    "GPX without longitude": (
        lambda: track(SQUARE).replace(b' lon="4.885"', b"", 1),
        "entité 1 : une coordonnée n'est pas un nombre",
    ),
    "GPX not finite": (
        lambda: track(SQUARE).replace(b'lon="4.895"', b'lon="inf"', 1),
        "entité 1 : une coordonnée n'est pas un nombre fini",
    ),
    "GPX of many points": (lambda: track(circle(10_002)), "entité 1 : un anneau a 10001 sommets"),
}

TAKEN = {
    "KML": (lambda: kml(SQUARE_KML), ["Laprat"], None),
    "KML with number": (lambda: kml(placemark(kml_ring(SQUARE), more=NUMBERED)), ["3 Laprat"], None),
    "KML of 2005": (
        lambda: kml(SQUARE_KML).replace(b"opengis.net/kml/2.2", b"earth.google.com/kml/2.0"),
        ["Laprat"],
        None,
    ),
    "KML of spaced coordinates": (lambda: kml(SQUARE_KML.replace(",", " , ")), ["Laprat"], None),
    "KML of a closed line": (
        lambda: kml(placemark(f"<LineString>{coordinates(SQUARE)}</LineString>")),
        ["Laprat"],
        None,
    ),
    "KML with a point beside": (
        lambda: kml(placemark(f"<Point>{coordinates(SQUARE[:1])}</Point>", "Mairie"), SQUARE_KML),
        ["Laprat"],
        "Entité 1 : ni polygone ni trace fermée, elle est laissée de côté",
    ),
    "GPX closed": (lambda: track(SQUARE), ["Tour de Laprat"], None),
    "GPX closed nearly": (
        lambda: track(NEAR_START),
        ["Tour de Laprat"],
        "Entité 1 : la trace s'arrêtait à 22 m de son départ ; elle a été fermée",
    ),
    "GPX with a pause": (lambda: track(SQUARE[:3], SQUARE[3:]), ["Tour de Laprat"], None),
    "GPX route": (
        lambda: GPX.format(f"<rte><name>Tour</name>{gpx_points(SQUARE, 'rtept')}</rte>").encode(),
        ["Tour"],
        None,
    ),
}
