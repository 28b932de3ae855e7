"""Filters of the crew's page."""

import datetime as dt

from django import template

register = template.Library()


@register.filter
def read_moment(text: str) -> dt.datetime:
    """Read a moment as the phone is told it."""
    return dt.datetime.fromisoformat(text)
