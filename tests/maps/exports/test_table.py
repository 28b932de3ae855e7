import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.exports import table
from tests.builders import at, build_stay


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_begins_with_the_mark_that_excel_looks_for(alpha):
    assert table.render_route(alpha).startswith(b"\xef\xbb\xbf")


def test_each_step_is_a_line_in_order(alpha):
    lines = lines_of(table.render_route(alpha))
    assert [line["Étape"] for line in lines] == ["Départ", "Passage", "Passage", "Passage", "Pause", "Retour"]
    assert [line["Ordre"] for line in lines] == ["", "1", "2", "3", "", ""]


def test_a_stay_is_a_line_between_passages(alpha):
    build_stay(alpha, after_stop=2, arrives_at=at(18, 26))
    stay = lines_of(table.render_route(alpha))[3]
    assert (stay["Étape"], stay["Ordre"], stay["Arrivée prévue"]) == ("Présence", "", "18:26")
    assert (stay["Départ prévu"], stay["Adresse"]) == ("18:36", "Rue du Moulin")


# Leg 2 of the builder: 1 000 m in 300 s, that is 1,00 km and 5,0 min; 300 s on site are 5,0 min.
def test_a_passage_reads_back_as_it_was_planned(alpha):
    second = lines_of(table.render_route(alpha))[2]
    assert second == {
        "Étape": "Passage",
        "Ordre": "2",
        "Date": "12/08/2026",
        "Arrivée prévue": "18:20",
        "Départ prévu": "18:25",
        "Adresse": "12 Rue du Moulin",
        "Code postal": "26000",
        "Commune": "Valmont-sur-Rhône",
        "Logement": "Maison",
        "Passage du jour": "1",
        "Heures permises": "18 h – 21 h",
        "Durée sur place (min)": "5,0",
        "Trajet depuis l'étape précédente (km)": "1,00",
        "Trajet depuis l'étape précédente (min)": "5,0",
        "Rues": "Avenue de la Gare, Rue des Lilas",
        "Longitude": "4,886000",
        "Latitude": "44,936000",
    }


def test_a_crew_that_stays_leaves_and_comes_back(bravo):
    assert [line["Étape"] for line in lines_of(table.render_route(bravo))] == ["Départ", "Retour"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_name_that_a_spreadsheet_would_run_is_made_text(alpha, town, start):
    town.depot.name = f'{start}HYPERLINK("http://exemple.invalid";"ici")'
    town.depot.save()
    assert lines_of(table.render_route(alpha))[0]["Adresse"].startswith("'")


@given(st.text(max_size=30))
def test_no_neutralised_text_begins_like_a_formula(text):
    assert not table.neutralised(text).startswith(table.FORMULA_STARTS)


@given(st.text(max_size=30))
def test_neutralising_changes_nothing_but_the_first_character(text):
    assert table.neutralised(text) in (text, f"'{text}")


def test_separators_and_quotes_in_a_name_read_back(alpha, town):
    town.addresses[0].street_name = 'Rue "des; Lilas"\nbis'
    town.addresses[0].save()
    assert lines_of(table.render_route(alpha))[1]["Adresse"] == '11 Rue "des; Lilas"\nbis'


def test_a_pause_at_the_depot_comes_after_the_return_and_says_where(alpha):
    alpha.breaks.update(starts_at=at(18, 50))

    *_, back, pause = lines_of(table.render_route(alpha))

    assert (back["Étape"], back["Arrivée prévue"]) == ("Retour", "18:50")
    assert (pause["Étape"], pause["Arrivée prévue"], pause["Départ prévu"]) == ("Pause", "18:50", "19:05")
    assert pause["Adresse"] == "Poste de police"
