"""How many homes stand empty inside an area, for whom the policy lets know it."""

import datetime as dt

from django.contrib.gis.geos import MultiPolygon

from absences.models import Absence
from accounts.person import Person
from accounts.rights import Reach


def count_vacant_inside(area: MultiPolygon, day: dt.date, *, by: Person) -> int | None:
    """Count the homes that are vacant on a day inside an area.

    Returns
    -------
    int or None
        None for whoever may not know of every vacant home of the commune: the walls would let them count less,
        and a smaller number would be taken for the number.
    """
    if Reach.COMMUNE not in by.reach_of("absence.exists_in_list"):
        return None
    return Absence.objects.listed().vacant_on(day).filter(commune=by.commune, point__coveredby=area).count()
