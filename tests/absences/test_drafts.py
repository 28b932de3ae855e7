"""What was typed of a declaration, kept until it is sent or thrown away."""

import pytest

from absences.models import Draft
from tests.absences.declarations import PAGE, declare
from tests.absences.reading import filled, words

pytestmark = pytest.mark.django_db


def test_what_was_typed_is_kept_as_a_draft_for_its_author_alone(desk, national_desk, town):
    assert desk.post("/logements/brouillon/", filled(name="Zoé Canari")).status_code == 204
    waiting = words(desk.get(PAGE))
    resumed = desk.post("/logements/brouillon/reprendre/").content.decode()

    assert "Un brouillon vous attend" in waiting
    assert "Zoé" not in waiting
    assert 'value="Zoé Canari"' in resumed
    assert 'value="Rose Jardin"' in resumed
    assert "À corriger" not in resumed
    draft = Draft.objects.get()
    assert draft.dies_in == "2026-W34"  # 12 August and 7 days: the 19th, in the week of Monday 17
    assert national_desk.post("/logements/brouillon/").status_code == 404


def test_a_draft_goes_when_it_is_sent_or_thrown_away(desk):
    desk.post("/logements/brouillon/", filled())
    declare(desk)
    assert Draft.objects.count() == 0

    desk.post(PAGE, {**filled(), "keep": "1"})
    assert Draft.objects.count() == 1
    desk.post("/logements/brouillon/jeter/")
    assert Draft.objects.count() == 0


def test_a_draft_longer_than_any_declaration_is_refused_and_the_former_one_stays(desk):
    desk.post("/logements/brouillon/", filled(name="Zoé Canari"))

    assert desk.post("/logements/brouillon/", filled(name="x" * 9000)).status_code == 413
    assert 'value="Zoé Canari"' in desk.post("/logements/brouillon/reprendre/").content.decode()
