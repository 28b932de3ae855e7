"""Template filters that write days, hours, lengths and numbers for a French reader."""

import datetime as dt

from django import template

from geo import french

register = template.Library()

register.filter("day", french.day)
register.filter("clock", french.clock)
register.filter("span", french.span)
register.filter("moment", french.moment)
register.filter("distance", french.length)
register.filter("duration", french.duration)
register.filter("delay", french.delay)
register.filter("decimal", french.decimal)
register.filter("whole", french.whole)
register.filter("street", french.street)

ORDINALS = {1: "1er", 2: "2e"}


@register.filter
def counted(number: int, words: str) -> str:
    """Write « 2 arrêts » from ``2|counted:"arrêt"``, or ``3|counted:"logement vacant,logements vacants"``."""
    singular, _, plural = words.partition(",")
    return french.counted(number, singular, plural or None)


@register.filter
def short_day(date: dt.date) -> str:
    """Write a day as « 12 août »."""
    number = "1er" if date.day == 1 else str(date.day)
    return f"{number}{french.NO_BREAK}{french.MONTHS[date.month - 1]}"


@register.filter
def passage_rank(visit_number: int) -> str:
    """Write « 1er passage » or « 2e passage »."""
    return f"{ORDINALS[visit_number]}{french.NO_BREAK}passage"
