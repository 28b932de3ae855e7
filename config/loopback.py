"""Keeps the site on this machine: there are no accounts yet, and the page tells which homes are empty.

A request is served when it comes from the loopback interface or a unix socket, straight; or through a proxy that
the operator named in ``RONDE_PROXIES`` and that asks people who they are.
"""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

UNIX_SOCKET = "unix"
# What a proxy adds; on a request that claims to be straight, it tells that someone put the site on a network.
FORWARDING_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")

Handler = Callable[[HttpRequest], HttpResponse]


def stay_on_loopback(get_response: Handler) -> Handler:
    """Middleware: refuse with 403 whatever does not come from this machine."""
    trusted = read_proxies(settings.PROXIES)

    def guard(request: HttpRequest) -> HttpResponse:
        client = request.META.get("REMOTE_ADDR", "") or UNIX_SOCKET
        is_forwarded = any(header in request.headers for header in FORWARDING_HEADERS)
        if is_trusted(client, trusted) or (is_local(client) and not is_forwarded):
            return get_response(request)
        return HttpResponse(render_to_string("maps/not_from_here.html"), status=403)

    return guard


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_proxies(names: list[str]) -> frozenset[Network | str]:
    """Read addresses, networks or the word ``unix``.

    Raises
    ------
    ValueError
        When one of them is none of these.
    """
    return frozenset(name if name == UNIX_SOCKET else ipaddress.ip_network(name) for name in names)


def is_local(client: str) -> bool:
    """Whether a client is a unix socket or a loopback address."""
    return client == UNIX_SOCKET or _address(client).is_loopback


def is_trusted(client: str, proxies: frozenset[Network | str]) -> bool:
    """Whether a client is one of the named proxies."""
    if client == UNIX_SOCKET:
        return UNIX_SOCKET in proxies
    return any(not isinstance(proxy, str) and _address(client) in proxy for proxy in proxies)


def _address(client: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(client.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
