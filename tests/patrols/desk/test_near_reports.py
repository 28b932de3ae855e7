"""From an anomaly to the reports relayed about that place and time, and the word that a crew found the fact."""

import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from accounts.models import AuditEntry
from accounts.roles import Role
from geo.models import WGS84
from patrols.models import Passage
from reports.models import Report, ReportStep
from tests.absences.reading import words
from tests.builders import at, build_passage
from tests.reports.telling import build_relayed, build_report

FOUND = "Constaté par un équipage"


@pytest.fixture
def anomaly(place) -> Passage:
    home, crew = place.town.absences[0], place.town.crews[0]
    return build_passage(absence=home, crew=crew, done_at=at(19, 15), result="anomaly", anomaly="opening")


@pytest.fixture
def url(anomaly) -> str:
    return f"/passages/{anomaly.pk}/signalements/"


@pytest.fixture
def near(place) -> Report:
    """Relayed, 11 m from the home and an hour before."""
    return build_relayed(place.sectors[0], by=place.accounts[Role.REFERENT], number="00000001")


def listed(answer) -> list[str]:
    return [number for number in ("1", "2", "3", "4") if f"00 00 00 0{number}" in words(answer)]


def test_only_what_was_relayed_about_that_place_and_time_is_shown(desk, place, url, near):
    by, week = place.accounts[Role.REFERENT], dt.timedelta(days=8)
    # 0.002 degree of latitude is 222 m.
    far = Point(near.point.x, place.town.absences[0].point.y + 0.002, srid=WGS84)
    build_relayed(place.sectors[0], by=by, number="00000002", point=far)
    build_relayed(
        place.sectors[0],
        by=by,
        number="00000003",
        told_at=near.told_at - week,
        happened_at=near.happened_at - week,
    )
    build_report(place.sectors[0], number="00000004")

    assert listed(desk.get(url)) == ["1"]
    assert AuditEntry.objects.filter(action="report.exact_point").latest("pk").ids == [str(near.pk)]


def test_a_finding_is_noted_once_and_holds_neither_the_home_nor_the_hour(desk, anomaly, url, near):
    assert FOUND not in words(desk.get(url))

    assert "Le constat est noté" in words(desk.post(url, {"report": near.pk}, follow=True))
    assert FOUND in words(desk.get(url))
    assert FOUND in words(desk.get(f"/signalements/police/{near.pk}/"))
    assert "entre-temps" in words(desk.post(url, {"report": near.pk}, follow=True))

    step = ReportStep.objects.get(act="patrol_found")
    assert step.taken_at == at(19, 30)
    columns = {field.name for model in (Report, ReportStep) for field in model._meta.concrete_fields}
    assert {name for name in columns if "passage" in name or "absence" in name or "home" in name} == set()
    assert near.steps.filter(taken_at=anomaly.done_at).count() == 0


def test_no_key_leads_from_one_processing_to_the_other(db):
    keys = """
        SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'
           AND (conrelid::regclass::text ~ '^reports_' AND confrelid::regclass::text ~ '^(absences|patrols)_'
             OR conrelid::regclass::text ~ '^(absences|patrols)_' AND confrelid::regclass::text ~ '^reports_')
    """
    with connection.cursor() as cursor:
        cursor.execute(keys)
        assert cursor.fetchall() == []


def test_what_has_ended_or_is_elsewhere_is_not_noted(desk, url, near):
    Report.objects.update(state="closed", ended_at=at(19, 20))
    assert "entre-temps" in words(desk.post(url, {"report": near.pk}, follow=True))
    Report.objects.update(point=Point(4.0, 44.0, srid=WGS84))
    assert desk.post(url, {"report": near.pk}).status_code == 404
    assert not ReportStep.objects.filter(act="patrol_found").exists()


def test_a_passage_without_anomaly_has_no_such_page(desk, place):
    home, crew = place.town.absences[0], place.town.crews[0]
    passage = build_passage(absence=home, crew=crew, done_at=at(19, 15), result="ras")

    assert desk.get(f"/passages/{passage.pk}/signalements/").status_code == 404


def test_without_a_report_the_page_says_so_and_the_calls_lead_to_it(desk, anomaly, url):
    assert "Aucun signalement proche" in words(desk.get(url))
    assert url in desk.get(f"/passages/{anomaly.pk}/appels/").content.decode()
