"""What the page of a day tells of rounds and of what was left out, beside the plain rows."""

import pytest
from django.test import Client

from patrols.models import Leg, Omission, Route, RouteBreak, Stop
from tests.builders import at, build_stay
from tests.maps.reading import PAGE, rows_of_crew, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]


def test_before_a_door_that_opens_long_after_a_crew_is_free_where_it_was(client: Client, planned):
    # It leaves the second stop at 18 h 25, five minutes away from the third.
    Leg.objects.filter(route__shift__crew__name="Alpha", order=2).update(duration_s=300)
    third = Stop.objects.filter(route__shift__crew__name="Alpha", order=3)
    third.update(arrives_at=at(18, 30), starts_at=at(21), leaves_at=at(21, 5))

    page = client.get(PAGE)

    assert "libre de 18 h 25 à 20 h 55, puis 5 min de trajet" in rows_of_crew(page, "Alpha")[3]
    assert "attend jusqu" not in words(page)


def test_a_stay_stands_at_its_hour_between_stops_without_a_number_and_is_not_free(client: Client, planned):
    # It leaves the second stop at 18 h 25, and the third is five minutes away; its door opens at 21 h.
    Leg.objects.filter(route__shift__crew__name="Alpha", order=2).update(duration_s=300)
    Stop.objects.filter(route__shift__crew__name="Alpha", order=3).update(
        arrives_at=at(20, 55), starts_at=at(21), leaves_at=at(21, 5)
    )
    build_stay(Route.objects.get(shift__crew__name="Alpha"), after_stop=2, arrives_at=at(18, 27))

    page = client.get(PAGE)

    rows = rows_of_crew(page, "Alpha")
    assert [row.split(" ")[0] for row in rows[:5]] == ["18", "1", "2", "18", "3"]
    assert rows[3] == "18 h 27 Présence rue du Moulin, jusqu'à 18 h 37"
    assert "libre de 18 h 25 à 20 h 55, présence de 10 min comprise, et 5 min de trajet" in rows[4]
    assert "Logements 3" in words(page)


def test_a_crew_without_passage_that_is_given_a_stay_has_a_round(client: Client, planned):
    bravo = Route.objects.get(shift__crew__name="Bravo")
    build_stay(bravo, after_stop=0, arrives_at=at(18, 10))

    page = client.get(PAGE)

    assert rows_of_crew(page, "Bravo")[1] == "18 h 10 Présence rue du Moulin, jusqu'à 18 h 20"
    assert "reste à disposition" not in words(page)


def test_a_round_ends_after_the_pause_that_is_taken_at_the_depot(client: Client, planned):
    # Back at 18 h 50, with a pause until 19 h 05.
    RouteBreak.objects.filter(route__shift__crew__name="Alpha").update(after_stop=3, starts_at=at(18, 50))

    page = words(client.get(PAGE))

    assert "Tournée 18 h – 19 h 05" in page
    assert "18 h 50 Retour : Poste de police 18 h 50 Pause de 15 min, de retour" in page


def test_before_a_return_that_waits_for_the_pause_at_the_depot_a_crew_is_free_where_it_was(
    client: Client, planned
):
    # It leaves the third stop at 18 h 40, five minutes from the depot, where its pause begins at 20 h.
    Leg.objects.filter(route__shift__crew__name="Alpha", order=3).update(duration_s=300)
    RouteBreak.objects.filter(route__shift__crew__name="Alpha").update(after_stop=3, starts_at=at(20))
    Route.objects.filter(shift__crew__name="Alpha").update(ends_at=at(20, 15))

    page = words(client.get(PAGE))

    assert "20 h Retour : Poste de police libre de 18 h 40 à 19 h 55, puis 5 min de trajet 20 h Pause" in page


def test_what_would_give_its_place_is_named_and_one_place_is_not_promised_to_several(client: Client, planned):
    stop = Stop.objects.get(route__shift__crew__name="Alpha", order=3)
    advice = {"kind": "replace", "visit": f"{stop.absence_id}/1", "absence": stop.absence_id}
    told = "Il tiendrait à la place de l'arrêt 3 de l'équipage Alpha."
    Omission.objects.update(remedy=advice, sentence=told, reason="no_time_left")

    assert f"{told[:-1]} (13 Rue du Moulin). " in words(client.get(PAGE))

    omission = Omission.objects.get()
    omission.pk, omission.visit_number = None, 2
    omission.save()
    assert words(client.get(PAGE)).count("il ne vaut que pour l'un des deux") == 2
