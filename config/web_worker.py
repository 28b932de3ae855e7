"""The worker of the web server: what it refuses before the site is asked, in the site's own words and frame."""

import socket
from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

REASONS = {414: "URI Too Long", 431: "Request Header Fields Too Large"}
# No middleware passes here: the headers that matter to a page without forms, scripts or data.
HEAD = (
    "HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
    "Content-Length: {length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'\r\n\r\n"
)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn says no types
    """Explains what a person may meet; the rest is for programs, and stays gunicorn's."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer for a request that could not be read."""
        if isinstance(exc, LimitRequestLine):
            self._explain(client, 414)
        elif isinstance(exc, LimitRequestHeaders):
            self._explain(client, 431)
        else:
            super().handle_error(req, client, addr, exc)

    def _explain(self, client: socket.socket, status: int) -> None:
        from config.failures import explain_what_was_not_read  # once Django is set up

        self.log.warning("Demande refusée avant le site : %d", status)
        body = explain_what_was_not_read(status).encode()
        head = HEAD.format(status=status, reason=REASONS[status], length=len(body))
        try:
            util.write_nonblock(client, head.encode("ascii") + body)
        except OSError:
            self.log.debug("The client is gone")
