import csv
import io

import pytest
from django.test import Client

from accounts.models import Export
from accounts.roles import Role
from patrols.models import Crew, Stop
from tests.access.people import build_account, let_in
from tests.builders import DAY, at, build_passage
from tests.maps.reading import words

pytestmark = pytest.mark.django_db

PAGE = "/bilan/tournees/"
OF_THE_DAY = f"?du={DAY}&au={DAY}"


@pytest.fixture
def driven(planned):
    """Alpha passed at the first and the third of its three homes, at 18 h 07 and 20 h 30."""
    for order, moment in ((1, at(18, 7)), (3, at(20, 30))):
        stop = Stop.objects.get(order=order)
        build_passage(absence=stop.absence, crew=planned.crews[0], done_at=moment, stop=stop, result="ras")
    return planned


def test_police_read_how_far_each_round_went(driven, client):
    page = words(client.get(PAGE + OF_THE_DAY))

    # Planned, done, missed, of no news, more; two of two hours of the four, once each: log 2 / log 4.
    assert "Alpha 12 août, 18 h – 22 h 3 2 0 1 0 18 h 07 – 20 h 30 étalement 0,50 4,0 km 1 h 05" in page
    assert "Bravo 12 août, 18 h – 22 h 0 0 0 0 0 – 0 m moins d'1 min" in page
    assert "En tout 3 2 0 1 0 4,0 km 1 h 05" in page


def test_hours_are_drawn_with_their_table(driven, client):
    answer = client.get(PAGE + OF_THE_DAY)

    assert '<title id="dessin-1-title">Passages par heure</title>' in answer.content.decode()
    assert "18 h 1 19 h 0 20 h 1" in words(answer)


def test_no_home_is_named(driven, client):
    page = words(client.get(PAGE + OF_THE_DAY))

    assert [f"{address}" in page for address in driven.addresses] == [False] * 4


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("?du=2026-08-12&au=2026-08-11", "Choisissez un dernier jour entre le premier et 30 jours plus tard."),
        ("?du=2026-08-01&au=2026-09-01", "Choisissez un dernier jour entre le premier et 30 jours plus tard."),
        ("?du=hier", "Saisissez une date valide."),
        ("?du=", "Ce champ est obligatoire."),
    ],
)
def test_days_that_cannot_be_told_are_refused_with_what_to_do(planned, client, asked, why):
    answer = client.get(PAGE + asked)

    assert answer.status_code == 400
    assert why in words(answer)
    assert client.get(f"{PAGE}tournees.csv{asked}").status_code == 404


def test_days_without_a_round_say_how_to_begin(planned, client):
    assert "Aucune tournée publiée ces jours-là" in words(client.get(f"{PAGE}?du=2026-08-01&au=2026-08-02"))


def test_the_table_is_taken_away_with_a_trace_and_runs_nothing_in_a_spreadsheet(driven, client):
    Crew.objects.filter(name="Alpha").update(name="=Alpha")

    answer = client.get(f"{PAGE}tournees.csv{OF_THE_DAY}")

    head, alpha, bravo = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert head[4:9] == ["Visites prévues", "Faites", "Non faites", "Sans nouvelle", "En plus"]
    counts = ["3", "2", "0", "1", "0"]
    assert alpha == ["12/08/2026", "'=Alpha", "18:00", "22:00", *counts, "18:07", "20:30", "0,50", "4,0", "65"]
    assert bravo[4:12] == ["0", "0", "0", "0", "0", "", "", ""]
    assert Export.objects.get().kind == Export.Kind.ROUNDS_CSV


def test_the_national_police_read_and_take_no_file_away(driven, client):
    national = let_in(Client(), build_account(driven, Role.NATIONAL_POLICE, login="national"))

    page = national.get(PAGE + OF_THE_DAY)

    assert "Alpha" in words(page)
    assert "tournees.csv" not in page.content.decode()
    assert national.get(f"{PAGE}tournees.csv{OF_THE_DAY}").status_code == 404
