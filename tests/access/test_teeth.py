"""The matrix bites: two guards taken away here, all of them by script/teeth."""

import pytest
from django.db import connection
from django.test import Client

from accounts.permissions import access_of
from accounts.roles import Role
from tests.access.addresses import ADDRESSES, Free
from tests.access.evidence import gather
from tests.access.facts import FACTS
from tests.access.mutants import Mutant, all_mutants
from tests.access.questions import two_of_each_form
from tests.access.situations import in_office
from tests.access.stage import build_stage
from tests.access.urls import routes

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])


@pytest.fixture
def mutants(db) -> list[Mutant]:
    connection.ensure_connection()
    return list(all_mutants(connection.connection))


def test_every_policy_and_every_view_that_is_not_free_has_a_mutant(mutants):
    with connection.cursor() as cursor:
        cursor.execute("SELECT policyname FROM pg_policies WHERE coalesce(qual, with_check) <> 'true'")
        policies = {name for (name,) in cursor.fetchall()}

    closed = {f"{name} for everybody" for name, said in ADDRESSES.items() if not isinstance(said, Free)}
    assert {mutant.name for mutant in mutants if mutant.kind == "policy"} == policies
    assert {mutant.name for mutant in mutants if mutant.name.endswith("for everybody")} == closed


def test_a_wall_that_lets_everything_through_turns_the_matrix_red(mutants, settings):
    settings.COMMUNE_INSEE = "26999"
    stage = build_stage()
    client = in_office(stage, Role.MUNICIPAL_POLICE)
    # Rows that are shown and may not be changed are a fault of the site: it is what the mutant makes.
    client.raise_request_exception = False
    opened = next(mutant for mutant in mutants if mutant.name == "absences_absence_web_select")
    with connection.cursor() as cursor:
        cursor.execute(opened.apply)

    seen = FACTS["absence.start_end_dates"].seen(gather(client, stage, asking=two_of_each_form), stage)

    assert seen & {home.pk for home in stage.there.town.absences}


def test_a_view_that_forgets_its_right_turns_the_matrix_red(place, mutants):
    view = next(route.callback for name, route in routes() if name == "maps:day")
    said = access_of(view)
    opened = next(mutant for mutant in mutants if mutant.name == "maps:day for everybody")
    opened.patch()
    try:
        answer = Client().get("/jour/")
    finally:
        view.access = said

    assert not answer.headers.get("Location", "").startswith("/compte/connexion/")
