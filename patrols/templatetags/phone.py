"""Filters of the crew's page."""

import datetime as dt
from typing import Any

from django import template

register = template.Library()


@register.filter
def read_day(text: str) -> dt.date:
    """Read a day as the phone is told it."""
    return dt.date.fromisoformat(text)


@register.filter
def read_moment(text: str) -> dt.datetime:
    """Read a moment as the phone is told it."""
    return dt.datetime.fromisoformat(text)


@register.filter
def named(said: str, name: str) -> str:
    """Write « Fenêtres : toutes fermées », and not « Alarme : alarme sonore »."""
    return said if name.lower() in said.lower() else f"{name} : {said.lower()}"


@register.filter
def stays_after(tonight: dict[str, Any], stops: int) -> list[dict[str, Any]]:
    """Return the stays of a round once so many of its stops are done."""
    return [stay for stay in tonight["stays"] if stay["after"] == stops]


@register.filter
def is_over(stay: dict[str, Any], tonight: dict[str, Any]) -> bool:
    """Whether the hour of a stay has passed, or the crew has gone on to a stop beyond it."""
    is_passed = any(stop["made"] for stop in tonight["stops"] if stop["order"] > stay["after"])
    return is_passed or read_moment(tonight["now"]) >= read_moment(stay["leaves_at"])
