"""Lists that are shown page by page; which page is in the address, where anything may stand."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

# Digits of a page's number that are read: no list is longer, and larger numbers are slow to read.
LONGEST_NUMBER = 9


def read_page(rows: QuerySet[Any] | Sequence[Any], asked: str, *, size: int) -> Page[Any]:
    """Return the page asked for: the first for what is no number from 1 on, the last for what lies beyond."""
    paginator = Paginator(rows, size)
    number = int(asked[:LONGEST_NUMBER]) if asked.isdecimal() else 1
    return paginator.page(min(max(number, 1), paginator.num_pages))
