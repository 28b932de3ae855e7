"""Agreements: who writes them, in SQL; who finds the names and the copies, on the site."""

import datetime as dt
from dataclasses import replace

import psycopg
import pytest
from django.test import Client

from accounts.person import Holding
from accounts.roles import HELD_IN_A_SECTOR, POLICE, Role
from sectors.models import Agreement, SignedCopy
from tests.access.in_sql import keys_in, site
from tests.access.people import Place, let_in
from tests.access.situations import in_office
from tests.access.stage import Stage, build_stage, canary
from tests.builders import PDF, build_agreement

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

REFUSED = psycopg.errors.InsufficientPrivilege
ADD = "INSERT INTO sectors_agreement (sector_id, signed_on, valid, denounced_by) VALUES (%s, %s, %s, '')"
SIGN = "INSERT INTO sectors_signatory (agreement_id, party, office, name) VALUES (%s, 'police', 'x', 'y')"
KEEP = """
INSERT INTO sectors_signedcopy (agreement_id, content, content_sha256, size_bytes, received_at)
VALUES (%s, 'x', repeat('0', 64), 1, now())
"""
DENOUNCE = "UPDATE sectors_agreement SET denounced_on = '2026-01-01', denounced_by = 'mayor', valid = %s"
NOT_THE_DESK = sorted(set(Role) - {Role.MUNICIPAL_POLICE})
SINCE = dt.date(2026, 1, 1)
COMMUNE, SECTOR, NOBODY = {1, 2}, {1}, set()
NAMES = {
    **dict.fromkeys((*POLICE, Role.ADMINISTRATOR, Role.DPO), COMMUNE),
    **dict.fromkeys(HELD_IN_A_SECTOR, SECTOR),
    **dict.fromkeys((Role.CREW, Role.CLSPD), NOBODY),
}


@pytest.fixture
def signed(place, elsewhere) -> Place:
    """The first sector of each commune has an agreement; that of the commune has no copy yet."""
    for each in (place, elsewhere):
        build_agreement(each.sectors[0])
    SignedCopy.objects.filter(agreement__sector=place.sectors[0]).delete()
    return place


def test_the_desk_records_and_denounces_in_its_commune(signed, elsewhere):
    with site(signed.person(Role.MUNICIPAL_POLICE)) as cursor:
        cursor.execute(ADD, [signed.sectors[1].pk, SINCE, "[2026-01-01,)"])
        cursor.execute(SIGN, [signed.agreements[0].pk])
        cursor.execute(KEEP, [signed.agreements[0].pk])
        assert cursor.execute("DELETE FROM sectors_signedcopy").rowcount == 1
        assert cursor.execute(DENOUNCE, ["[2026-01-01,2026-02-01)"]).rowcount == 2
    for statement, values in (
        (ADD, [elsewhere.sectors[1].pk, SINCE, "[2026-01-01,)"]),
        (SIGN, [elsewhere.agreements[0].pk]),
        (KEEP, [elsewhere.agreements[0].pk]),
    ):
        with site(signed.person(Role.MUNICIPAL_POLICE)) as cursor, pytest.raises(REFUSED):
            cursor.execute(statement, values)


@pytest.mark.parametrize("role", NOT_THE_DESK)
def test_nobody_else_writes_any(signed, role):
    agreement = signed.agreements[0].pk
    for statement, values in (
        (ADD, [signed.sectors[1].pk, SINCE, "[2026-01-01,)"]),
        (SIGN, [agreement]),
        (KEEP, [agreement]),
    ):
        with site(signed.person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute(statement, values)
    build_agreement(signed.sectors[1])
    with site(signed.person(role)) as cursor:
        assert cursor.execute(DENOUNCE, ["[2026-01-01,2026-02-01)"]).rowcount == 0
        assert cursor.execute("DELETE FROM sectors_signedcopy").rowcount == 0


@pytest.mark.parametrize("statement", ["DELETE FROM sectors_agreement", "DELETE FROM sectors_signatory"])
def test_history_is_not_taken_away(signed, statement):
    with site(signed.person(Role.MUNICIPAL_POLICE)) as cursor, pytest.raises(REFUSED):
        cursor.execute(statement)


@pytest.mark.parametrize("change", ["signed_on = '2014-01-01'", "sector_id = 0"])
def test_what_was_signed_is_not_rewritten(signed, change):
    with site(signed.person(Role.MUNICIPAL_POLICE)) as cursor, pytest.raises(REFUSED):
        cursor.execute(f"UPDATE sectors_agreement SET {change}")


def test_a_vigilant_of_another_sector_reads_no_name_and_a_person_without_a_role_nothing(signed):
    vigilant = signed.person(Role.VIGILANT)
    next_door = replace(vigilant, holdings=(Holding(role=Role.VIGILANT, sector_id=signed.sectors[1].pk),))

    with site(next_door) as cursor:
        assert keys_in(cursor, "sectors_agreement") == {signed.agreements[0].pk}
        assert keys_in(cursor, "sectors_signatory") == set()
    with site(replace(vigilant, holdings=())) as cursor:
        assert keys_in(cursor, "sectors_agreement") == set()


@pytest.fixture
def stage(db, settings) -> Stage:
    settings.COMMUNE_INSEE = "26999"
    return build_stage()


@pytest.mark.parametrize("role", Role)
def test_names_and_copies_are_found_by_readers_of_the_names_of_the_sector(stage, role):
    client = in_office(stage, role)
    pages = {sector: client.get(f"/secteurs/{sector.pk}/") for place in stage.places for sector in place.sectors}
    files = {
        agreement: client.get(f"/conventions/{agreement.pk}/convention.pdf")
        for place in stage.places
        for agreement in place.agreements
    }

    text = "".join(page.content.decode() for page in pages.values())
    found = {
        (insee, number)
        for insee in ("26999", "38001")
        for number in (1, 2)
        if canary("signataire", insee, number) in text
    }
    assert found == {(stage.here.insee, number) for number in NAMES[role]}
    assert {sector.commune_id for sector, page in pages.items() if page.status_code == 200} == {"26999"}
    given = {agreement.sector for agreement, file in files.items() if file.status_code == 200}
    assert {sector.number for sector in given} == NAMES[role]
    assert {sector.commune_id for sector in given} <= {"26999"}


def test_a_copy_is_saved_as_it_came_and_never_shown_nor_kept_on_the_way(stage):
    agreement = stage.here.agreements[0]
    client: Client = let_in(Client(), stage.here.accounts[Role.MUNICIPAL_POLICE])

    answer = client.get(f"/conventions/{agreement.pk}/convention.pdf")

    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="convention-secteur-1-2015-07-08.pdf"'
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Agreement.objects.filter(pk=agreement.pk).exists()
