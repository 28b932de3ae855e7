"""A home declared as the desk does it."""

from absences.models import Absence
from tests.absences.reading import filled, words

PAGE = "/logements/declarer/"


def declare(desk, **changes) -> Absence:
    known = set(Absence.objects.values_list("pk", flat=True))
    answer = desk.post(PAGE, filled(**changes))
    assert answer.status_code == 302, words(answer)
    return Absence.objects.exclude(pk__in=known).get()
