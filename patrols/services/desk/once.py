"""One form, one row: whoever sends the same form twice finds what the first sending wrote."""

from uuid import UUID

from django.db import connection


def take_turn(reference: UUID) -> None:
    """Let sendings of one form go one after the other, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('patrols_desk'), hashtext(%s))", [str(reference)])
