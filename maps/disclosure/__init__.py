"""Figures that single nobody out: what may be published of counts, and what must be left out for it.

A task publishes, within one transaction::

    publication, ledger = publish(Table(measure=…, unit=Unit.HOMES, axes=…, counts=…), read_ledger(kept))
    kept = write_ledger(ledger)

and a page shows ``publication[sector, period]``, a number or ``SUPPRESSED``. The pieces of ground that several
cuts leave (``sectors.coverage.find_pieces``) are the leaves of the axis ``"ground"``; ``Ledger.split`` says in
them what was published by the former cut.
"""

from maps.disclosure.errors import CountsRefused, DisclosureError, LeavesUnknown, NotProven
from maps.disclosure.figures import SUPPRESSED, Figure, Publication, Suppressed, Table, Unit, ratio
from maps.disclosure.keeping import read_ledger, write_ledger
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
    "read_ledger",
    "write_ledger",
]
