"""Pieces of page that need a little thought: the heading of a sorted column, numbers by groups of three."""

from typing import Any

from django import template

from accounts.presentation.numbers import grouped
from accounts.presentation.tables import Column, Sorting

register = template.Library()
register.filter(grouped)


@register.inclusion_tag("ronde/sort_heading.html", takes_context=True)
def sort_heading(context: dict[str, Any], column: Column, sorting: Sorting) -> dict[str, Any]:
    """Draw ``<th>`` with a link that sorts by the column and keeps the rest of the address."""
    return {
        "request": context["request"],
        "label": column.label,
        "is_number": column.is_number,
        "order": sorting.aria_sort(column),
        "next": sorting.next_key(column),
    }
