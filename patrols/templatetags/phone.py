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
