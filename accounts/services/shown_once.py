"""A one-time link that waits in the session to be shown: sealed until then, once, and to the page it is for."""

from django.http import HttpRequest

from accounts.services import sealed_secrets


def keep(request: HttpRequest, name: str, key: int, token: str) -> None:
    """Let the page of a row show a link's secret; loading that page anew sends nothing again.

    Parameters
    ----------
    name
        The key of the session under which it waits.
    key
        The row whose page shows it.
    """
    request.session[name] = {"row": key, "token": sealed_secrets.seal(token)}


def is_kept(request: HttpRequest, name: str, key: int) -> bool:
    """Whether a link of that row waits, or was shown last."""
    return request.method == "GET" and bool(request.session.get(name, {}).get("row") == key)


def take(request: HttpRequest, name: str, key: int) -> str:
    """Return the secret that waits to be shown, once; afterwards nothing."""
    if not is_kept(request, name, key):
        return ""
    waiting = request.session[name]
    if "token" not in waiting:
        del request.session[name]
        return ""
    request.session[name] = {"row": key}
    return sealed_secrets.unseal(waiting["token"])
