import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.builders import build_ground

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE, EMPTY_MAP = "<h1>Valmont-sur-Rhône</h1>".encode(), b""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def serve():
    """Serve the given bodies by path prefix on a port of this machine; anything else is a 404."""
    servers = []

    def start(bodies: dict[str, bytes]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = next((body for start, body in bodies.items() if self.path.startswith(start)), None)
                self.send_response(404 if body is None else 200)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def check(site: str) -> subprocess.CompletedProcess[str]:
    build_ground()
    database = connection.settings_dict
    address = f"postgis://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    return subprocess.run(
        [sys.executable, "script/steps/check_site.py", site],
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_site_that_names_its_commune_and_draws_its_map_passes(serve):
    # The middle of the built town, 4.890 E 44.9325 N, at zoom 14: column (184.890 / 360) × 16384 = 8414.5 -> 8414.
    answer = check(serve({"/tuiles/fond/14/8414/": b"tile", "/tuiles/": EMPTY_MAP, "/": PAGE}))
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        ({"/tuiles/": b"tile"}, "404"),
        ({"/tuiles/": b"tile", "/": b"<h1>Bonjour</h1>"}, "ne nomme pas la commune (Valmont-sur-Rhône)"),
        ({"/tuiles/": EMPTY_MAP, "/": PAGE}, "La carte du centre de la commune est vide."),
    ],
)
def test_a_site_that_lacks_something_is_refused_with_what_it_lacks(serve, bodies, message):
    answer = check(serve(bodies))
    assert answer.returncode == 1
    assert message in answer.stderr
