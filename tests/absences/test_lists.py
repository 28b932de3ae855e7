import datetime as dt
import json
import re

import pytest

from absences.importers.lists import TARGETS
from absences.models import Absence
from tests.absences.entered import (
    FIRST,
    HEADINGS,
    SECOND,
    as_csv,
    columns_of,
    enter,
    send_file,
    verify,
)
from tests.absences.reading import words


@pytest.mark.django_db
def test_a_file_is_matched_previewed_and_kept_nowhere(desk):
    page = send_file(desk, as_csv(HEADINGS, FIRST, SECOND))

    assert "2 lignes lues" in words(page).replace("\u00a0", " ")
    assert "Zoé Canari" in words(page)
    assert 'value="3" selected' in page.content.decode()
    assert Absence.objects.count() == 4


@pytest.mark.django_db
def test_a_list_is_entered_whole(desk, town):
    answer = enter(desk, FIRST, SECOND)

    assert answer.status_code == 302
    made = Absence.objects.exclude(pk__in=[each.pk for each in town.absences])
    assert set(made.values_list("address", "animals", "last_day")) == {
        (town.addresses[0].pk, "none", dt.date(2026, 9, 15)),
        (town.addresses[1].pk, "unknown", dt.date(2026, 9, 20)),
    }
    assert "canari" not in words(desk.get("/accueil/")).lower()


@pytest.mark.django_db
def test_nothing_is_entered_before_its_addresses_and_sectors_were_seen(desk, town):
    town.sectors[1].perimeters.all().delete()
    elsewhere = ["13 r moulin", *SECOND[1:]]

    page = verify(desk, FIRST, elsewhere, set_aside="1", **{"import": "1"})

    told = words(page).replace("\u00a0", " ")
    assert "2 11 Rue des Lilas 1 · Les Lilas du 1er septembre au 15 septembre" in told
    assert "3 13 Rue du Moulin hors secteur du 2 septembre au 20 septembre" in told
    assert "Importer 2 absences" in told
    assert Absence.objects.count() == 4
    # What was seen was another list.
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())[1]
    other = verify(desk, FIRST, SECOND, set_aside="1", seen=seen, **{"import": "1"})
    assert other.status_code == 200
    assert Absence.objects.count() == 4
    assert enter(desk, FIRST, elsewhere, set_aside="1").status_code == 302
    assert Absence.objects.count() == 6


@pytest.mark.django_db
def test_the_example_of_the_template_is_left_aside_and_blocks_nothing(desk, town):
    headings = [target.heading for target in TARGETS]
    example = [target.example for target in TARGETS]
    own = dict(zip(headings, [""] * len(headings), strict=True))
    own |= dict(
        zip(("Adresse", "Premier jour", "Dernier jour", "Nom et prénom", "Téléphone"), FIRST, strict=False)
    )

    alone = words(verify(desk, example, headings=headings))
    both = enter(desk, example, list(own.values()), headings=headings)

    assert "La ligne 2 est l'exemple du modèle : elle est laissée de côté." in alone
    assert "Cette liste n'a que l'exemple du modèle." in alone
    assert both.status_code == 302
    assert Absence.objects.count() == 5


@pytest.mark.django_db
def test_numbers_get_back_the_zero_that_a_spreadsheet_took(desk, town):
    answer = enter(desk, [*FIRST[:4], "639980011", *FIRST[5:]], [*SECOND[:4], "6 39 98 00 12", *SECOND[5:]])

    home = words(desk.get(answer.url)).replace("\u00a0", " ")
    assert "Le tableur avait ôté le premier zéro de 2 numéros de téléphone" in home
    made = Absence.objects.exclude(pk__in=[each.pk for each in town.absences]).get(address=town.addresses[0])
    assert "0639980011" in words(desk.post(f"/logements/{made.pk}/devoiler/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (
            ["12 rue du Moulin", "31/02/2026", *SECOND[2:]],
            "Ligne 3, colonne « Date de départ » : « 31/02/2026 » n'est pas une date. Écrivez le jour, le mois",
        ),
        (
            ["12 rue du Moulin", *SECOND[1:3], "", *SECOND[4:]],
            "Ligne 3, colonne « NOM Prénom » : Cette case est vide. Remplissez-la, ou ôtez la ligne.",
        ),
        (["1 rue de nulle part ailleurs", *SECOND[1:]], "Ligne 3, colonne « Adresse » : Aucune adresse"),
        (
            ["rue du Moulin", *SECOND[1:]],
            (
                "Ligne 3, colonne « Adresse » : Plusieurs adresses sont possibles. Écrivez l'adresse exacte "
                "(12 Rue du Moulin, 13 Rue du Moulin), ou ôtez la ligne."
            ),
        ),
        (
            ["10 rue du Moulin", *SECOND[1:]],
            (
                "Ligne 3, colonne « Adresse » : Rue du Moulin : la base d'adresses n'a pas de n° 10. "
                "Écrivez l'adresse exacte (12 Rue du Moulin, 13 Rue du Moulin), ou ôtez la ligne."
            ),
        ),
        (
            ["12 rue du Moulin, 69001 Lyon", *SECOND[1:]],
            "Ligne 3, colonne « Adresse » : « Lyon » n'est pas la commune de ce site, Valmont-sur-Rhône.",
        ),
        (
            [*SECOND[:4], "", *SECOND[5:]],
            "Ligne 3, colonnes « Tél. » et « Courriel » : Donnez un téléphone ou une adresse électronique.",
        ),
        (
            [*SECOND[:4], "06 39 98 00 1", *SECOND[5:]],
            "Ligne 3, colonne « Tél. » : Écrivez un numéro de dix chiffres",
        ),
        (
            [*SECOND[:5], "dragon", ""],
            "Ligne 3, colonne « Animaux » : « dragon » n'est pas un mot de la liste. Écrivez l'un de ceux-ci :",
        ),
        (
            [*SECOND[:2], "02/09/2026", *SECOND[3:]],
            (
                "Ligne 3 : L'absence dure 1 jour : le dispositif commence d'ordinaire à 3 jours. Corrigez "
                "la ligne, ou cochez « Accepter les absences hors des limites habituelles ou hors secteur »."
            ),
        ),
        (FIRST, "Ligne 3 : Même adresse que la ligne 2, pour des jours communs. Ôtez la ligne ; s'il s'agit"),
    ],
)
def test_one_wrong_line_is_told_and_nothing_of_the_list_is_entered(desk, second, problem):
    answer = enter(desk, FIRST, second)

    assert problem in words(answer).replace("\u00a0", " ")
    assert "Rien n'est importé" in words(answer)
    assert Absence.objects.count() == 4


@pytest.mark.django_db
def test_a_line_that_is_declared_already_is_told_with_its_record_beside_what_else_is_wrong(desk, town):
    enter(desk, FIRST)
    made = Absence.objects.exclude(pk__in=[each.pk for each in town.absences]).get()

    told = words(verify(desk, FIRST, ["12 rue du Moulin", "31/02/2026", *SECOND[2:]])).replace("\u00a0", " ")

    assert f"(fiche n° {made.pk}). Ôtez la ligne" in told
    assert "Ligne 3, colonne « Date de départ » : « 31/02/2026 » n'est pas une date." in told
    assert told.index("Ligne 2") < told.index("Ligne 3, colonne")


@pytest.mark.django_db
def test_a_list_whose_headings_say_nothing_is_no_example_of_the_template(desk):
    told = words(send_file(desk, as_csv(["Endroit", "Colonne B", "C", "D"], FIRST[:4]))).replace("\u00a0", " ")

    assert "1 ligne lue" in told
    assert "Aucun titre de colonne n'est reconnu." in told
    assert "l'exemple du modèle" not in told


@pytest.mark.django_db
def test_hours_vehicles_and_people_of_a_list_are_kept_as_if_they_were_typed(desk, town):
    headings = ["Adresse", "Du", "Au", "Nom", "Téléphone", "Véhicules laissés", "Où sont les véhicules"]
    headings += ["Passages à partir de", "Passages jusqu'à", "Personnes autorisées"]
    headings += [
        "Passages souhaités",
        "Moment préféré",
        "Lampes sur minuterie",
        "Veille",
        "Vérifié par",
        "Vérifié le",
    ]
    people = "Rose Jardin, Ménage ou jardin, mercredi et samedi / Ali Proche, du 02/09/2026 au 05/09/26"
    people += "/Luc Voisin, voisin, jusqu'au 04/09/2026 / Zoé Artisan, artisan, le 07/09/2026"
    row = [*FIRST[:5], "2", "dans la cour ou le jardin", "18h30", "22 h", people]
    row += ["deux par semaine", "Plutôt la nuit", "oui", "oui", "mairie", "10/08/2026"]

    answer = enter(desk, row, headings=headings)

    assert answer.status_code == 302, words(answer)
    made = Absence.objects.exclude(pk__in=[each.pk for each in town.absences]).get()
    hours = made.allowed_hours.get()
    assert (made.vehicles_left, made.vehicles_place) == (2, "yard")
    assert (hours.opens, hours.closes) == (dt.time(18, 30), dt.time(22))
    assert (made.passages_per_week, made.preferred_time, made.has_lights_on_timers) == (2, "night", True)
    assert (made.may_be_watched, made.seen_by, made.seen_on) == (True, "town_hall", dt.date(2026, 8, 10))
    september = {day: dt.date(2026, 9, day) for day in (2, 4, 5, 7)}
    assert set(made.allowed_people.values_list("relation", "first_day", "last_day")) == {
        ("upkeep", None, None),
        ("family", september[2], september[5]),
        ("neighbour", None, september[4]),
        ("works", september[7], september[7]),
    }
    assert made.allowed_people.get(relation="upkeep").weekdays == [2, 5]
    assert "Rose Jardin" in words(desk.post(f"/logements/{made.pk}/devoiler/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("people", "problem"),
    [
        ("A1 / B2 / C3 / D4 / E5", "Donnez au plus 4 personnes autorisées."),
        (f"{'x' * 130}", "120"),
        ("Rose, du 05/09/2026 au 02/09/2026", "Le dernier jour vient avant le premier."),
        ("Rose, du 16/09/2026 au 18/09/2026", "Ces jours sont hors de l'absence."),
        ("Rose, jusqu'au 31/08/2026", "Ces jours sont hors de l'absence."),
    ],
)
def test_people_who_cannot_be_kept_are_told_in_their_column(desk, people, problem):
    headings = [*HEADINGS[:5], "Personnes autorisées"]
    table = json.dumps([[*headings, "1"], [*FIRST[:5], people, "2"]])

    answer = desk.post("/logements/liste/verifier/", {"table": table, **columns_of(headings)})

    told = words(answer).replace("\u00a0", " ")
    assert "Ligne 2, colonne « Personnes autorisées » :" in told
    assert problem in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "on", "problem"),
    [
        ("mairie", "", "Ligne 2, colonne « Vu le » : Dites quel jour"),
        ("", "10/08/2026", "Ligne 2, colonne « Vu par » : Dites par qui."),
        ("mairie", "13/08/2026", "Ligne 2, colonne « Vu le » : Ce jour n'est pas encore venu."),
        ("le maire", "10/08/2026", "Ligne 2, colonne « Vu par » : « le maire » n'est pas un mot de la liste."),
    ],
)
def test_a_verification_that_is_half_said_or_to_come_is_told_in_its_column(desk, by, on, problem):
    headings = [*HEADINGS[:5], "Vu par", "Vu le"]
    table = json.dumps([[*headings, "1"], [*FIRST[:5], by, on, "2"]])

    answer = desk.post("/logements/liste/verifier/", {"table": table, **columns_of(headings)})

    assert problem in words(answer).replace("\u00a0", " ")


@pytest.mark.django_db
def test_what_is_out_of_the_ordinary_is_set_aside_for_a_whole_list(desk):
    short = [*SECOND[:2], "02/09/2026", *SECOND[3:]]

    assert enter(desk, FIRST, short, set_aside="1").status_code == 302
    assert Absence.objects.count() == 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table", ["", "[]", "{}", '[["a"]]', '[["a", "1"], ["b", "x"]]', '[["a", "1"], [3, "2"]]']
)
def test_a_table_that_comes_back_changed_is_asked_for_again(desk, table):
    assert enter(desk, table=table).headers["Location"] == "/logements/liste/"


@pytest.mark.django_db
def test_national_police_does_not_import(national_desk):
    assert national_desk.get("/logements/liste/").status_code == 404
    assert national_desk.get("/logements/liste/modele.csv").status_code == 404
