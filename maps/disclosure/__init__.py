"""Figures that single nobody out: what may be published of counts, and what must be left out for it."""

from maps.disclosure.errors import CountsRefused, DisclosureError, LeavesUnknown, NotProven
from maps.disclosure.figures import SUPPRESSED, Figure, Publication, Suppressed, Table, Unit, ratio
from maps.disclosure.ledger import Ledger
from maps.disclosure.suppression import publish

__all__ = [
    "SUPPRESSED",
    "CountsRefused",
    "DisclosureError",
    "Figure",
    "LeavesUnknown",
    "Ledger",
    "NotProven",
    "Publication",
    "Suppressed",
    "Table",
    "Unit",
    "publish",
    "ratio",
]
