"""The list of exports, asked in SQL and on the site: signed by oneself, never rewritten, masked, and complete."""

import hashlib

import psycopg
import pytest
from django.core.management import call_command

from accounts.models import Export
from accounts.roles import Role
from accounts.views.proof import is_file
from tests.access.addresses import ADDRESSES, Ruled
from tests.access.in_sql import site
from tests.access.situations import in_office
from tests.access.stage import Stage, build_stage
from tests.access.urls import urls_of

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

REFUSED = psycopg.errors.InsufficientPrivilege
ADD = """
INSERT INTO accounts_export
       (commune_id, made_by_id, roles, job, kind, subject_kind, subject_key, content_sha256, size_bytes)
VALUES (%s, %s, '{}', '', 'notice', 'patrols.passage', '1', repeat('a', 64), 1)
"""
MASKED = "SELECT initials, kind, exports FROM walls.exports_masked()"
# Files that hold nobody's data: a leaflet for residents, a model to fill in, and the ground of the town.
ABOUT_NOBODY = {
    "absences:list_template",
    "maps:download_sectors",
    "sectors:attachment",
    "sectors:burglaries_template",
}
TAKERS = (Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE, Role.CREW, Role.VIGILANT)


@pytest.fixture
def stage(db, settings) -> Stage:
    settings.COMMUNE_INSEE = "26999"
    return build_stage()


@pytest.mark.parametrize("role", Role)
def test_an_export_is_listed_in_ones_own_name_and_commune(place, elsewhere, role):
    person = place.person(role)
    with site(person) as cursor:
        cursor.execute(ADD, [place.insee, person.account_id])
    for commune, account in (
        (place.insee, elsewhere.accounts[role].pk),
        (place.insee, None),
        (elsewhere.insee, person.account_id),
    ):
        with site(person) as cursor, pytest.raises(REFUSED):
            cursor.execute(ADD, [commune, account])


@pytest.mark.parametrize("change", ["UPDATE accounts_export SET size_bytes = 0", "DELETE FROM accounts_export"])
def test_what_was_listed_is_not_rewritten(stage, change):
    with site(stage.here.person(Role.DPO)) as cursor, pytest.raises(REFUSED):
        cursor.execute(change)


def test_the_administrator_reads_initials_and_numbers_of_the_commune(stage):
    with site(stage.here.person(Role.ADMINISTRATOR)) as cursor:
        told = cursor.execute(MASKED).fetchall()

    assert ("2.m.p", "round_pdf", 1) in told
    assert {initials[0] for initials, _, _ in told} == {"2"}
    assert sum(number for _, _, number in told) == Export.objects.filter(commune=stage.here.insee).count()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_else_reads_the_masked_list(stage, role):
    with site(stage.here.person(role)) as cursor:
        assert cursor.execute(MASKED).fetchall() == []


@pytest.mark.parametrize("role", TAKERS)
def test_every_file_that_is_handed_over_is_listed_with_its_fingerprint(stage, role):
    client, listed = in_office(stage, role), Export.objects.filter(made_by=stage.here.accounts[role])
    files = {
        name: url
        for name, url in urls_of(stage).items()
        if isinstance(said := ADDRESSES[name], Ruled) and said.admits(role) and is_file(url)
    }

    for name, url in files.items():
        before = listed.count()
        answer = client.get(url)
        is_handed_over = "attachment" in answer.headers.get("Content-Disposition", "")
        is_listed = is_handed_over and name not in ABOUT_NOBODY
        assert listed.count() - before == is_listed, name
        if is_listed:
            last = listed.latest("pk")
            assert (last.content_sha256, last.size_bytes) == (
                hashlib.sha256(answer.content).hexdigest(),
                len(answer.content),
            )
            assert last.roles == [role]


def test_a_command_lists_what_it_writes_under_its_name(place, tmp_path):
    call_command("export_plan", plan=place.plan.pk, format="gpx", to=tmp_path)

    written = {hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert set(Export.objects.values_list("content_sha256", flat=True)) == written
    assert set(Export.objects.values_list("job", "made_by", "kind")) == {("test", None, "round_gpx")}
