"""Receipts of what phones sent: taken once for a crew and an identifier, read again for whoever sends twice."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import connection

from patrols.models import Receipt, RefusedEntry
from patrols.services.phone.entries import Entry

# In one order, so that two phones of a crew never wait for each other both ways.
TAKE = """
    INSERT INTO patrols_receipt (crew_id, reference, content_sha256, outcome, reason, received_at)
    SELECT crew, reference, sha256, 'recorded', '', now()
      FROM unnest(%s::bigint[], %s::uuid[], %s::text[]) AS sent (crew, reference, sha256)
     ORDER BY crew, reference
        ON CONFLICT DO NOTHING
    RETURNING id, crew_id, reference
"""
Key = tuple[int, UUID]
Told = Mapping[Key, Receipt]


def key_of(entry: Entry) -> Key:
    """What an entry is known by: its crew and its identifier."""
    return (entry.crew, entry.reference)


def take(entries: Sequence[Entry]) -> dict[Key, int]:
    """Take the receipts that nobody has, and return their keys: whoever holds one writes what the entry says.

    Whoever sends the same entry at the same moment waits here until the other's transaction is over.
    """
    if not entries:
        return {}
    columns = ([e.crew for e in entries], [e.reference for e in entries], [e.sha256 for e in entries])
    with connection.cursor() as cursor:
        cursor.execute(TAKE, columns)
        return {(crew, reference): key for key, crew, reference in cursor.fetchall()}


def read(crews: Collection[int], references: Collection[UUID]) -> dict[Key, Receipt]:
    """Read what became of entries of some crews."""
    rows = Receipt.objects.filter(crew__in=crews, reference__in=references)
    return {(row.crew_id, row.reference): row for row in rows}


def settle(
    fresh: Mapping[Key, int], *, passages: Mapping[Key, int], refused: Mapping[Key, RefusedEntry.Reason]
) -> None:
    """Write into fresh receipts which passage they led to, or why they led to none."""
    rows = [
        Receipt(
            pk=fresh[key],
            passage_id=passages.get(key),
            outcome=Receipt.Outcome.REFUSED if key in refused else Receipt.Outcome.RECORDED,
            reason=refused.get(key, ""),
        )
        for key in fresh
        if key in passages or key in refused
    ]
    Receipt.objects.bulk_update(rows, ["passage", "outcome", "reason"])
