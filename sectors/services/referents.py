"""How many of the mandates of a sector are held; who holds them is told elsewhere, to few."""

from django.db import connection

# What the agreements ask of a sector.
MANDATES = 2
REFERENTS = "SELECT sector_id, referents FROM walls.referents_by_sector()"


def count_referents() -> dict[int, int]:
    """Return how many référents each sector of the commune has today, for whoever holds a role there."""
    with connection.cursor() as cursor:
        cursor.execute(REFERENTS)
        return dict(cursor.fetchall())
