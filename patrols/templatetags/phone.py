"""Filters of the crew's page."""

import datetime as dt

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
