"""Ask a running site for its first page and the middle of its map; say what is wrong and exit with 1."""

import math
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

START_TIMEOUT_S = 60
REQUEST_TIMEOUT_S = 20
TILE_ZOOM = 14


def main(site: str) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from geo.errors import GeoError
    from geo.models import Commune

    try:
        commune = Commune.objects.of_site()
    except GeoError as error:
        sys.exit(str(error))
    wait_until_open(site)
    page = fetch(f"{site}/").decode("utf-8")
    if commune.name not in page:
        sys.exit(f"La première page ne nomme pas la commune ({commune.name}).")
    centre = commune.outline.point_on_surface
    x, y = tile_of(centre.x, centre.y, TILE_ZOOM)
    if not fetch(f"{site}/tuiles/fond/{TILE_ZOOM}/{x}/{y}.mvt"):
        sys.exit("La carte du centre de la commune est vide.")


def wait_until_open(site: str) -> None:
    """Return once something listens; the server may still be loading."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            urllib.request.urlopen(site, timeout=REQUEST_TIMEOUT_S).close()  # noqa: S310
        except urllib.error.HTTPError:
            return
        except OSError as error:
            if time.monotonic() > deadline:
                sys.exit(f"Le site n'a pas démarré en {START_TIMEOUT_S} s ({error}).")
            time.sleep(0.2)
        else:
            return


def fetch(url: str) -> bytes:
    """Body of a page that must answer 200."""
    try:
        with urllib.request.urlopen(url, timeout=REQUEST_TIMEOUT_S) as answer:  # noqa: S310
            if answer.status != 200:
                sys.exit(f"{url} : réponse {answer.status} au lieu de 200.")
            body: bytes = answer.read()
            return body
    except OSError as error:
        sys.exit(f"{url} : {error}.")


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the web-map tile that holds a point."""
    n = 2**zoom
    phi = math.radians(lat)
    return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(phi)) / math.pi) / 2 * n)


main(sys.argv[1])
