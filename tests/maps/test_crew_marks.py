import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.crew_marks import CREW_STYLES, choose_letters, read_crew_marks
from maps.exports.round_map import draw_round
from maps.folium_map.plan_map import render_plan
from maps.round_reading import read_round
from patrols.models import Crew, Route
from tests.builders import at, build_plan, build_town


def test_the_letter_is_the_initial_of_the_last_word_or_else_another_of_the_name():
    # Velo wants V, which Ville has taken: P, the initial of its first word, is free.
    assert choose_letters(["PM Alpha", "PM Ville", "PM Vélo", "PM Îlot"]) == ["A", "V", "P", "I"]


def test_a_name_without_a_letter_gets_one():
    assert choose_letters(["12", "34"]) == ["A", "B"]


@given(st.lists(st.text(max_size=12), max_size=26))
def test_no_two_of_twenty_six_crews_have_the_same_letter(names):
    letters = choose_letters(names)
    assert len(set(letters)) == len(names)


def test_the_eight_styles_differ_by_colour_by_shape_and_by_dash():
    assert len({style.colour for style in CREW_STYLES}) == 8
    assert len({style.outline for style in CREW_STYLES}) == 8
    assert len({style.dash for style in CREW_STYLES}) == 8


def test_a_dash_grows_with_its_line():
    # Style 2 is 2.2 widths drawn and 1.4 left: 8.8 and 5.6 for a line of 4.
    assert CREW_STYLES[1].dash_for(4) == "8.8 5.6"
    assert CREW_STYLES[0].dash_for(4) == ""


@pytest.mark.django_db
def test_the_ninth_crew_has_the_style_of_the_first_and_a_letter_of_its_own():
    town = build_town()
    Crew.objects.bulk_create(
        Crew(commune=town.commune, name=f"Zoulou {number}", mode="car", service="municipal") for number in range(7)
    )
    marks = list(read_crew_marks(town.commune).values())
    assert marks[8].style == marks[0].style
    assert len({mark.letter for mark in marks}) == 9


@pytest.mark.django_db
def test_a_crew_is_marked_alike_on_the_site_the_map_in_one_file_and_the_road_sheet(client, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(17))
    plan = build_plan(build_town())
    alpha = Route.objects.get(plan=plan, shift__crew__name="Alpha")
    mark = read_round(alpha).mark

    page = client.get("/jour/?jour=2026-08-12").content.decode()
    card = re.search(r'<article[^>]*aria-labelledby="[^"]*".*?</h2>', page, re.DOTALL)
    on_paper = draw_round(read_round(alpha), width_mm=100, height_mm=100)

    assert card is not None
    assert f'data-style="{mark.style.number}" data-letter="{mark.letter}"' in card[0]
    assert f'<path d="{mark.style.outline}"/>' in page
    for drawing in (render_plan(plan), on_paper):
        assert mark.style.outline in drawing
        assert mark.style.colour in drawing
