import logging
import socket
from types import SimpleNamespace

import pytest
from gunicorn.http.errors import InvalidRequestMethod, LimitRequestHeaders, LimitRequestLine

from config.web_worker import Worker


@pytest.fixture
def answer_to():
    """What a client is answered when its request could not be read for a reason."""

    def answer_to(reason: Exception) -> tuple[str, str]:
        worker = object.__new__(Worker)
        worker.log = logging.getLogger("gunicorn.error")
        worker.cfg = SimpleNamespace()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            worker.handle_error(None, ours, ("127.0.0.1", 1), reason)
            ours.shutdown(socket.SHUT_WR)
            said = b"".join(iter(lambda: theirs.recv(65_536), b""))
        head, _, body = said.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}\r\n" in f"{head.decode()}\r\n"
        return head.decode(), body.decode()

    return answer_to


@pytest.mark.parametrize(
    ("reason", "status", "words"),
    [
        (LimitRequestLine(5000, 4094), "414 URI Too Long", "Cette adresse est trop longue"),
        (LimitRequestHeaders("limit"), "431 Request Header", "Effacez les cookies de ce site"),
    ],
)
def test_what_a_person_may_meet_is_explained_in_the_frame_of_the_site(answer_to, reason, status, words):
    head, body = answer_to(reason)

    assert head.startswith(f"HTTP/1.1 {status}")
    assert "charset=utf-8" in head
    assert "no-store" in head
    assert words in body
    assert '<html lang="fr"' in body


def test_what_programs_send_is_answered_by_the_web_server(answer_to):
    head, body = answer_to(InvalidRequestMethod("play"))

    assert head.startswith("HTTP/1.1 400 Bad Request")
    assert "trop long" not in body
