import datetime as dt
import json

import pytest
from django.test import Client

from absences.models import Absence
from patrols.models import Plan, Route
from tests.builders import CORNER, at, build_stay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]


def test_the_map_gets_courses_stops_depots_and_homes_left_out_without_their_addresses(client: Client, planned):
    answer = client.get(f"/plans/{Plan.objects.get().pk}/carte.geojson")

    features = json.loads(answer.content)["features"]

    kinds = [feature["properties"]["kind"] for feature in features]
    assert {kind: kinds.count(kind) for kind in kinds} == {"course": 1, "depot": 1, "omission": 1, "stop": 3}
    course = next(feature for feature in features if feature["properties"]["kind"] == "course")
    assert course["geometry"]["coordinates"][0] == [4.89, 44.932]
    assert "Lilas" not in answer.content.decode()


def test_the_map_gets_stays_whose_street_and_hour_are_in_the_list(client: Client, planned):
    stay = build_stay(Route.objects.get(shift__crew__name="Alpha"), after_stop=2, arrives_at=at(18, 26))

    features = json.loads(client.get(f"/plans/{Plan.objects.get().pk}/carte.geojson").content)["features"]

    (drawn,) = (each for each in features if each["properties"]["kind"] == "stay")
    assert drawn["geometry"]["coordinates"] == list(CORNER)
    assert drawn["properties"] == {"kind": "stay", "id": stay.pk, "route": stay.route_id}
    page = client.get("/jour/?jour=2026-08-12").content.decode()
    assert f'data-stay="{stay.pk}" data-hours="18\xa0h\xa026\xa0–\xa018\xa0h\xa036"' in page


def test_the_map_of_a_day_without_plan_shows_the_homes_vacant_that_day(client: Client, planned):
    Absence.objects.filter(pk=planned.absences[0].pk).update(returned_on=dt.date(2026, 8, 10))

    features = json.loads(client.get("/vacants/2026-08-12/carte.geojson").content)["features"]

    assert [feature["properties"]["home"] for feature in features] == [home.pk for home in planned.absences[1:]]
