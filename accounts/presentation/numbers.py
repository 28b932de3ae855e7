"""Numbers as French writes them."""

from django.utils.formats import number_format


def grouped(number: int) -> str:
    """Write a whole number by groups of three digits: « 1 957 », its spaces unbreakable."""
    return str(number_format(number, force_grouping=True))
