"""Where a request comes from, seen through the proxies that the operator named and no other."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from config.loopback import FORWARDING_HEADERS, UNIX_SOCKET, is_local, is_trusted, read_proxies


def client_address(request: HttpRequest) -> str:
    """Return the client's address; empty when a unix socket or a silent proxy hides it.

    A client may write what it likes in ``X-Forwarded-For``; each proxy adds at its end whom it saw. So it is read
    from its end, as long as who speaks is a proxy of ours.
    """
    trusted = read_proxies(settings.PROXIES)
    speaker = request.META.get("REMOTE_ADDR", "") or UNIX_SOCKET
    said = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    while speaker and said and is_trusted(speaker, trusted):
        speaker = _address_or_nothing(said.pop())
    return "" if speaker == UNIX_SOCKET else speaker


def comes_from_this_machine(request: HttpRequest) -> bool:
    """Whether the client is this machine's loopback, straight: nothing on the way says that it forwarded."""
    client = request.META.get("REMOTE_ADDR", "")
    return bool(client) and is_local(client) and not any(name in request.headers for name in FORWARDING_HEADERS)


def _address_or_nothing(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
