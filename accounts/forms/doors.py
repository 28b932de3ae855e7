"""Forms that try a secret: while its door is shut they refuse, and the page says how long to wait."""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone

from accounts.services import lockout


def is_shut(request: HttpRequest, door: lockout.Door) -> bool:
    """Whether the door may not be tried now."""
    return _tell(request, lockout.wait_at(door, now=timezone.now()))


def count_failure(request: HttpRequest, door: lockout.Door) -> None:
    """Count a wrong secret, which may shut the door."""
    _tell(request, lockout.record_failure(door, now=timezone.now()))


def _tell(request: HttpRequest, wait: dt.timedelta) -> bool:
    # Read by axes' middleware, which then answers with the page that says how long to wait.
    request.lockout_wait = wait  # type: ignore[attr-defined]
    request.axes_locked_out = bool(wait)  # type: ignore[attr-defined]
    return bool(wait)
