"""Every route of the site, as an address that a test can ask for."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

# A value for each kind of variable part; what it names does not exist, and need not.
SAMPLES = {
    "int": "999999",
    "day": "2026-08-12",
    "route_format": "pdf",
    "str": "inconnu",
    "slug": "inconnu",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def addresses() -> list[str]:
    """Return one address for each route, in the order of the resolver."""
    return list(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for entry in patterns:
        address = prefix + _fill(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, address)
        else:
            yield address


def _fill(pattern: RoutePattern) -> str:
    route = str(pattern)
    for name in pattern.converters:
        kinds = [kind for kind in SAMPLES if f"<{kind}:{name}>" in route]
        kind = kinds[0] if kinds else "str"
        route = route.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES["str"])
    return route
