import datetime as dt

import pytest
from django.test import Client

from absences.models import Absence
from patrols.models import Omission, Plan, Stop
from tests.builders import at, build_passage
from tests.maps.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]


def test_a_stop_tells_its_hour_its_crew_its_home_and_its_last_passage(client: Client, planned):
    build_passage(
        absence=planned.absences[1], crew=planned.crews[0], done_at=at(10) - dt.timedelta(days=1), result="ras"
    )
    second = Stop.objects.get(order=2)

    told = words(client.get(f"/arrets/{second.pk}/detail"))

    assert "Passage prévu 18 h 20 – 18 h 25" in told
    assert "Équipage Alpha, arrêt 2 sur 3" in told
    assert "Heures permises 18 h – 21 h" in told
    assert "Secteur 1 · Les Lilas" in told
    assert "Dernier passage 11/08 à 10 h" in told


def test_a_home_left_out_tells_why(client: Client, planned):
    told = words(client.get(f"/ecartes/{Omission.objects.get().pk}/detail"))

    assert "Prolonger la vacation de l'équipage Alpha de 10 min la ferait entrer." in told
    assert "Secteur 2 · Le Moulin" in told


def test_a_home_of_a_day_without_plan_tells_its_hours_and_its_absence(client: Client, planned):
    told = words(client.get(f"/vacants/2026-08-13/{planned.absences[1].pk}/detail"))

    assert "Heures permises 18 h – 21 h" in told
    assert "Absence du 1er août au 20 août" in told


def test_a_home_with_an_anomaly_offers_the_acts_of_its_record(client: Client, planned):
    home = planned.absences[1]
    passed = build_passage(absence=home, crew=planned.crews[0], done_at=at(10), result="anomaly")

    page = client.get(f"/vacants/2026-08-12/{home.pk}/detail").content.decode()

    assert f'href="/passages/{passed.pk}/appels/"' in page
    assert f'href="/logements/{home.pk}/passage/"' in page


def test_a_home_without_anomaly_offers_no_calls(client: Client, planned):
    build_passage(absence=planned.absences[1], crew=planned.crews[0], done_at=at(10), result="ras")

    assert "Appels" not in words(client.get(f"/vacants/2026-08-12/{planned.absences[1].pk}/detail"))


def test_a_passage_is_noted_neither_before_the_absence_begins_nor_for_a_round_to_come(client: Client, planned):
    stop, home = Stop.objects.get(order=2), planned.absences[1]
    assert "Noter un passage" in words(client.get(f"/arrets/{stop.pk}/detail"))

    Plan.objects.update(day=dt.date(2026, 8, 13))
    Absence.objects.filter(pk=home.pk).update(first_day=dt.date(2026, 8, 13))

    assert "Noter un passage" not in words(client.get(f"/arrets/{stop.pk}/detail"))
    assert "Noter un passage" not in words(client.get(f"/vacants/2026-08-13/{home.pk}/detail"))
    assert "Noter un passage" not in words(client.get(f"/logements/{home.pk}/"))


def test_an_absence_called_off_before_it_began_has_no_passage_to_note(client: Client, planned):
    home = planned.absences[1]
    Absence.objects.filter(pk=home.pk).update(cancelled_at=dt.datetime(2026, 7, 31, 12, tzinfo=dt.UTC))

    assert "Noter un passage" not in words(client.get(f"/logements/{home.pk}/"))


def test_a_home_that_is_not_vacant_that_day_is_not_found(client: Client, planned):
    Absence.objects.filter(pk=planned.absences[0].pk).update(returned_on=dt.date(2026, 8, 10))

    assert client.get(f"/vacants/2026-08-13/{planned.absences[0].pk}/detail").status_code == 404


@pytest.mark.parametrize("address", ["/arrets/0/detail", "/ecartes/0/detail", "/vacants/2026-08-13/0/detail"])
def test_the_detail_of_what_does_not_exist_is_not_found(client: Client, planned, address):
    assert client.get(address).status_code == 404


def test_a_detail_is_never_kept_by_the_browser(client: Client, planned):
    addresses = [
        f"/arrets/{Stop.objects.first().pk}/detail",
        f"/ecartes/{Omission.objects.get().pk}/detail",
        f"/vacants/2026-08-13/{planned.absences[0].pk}/detail",
    ]

    answers = [client.get(address) for address in addresses]

    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)


def test_the_page_gives_the_addresses_of_the_details(client: Client, planned):
    page = client.get("/jour/?jour=2026-08-12").content.decode()

    assert 'data-detail-of-stop="/arrets/0/detail"' in page
    assert 'data-detail-of-omission="/ecartes/0/detail"' in page
    assert 'data-detail-of-home="/vacants/2026-08-12/0/detail"' in page
