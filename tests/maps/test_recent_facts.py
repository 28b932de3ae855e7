"""What the page of a day says of the break-ins that its plan counted."""

import html
import re

import pytest
from django.test import Client

from patrols.models import Omission, Plan, RiskSurface, Route, Stop
from tests.builders import CORNER, STATION, at, build_stay
from tests.maps.reading import PAGE, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]

THE_BOX = re.compile(r'<input type="checkbox" name="weighs_facts"[^>]*>')
NO_STAY = "Sans présence, aucun équipage n'en ayant le temps :"


def count_facts(planned, **told) -> RiskSurface:
    """Let the plan have counted three break-ins near the first and the fourth home, the one left out."""
    first, fourth = planned.absences[0].pk, planned.absences[3].pk
    weighed = {"facts": 3, "factors": {str(first): 1.25, str(fourth): 1.64}, "is_compared": True}
    return RiskSurface.objects.create(plan=Plan.objects.get(), **{**weighed, **told})


def told_at(client: Client, url: str = PAGE) -> str:
    return words(client.get(url))


def streets_without_stay(client: Client) -> list[str]:
    """The streets of the last list of the box."""
    box = client.get(PAGE).content.decode().split('id="effractions"')[1].split("</details>")[0]
    _, _, streets = html.unescape(box).partition(NO_STAY)
    return re.findall("<li>(.*?)</li>", streets)


def test_the_box_is_off_with_its_terms_and_on_where_the_plan_shown_counted(client: Client, planned):
    page = client.get(PAGE)
    assert "checked" not in THE_BOX.search(page.content.decode())[0]
    assert (
        "À moins de 300 m d'une effraction signalée depuis 14 jours, priorité multipliée par 2 au plus. "
        "Présences de 10 min à 15 min dans le temps qui reste : aucun passage ne bouge pour elles, et leur heure "
        "ne suit pas celle des effractions."
    ) in words(page)

    count_facts(planned)

    assert "checked" in THE_BOX.search(client.get(PAGE).content.decode())[0]


def test_a_plan_that_did_not_count_them_says_nothing_of_them(client: Client, planned):
    assert "Effractions récentes" not in told_at(client)


def test_homes_that_came_in_and_went_out_are_named_and_lead_to_their_rows(client: Client, planned):
    first, fourth = planned.absences[0], planned.absences[3]
    count_facts(planned, brought_in=[first.pk], left_out=[fourth.pk])

    page = client.get(PAGE)

    told = words(page)
    assert "Effractions récentes · 3 signalées · 2 logements plus prioritaires" in told
    assert "la priorité est multipliée : 14 Rue des Lilas · ×1,64 11 Rue des Lilas · ×1,25" in told
    assert "Ont un passage de plus que sans elles : 11 Rue des Lilas" in told
    assert "Ont un passage de moins que sans elles : 14 Rue des Lilas" in told
    links = html.unescape(page.content.decode()).split('id="effractions"')[1].split("</details>")[0]
    stop, omission = Stop.objects.get(order=1), Omission.objects.get()
    of_first, of_fourth = (f"arret-{stop.pk}", f"{first.pk}-1"), (f"ecarte-{omission.pk}", f"{fourth.pk}-1")
    found = re.findall(r'href="#([^"]+)" data-show="([^"]+)"', links)
    assert found == [of_fourth, of_first, of_first, of_fourth]


def test_a_home_that_the_page_tells_nothing_of_is_not_named(client: Client, planned):
    count_facts(planned, left_out=[planned.absences[3].pk])
    Omission.objects.all().delete()

    told = told_at(client)

    assert "de moins que sans elles" not in told
    assert "avec et sans elles" not in told


@pytest.mark.parametrize(
    ("weighed", "is_complete", "sentence"),
    [
        ({}, False, "Au calcul, chaque logement avait les mêmes passages avec et sans elles."),
        ({}, True, "Tous les passages attendus sont dans le plan, avec et sans elles."),
        ({"is_compared": False}, False, "Leur effet sur les passages n'est pas connu"),
        ({"factors": {}, "is_compared": False}, False, "Aucun logement du jour n'est à moins de 300 m"),
        ({"facts": 0, "factors": {}, "is_compared": False}, False, "aucune signalée depuis 14 jours"),
    ],
)
def test_what_counting_them_changed_is_said_as_it_is(client: Client, planned, weighed, is_complete, sentence):
    if is_complete:
        Omission.objects.all().delete()
    count_facts(planned, **weighed)

    assert sentence in told_at(client)


def test_a_street_for_which_no_crew_has_the_time_is_told(client: Client, planned):
    spots = [
        {"point": list(point), "street": street, "facts": 2, "weight": 1.5}
        for point, street in ((CORNER, "Rue du Moulin"), (STATION, "Avenue de la Gare"))
    ]
    count_facts(planned, spots=spots)
    build_stay(Route.objects.get(shift__crew__name="Alpha"), after_stop=2, arrives_at=at(18, 26))

    assert streets_without_stay(client) == ["Avenue de la Gare"]
    told = told_at(client)
    assert "2 logements plus prioritaires · 1 présence" in told
    assert "Présences là où plusieurs sont proches : 18 h 26 Alpha, rue du Moulin" in told

    build_stay(Route.objects.get(shift__crew__name="Bravo"), after_stop=0, arrives_at=at(19))
    Route.objects.get(shift__crew__name="Bravo").stays.update(point=Route.objects.first().shift.start_depot.point)

    assert streets_without_stay(client) == []


def test_the_detail_of_a_passage_says_what_multiplied_its_priority(client: Client, planned):
    stop, omission = Stop.objects.get(order=1), Omission.objects.get()
    reason = "effraction signalée à moins de 300 m il y a moins de 14 jours"
    addresses = [f"/arrets/{stop.pk}/detail", f"/ecartes/{omission.pk}/detail"]
    assert [reason in told_at(client, each) for each in addresses] == [False, False]

    count_facts(planned)

    assert f"Priorité 10,0 ×1,25 : {reason}" in told_at(client, addresses[0])
    assert f"Priorité 5,0 ×1,64 : {reason}" in told_at(client, addresses[1])
    second = Stop.objects.get(order=2)
    assert reason not in told_at(client, f"/arrets/{second.pk}/detail")
