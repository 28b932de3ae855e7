"""Note a meeting of a sector, keep its minutes, take it back, and tell when each sector met last."""

import datetime as dt
import hashlib

from django.db import IntegrityError, connection, transaction

from accounts import audit
from sectors.errors import MeetingTaken
from sectors.models import Meeting, Minutes, Sector
from sectors.pdf_files import check_pdf

LAST = "SELECT sector_id, held_on FROM walls.last_meetings()"


def note_meeting(
    sector: Sector, *, held_on: dt.date, place_name: str, present: int, referents_present: int
) -> Meeting:
    """Note a meeting of a sector.

    Parameters
    ----------
    held_on
        The day; a sector meets once a day.
    place_name
        A public place, at most 80 characters.
    present, referents_present
        How many came in all, and how many référents of the sector among them: two at most.

    Raises
    ------
    MeetingTaken
        When one is noted on that day.
    """
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                sector=sector,
                held_on=held_on,
                place_name=place_name,
                present=present,
                referents_present=referents_present,
            )
    except IntegrityError as error:
        raise MeetingTaken(sector) from error
    audit.record("meeting.note", subjects=[meeting])
    return meeting


def remove_meeting(meeting: Meeting) -> None:
    """Take back a meeting that was noted by mistake."""
    with transaction.atomic():
        audit.record("meeting.remove", subjects=[meeting])
        meeting.delete()


def keep_minutes(meeting: Meeting, content: bytes) -> Minutes:
    """Keep the minutes of a meeting, in place of the former ones if there are some.

    Raises
    ------
    NotAPdf
        When it is not a PDF that may be kept; nothing is changed.
    """
    check_pdf(content)
    with transaction.atomic():
        Minutes.objects.filter(meeting=meeting).delete()
        minutes = Minutes.objects.create(
            meeting=meeting,
            content=content,
            content_sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
        )
        audit.record("meeting.keep_minutes", subjects=[meeting])
    return minutes


def read_last_meetings() -> dict[int, dt.date]:
    """Return when each sector of the commune that ever met did so last, for whoever holds a role there."""
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        return dict(cursor.fetchall())
