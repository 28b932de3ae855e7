"""Who is in the crew of a shift: the members by identifier, as far as the walls tell them."""

from collections.abc import Iterable, Mapping

from django.db import connection

from accounts import audit
from accounts.audit import Reason
from patrols.models import Shift


def read_members(shifts: Iterable[Shift]) -> Mapping[int, list[str]]:
    """Return the identifiers of the members of some shifts' crews, by the key of the shift, with their trace.

    Parameters
    ----------
    shifts
        Shifts that whoever asks is shown; those whose members the walls do not tell are left out.
    """
    members = _read(shifts)
    audit.record("route.crew_members", kind=Shift, subjects=members, reason=Reason.PATROL)
    return members


def find_unmanned(shifts: Iterable[Shift]) -> list[Shift]:
    """Return the shifts with nobody in their crew, to whoever reads the members of all; it names nobody."""
    of_day = list(shifts)
    members = _read(of_day)
    return [shift for shift in of_day if shift.pk not in members]


def _read(shifts: Iterable[Shift]) -> dict[int, list[str]]:
    keys = [shift.pk for shift in shifts]
    with connection.cursor() as cursor:
        cursor.execute("SELECT shift_id, login FROM walls.crew_members(%s)", [keys])
        rows = cursor.fetchall()
    members: dict[int, list[str]] = {}
    for key, login in rows:
        members.setdefault(key, []).append(login)
    return members
