"""Trainings of référents and minutes of meetings in plain SQL: who notes them, who came, who takes them back."""

import psycopg
import pytest

from accounts.roles import Role
from sectors.models import Attendance, Meeting, Minutes, Training
from tests.access.in_sql import site
from tests.access.people import Place
from tests.builders import DAY, build_meeting, build_minutes

pytestmark = pytest.mark.django_db

REFUSED = psycopg.errors.InsufficientPrivilege
MUNICIPAL = Role.MUNICIPAL_POLICE
NOTE = (
    "INSERT INTO sectors_training (commune_id, held_on, title, attended) VALUES (%s, '2026-01-01', 'Accueil', 1)"
)
CAME = "INSERT INTO sectors_attendance (training_id, mandate_id) VALUES (%s, %s)"
KEEP = """
    INSERT INTO sectors_minutes (meeting_id, content, content_sha256, size_bytes, received_at)
    VALUES (%s, '', repeat('0', 64), 0, now())
"""


@pytest.fixture
def trained(place, elsewhere) -> Place:
    """A training in each of two communes, to which their référent came."""
    for each in (place, elsewhere):
        training = Training.objects.create(commune=each.town.commune, held_on=DAY, title="Accueil", attended=1)
        Attendance.objects.create(training=training, mandate=each.accounts[Role.REFERENT].grants.get())
    return place


@pytest.mark.parametrize("role", Role)
def test_municipal_police_note_the_trainings_of_the_commune_and_take_them_back(trained, elsewhere, role):
    for place in (trained, elsewhere):
        if role is MUNICIPAL and place is trained:
            with site(trained.person(role)) as cursor:
                assert cursor.execute(NOTE, [place.insee]).rowcount == 1
        else:
            with site(trained.person(role)) as cursor, pytest.raises(REFUSED):
                cursor.execute(NOTE, [place.insee])
    with site(trained.person(role)) as cursor:
        gone = [cursor.execute(f"DELETE FROM sectors_{name}").rowcount for name in ("attendance", "training")]
        assert gone == ([1, 1] if role is MUNICIPAL else [0, 0])


@pytest.mark.parametrize("role", Role)
def test_who_came_is_said_of_mandates_by_municipal_police_alone(trained, elsewhere, role):
    Attendance.objects.all().delete()
    here, there = Training.objects.order_by("commune")
    mandate = trained.accounts[Role.REFERENT].grants.get().pk
    for training, key in (
        (there, mandate),
        (here, trained.accounts[Role.VIGILANT].grants.get().pk),
        (here, elsewhere.accounts[Role.REFERENT].grants.get().pk),
    ):
        with site(trained.person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute(CAME, [training.pk, key])
    if role is MUNICIPAL:
        with site(trained.person(role)) as cursor:
            assert cursor.execute(CAME, [here.pk, mandate]).rowcount == 1
    else:
        with site(trained.person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute(CAME, [here.pk, mandate])


@pytest.mark.parametrize("table", ["training", "attendance", "minutes"])
def test_what_was_noted_is_not_rewritten(trained, table):
    with site(trained.person(MUNICIPAL)) as cursor, pytest.raises(REFUSED):
        cursor.execute(f"UPDATE sectors_{table} SET id = id")


@pytest.mark.parametrize("role", Role)
def test_who_keeps_a_sector_keeps_its_minutes_and_replaces_them(place, elsewhere, role):
    for each in (place, elsewhere):
        for sector in each.sectors[:2]:
            build_minutes(build_meeting(sector))
    kept = {MUNICIPAL: {1, 2}, Role.REFERENT: {1}}.get(role, set())
    with site(place.person(role)) as cursor:
        assert cursor.execute("DELETE FROM sectors_minutes").rowcount == len(kept)
    Minutes.objects.all().delete()
    for meeting in Meeting.objects.select_related("sector"):
        if meeting.sector.commune_id == place.insee and meeting.sector.number in kept:
            with site(place.person(role)) as cursor:
                assert cursor.execute(KEEP, [meeting.pk]).rowcount == 1
        else:
            with site(place.person(role)) as cursor, pytest.raises(REFUSED):
                cursor.execute(KEEP, [meeting.pk])
