"""The policy file, and the table of rights beside it cell by cell; the running product is tried in the matrix."""

from pathlib import Path

import pytest

from accounts.rights import RIGHTS
from accounts.roles import Role
from tests.access.facts import FACTS
from tests.access.policy import NOT_BUILT, NOT_SHOWN_YET, POLICY_FILE, letter_of, read_policy

EVERYBODY = (None, *Role)


@pytest.mark.real_data
def test_the_policy_is_the_one_agreed_upon(real_data: Path):
    agreed = real_data.parent / "access.csv"

    assert agreed.read_bytes() == POLICY_FILE.read_bytes()


def test_every_letter_has_a_meaning():
    letters = {letter for row in read_policy().values() for letter in row.values()}

    assert letters <= set("-OSWTACGMPB")


def test_every_row_is_tried_on_the_site_or_waits_for_a_named_feature():
    assert set(FACTS) | set(NOT_BUILT) == set(read_policy())
    assert set(FACTS) & set(NOT_BUILT) == set()
    assert set(NOT_SHOWN_YET) <= set(FACTS)


def test_no_right_stands_for_what_the_policy_does_not_know():
    assert set(RIGHTS) <= set(read_policy())
    assert set(FACTS) <= set(RIGHTS)


@pytest.mark.parametrize("row", RIGHTS)
def test_the_table_of_rights_says_what_the_policy_says(row):
    said = {role: RIGHTS[row].reach_of(role) or "-" for role in EVERYBODY}

    assert said == {role: letter_of(row, role) for role in EVERYBODY}
