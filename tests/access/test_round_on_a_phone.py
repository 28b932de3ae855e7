"""The round on a crew's phone, row by row of the policy: its own homes, and nothing that waits for an anomaly."""

import datetime as dt
from collections.abc import Callable

import pytest

from accounts.roles import Role
from tests.access.people import Place
from tests.access.policy import letter_of
from tests.access.situations import IN_OFFICE
from tests.access.stage import (
    Stage,
    build_stage,
    canary,
    crew_that_passed,
    first_day_of,
    household_canary,
    latitude_of,
    passed_at,
)

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

Word = Callable[[Place, int], str]


def sealed(text: str) -> Word:
    return lambda place, number: household_canary(place, text, number)


# By which word the round would tell each row of one home.
WORDS: list[tuple[str, Word]] = [
    ("absence.address", lambda place, number: canary("rue", place.insee, number)),
    ("absence.exact_point", lambda place, number: f"{latitude_of(place, number):.5f}"),
    ("absence.name", sealed("name")),
    ("absence.access_instructions", sealed("access_instructions")),
    ("absence.allowed_people", sealed("allowed")),
    ("absence.start_end_dates", lambda place, number: f'"first_day": "{first_day_of(place, number)}"'),
    ("passage.time", lambda place, number: passed_at(place, number).astimezone(dt.UTC).isoformat()),
    ("absence.phone", sealed("phone")),
    ("absence.phone", sealed("email")),
    ("absence.trusted_person", sealed("trusted_name")),
    ("absence.trusted_person", sealed("trusted_phone")),
]


@pytest.fixture
def stage(db, settings) -> Stage:
    settings.COMMUNE_INSEE = "26999"
    return build_stage()


@pytest.fixture
def told(stage) -> str:
    """The round as Alpha's phone is told it, an anomaly by another crew at each of its homes."""
    in_office = next(situation for situation in IN_OFFICE if Role.CREW in situation.roles)
    return in_office.enter(stage, Role.CREW).get("/equipage/tournee.json").content.decode()


@pytest.mark.parametrize(("row", "word"), WORDS, ids=[f"{row} {n}" for n, (row, _) in enumerate(WORDS)])
def test_a_phone_is_told_of_its_homes_what_the_policy_grants_and_of_no_other(stage, told, row, word):
    granted = {(stage.here.insee, number) for number in range(3)} if letter_of(row, Role.CREW) == "T" else set()

    found = {(place.insee, number) for place in stage.places for number in range(4) if word(place, number) in told}

    assert found == granted


def test_a_phone_is_not_told_which_other_crew_passed(stage, told):
    assert crew_that_passed(stage.here).name not in told
