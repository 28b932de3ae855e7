"""Where an import leads: to the records that it made, and to no others."""

import pytest

from absences.models import Absence
from accounts.models import AuditEntry
from tests.absences.entered import FIRST, SECOND, enter
from tests.absences.reading import words

pytestmark = pytest.mark.django_db


def test_an_import_leads_to_the_records_that_it_made(desk, town):
    answer = enter(desk, FIRST, SECOND)

    page = desk.get(answer.url)
    made = Absence.objects.exclude(pk__in=[each.pk for each in town.absences])
    told = words(page).replace("\u00a0", " ")
    assert "Liste importée : 2 absences." in told
    assert "11 Rue des Lilas du 1er septembre au 15 septembre" in told
    assert all(f'href="/logements/{absence.pk}/"' in page.content.decode() for absence in made)
    assert AuditEntry.objects.filter(action="absence.address").latest("pk").ids == [str(each.pk) for each in made]


def test_what_was_entered_is_shown_where_it_is_asked_for_alone(desk, town):
    enter(desk, FIRST)

    assert "11 Rue des Lilas" not in words(desk.get("/logements/liste/"))


def test_nothing_is_shown_to_who_entered_nothing(desk, town):
    assert "Ajoutées" not in words(desk.get("/logements/liste/?ajoutees=oui"))
