"""A server of one file on the loopback that can misbehave, one misbehaviour per request, in order."""

import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class BrokenServer:
    """Serves ``files`` by path with ranges and validators; ``faults`` are taken first, one per request."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.etags: dict[str, str] = {}
        self.faults: list[Callable[[BaseHTTPRequestHandler, bytes, int], None]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, path: str, content: bytes, etag: str = '"v1"') -> str:
        self.files[path], self.etags[path] = content, etag
        return self.address + path

    def ranges(self) -> list[str | None]:
        return [headers.get("Range") for _, headers in self.requests]

    def __enter__(self) -> "BrokenServer":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                pass

            def do_GET(self) -> None:
                self.close_connection = True
                owner.requests.append((self.path, dict(self.headers)))
                path = self.path.partition("?")[0]
                content, etag = owner.files.get(path), owner.etags.get(path, "")
                if content is None:
                    answer(self, 404, b"absent")
                elif owner.faults:
                    owner.faults.pop(0)(self, content, self._first_byte(etag))
                elif etag and self.headers.get("If-None-Match") == etag:
                    answer(self, 304, b"")
                else:
                    serve_well(self, content, self._first_byte(etag), etag)

            def _first_byte(self, etag: str) -> int:
                found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                is_current = self.headers.get("If-Range", etag) == etag
                return int(found[1]) if found and is_current else 0

        return Handler


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def serve_well(handler: BaseHTTPRequestHandler, content: bytes, first: int, etag: str) -> None:
    if first > len(content) - 1:
        answer(handler, 416, b"", Content_Range=f"bytes */{len(content)}", ETag=etag)
    elif first:
        span = f"bytes {first}-{len(content) - 1}/{len(content)}"
        answer(handler, 206, content[first:], Content_Range=span, ETag=etag)
    else:
        answer(handler, 200, content, ETag=etag)


def drop_after(count: int, etag: str = '"v1"') -> Callable[[BaseHTTPRequestHandler, bytes, int], None]:
    """Announce the rest of the file, send ``count`` bytes of it, and hang up."""

    def fault(handler: BaseHTTPRequestHandler, content: bytes, first: int) -> None:
        handler.send_response(206 if first else 200)
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(content) - first))
        if first:
            handler.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        handler.end_headers()
        handler.wfile.write(content[first : first + count])

    return fault


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, bytes, int], None]:
    """Answer with a status and nothing else."""
    return lambda handler, content, first: answer(handler, code, b"", **headers)


def hang_up(handler: BaseHTTPRequestHandler, content: bytes, first: int) -> None:
    """Close the connection without an answer."""


def body(text: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler, bytes, int], None]:
    """Answer 200 with another body than the file."""
    return lambda handler, content, first: answer(handler, 200, text, **headers)
