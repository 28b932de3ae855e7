"""Meetings of sectors: who notes and takes them back, in SQL and on the site; when each met last, for all."""

import psycopg
import pytest

from accounts.roles import Role
from sectors.models import Meeting
from tests.access.in_sql import site
from tests.access.people import Place
from tests.access.situations import in_office
from tests.access.stage import Stage, build_stage
from tests.builders import DAY, build_meeting

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

REFUSED = psycopg.errors.InsufficientPrivilege
ADD = """
INSERT INTO sectors_meeting (sector_id, held_on, place_name, present, referents_present)
VALUES (%s, '2026-01-01', 'Mairie', 3, 1)
"""
LAST = "SELECT sector_id, held_on FROM walls.last_meetings()"
# Of the three sectors of the commune, those whose meetings a role notes.
KEPT = {Role.MUNICIPAL_POLICE: {1, 2, 3}, Role.REFERENT: {1}}
SENT = {"held_on": "2026-01-02", "place_name": "Mairie", "present": "3", "referents_present": "1"}


@pytest.fixture
def met(place, elsewhere) -> Place:
    for each in (place, elsewhere):
        for sector in each.sectors[:2]:
            build_meeting(sector)
    return place


@pytest.mark.parametrize("role", Role)
def test_who_keeps_a_sector_notes_its_meetings_and_takes_them_back(met, elsewhere, role):
    kept = {sector for sector in met.sectors if sector.number in KEPT.get(role, set())}
    for sector in kept:
        with site(met.person(role)) as cursor:
            assert cursor.execute(ADD, [sector.pk]).rowcount == 1
    for sector in {*met.sectors, *elsewhere.sectors} - kept:
        with site(met.person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute(ADD, [sector.pk])
    with site(met.person(role)) as cursor:
        assert cursor.execute("DELETE FROM sectors_meeting").rowcount == len(kept & {*met.sectors[:2]})


def test_what_was_noted_is_not_rewritten(met):
    with site(met.person(Role.MUNICIPAL_POLICE)) as cursor, pytest.raises(REFUSED):
        cursor.execute("UPDATE sectors_meeting SET present = 100")


@pytest.mark.parametrize("role", Role)
def test_every_role_is_told_when_the_sectors_of_the_commune_met_last(met, role):
    with site(met.person(role)) as cursor:
        assert dict(cursor.execute(LAST).fetchall()) == {sector.pk: DAY for sector in met.sectors[:2]}


def test_who_holds_no_role_is_told_nothing(met):
    with site() as cursor:
        assert cursor.execute(LAST).fetchall() == []
    with site(met.person(Role.CREW, is_on_device=False)) as cursor:
        assert cursor.execute(LAST).fetchall() == []


@pytest.fixture
def stage(db, settings) -> Stage:
    settings.COMMUNE_INSEE = "26999"
    return build_stage()


@pytest.mark.parametrize("role", [Role.MUNICIPAL_POLICE, Role.REFERENT, Role.VIGILANT, Role.CLSPD])
def test_on_the_site_numbers_are_for_the_sector_and_the_police(stage, role):
    client = in_office(stage, role)

    told = {sector.number for sector in stage.here.sectors if "10</td>" in read(client, sector)}

    assert told == {Role.MUNICIPAL_POLICE: {1, 2}, Role.CLSPD: set()}.get(role, {1})


@pytest.mark.parametrize("role", [Role.MUNICIPAL_POLICE, Role.REFERENT, Role.VIGILANT, Role.CLSPD])
def test_on_the_site_who_keeps_a_sector_notes_its_meetings_and_takes_them_back(stage, role):
    client = in_office(stage, role)
    before = Meeting.objects.exclude(held_on=SENT["held_on"])
    for place in stage.places:
        for sector in place.sectors:
            client.post(f"/secteurs/{sector.pk}/reunion/", SENT)
    for meeting in before:
        client.post(f"/reunions/{meeting.pk}/retirer/")

    kept = {("26999", number) for number in KEPT.get(role, set())}
    assert where(Meeting.objects.filter(held_on=SENT["held_on"])) == kept
    assert where(before.all()) == {(insee, n) for insee in ("26999", "38001") for n in (1, 2)} - kept


def where(meetings) -> set[tuple[str, int]]:
    return set(meetings.values_list("sector__commune", "sector__number"))


def read(client, sector) -> str:
    return client.get(f"/secteurs/{sector.pk}/").content.decode()
