"""What it is to take a guard away, and the tests that are asked whether they notice."""

from collections.abc import Callable
from dataclasses import dataclass

# What asks the database alone.
SQL_TESTS = (
    "test_wall_matrix.py",
    "test_round_walls.py",
    "test_all_tables.py",
    "test_account_walls.py",
    "test_way_in_walls.py",
    "test_identity_walls.py",
    "test_desk_walls.py",
    "test_export_walls.py",
    "test_token_walls.py",
    "test_agreement_walls.py",
    "test_meeting_walls.py",
    "test_mandate_walls.py",
    "test_vigilant_walls.py",
    "test_training_walls.py",
    "test_crew_member_walls.py",
    "test_passage_walls.py",
    "test_joining_walls.py",
    "test_plan_walls.py",
    "test_written_rows.py",
    "test_proposal_walls.py",
    "test_bulletin_walls.py",
    "test_report_walls.py",
    "test_density_walls.py",
    "test_journal.py",
)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One guard taken away: in the database by ``apply`` and back by ``undo``, or in the code by ``patch``."""

    kind: str
    name: str
    tests: tuple[str, ...]
    apply: str = ""
    undo: str = ""
    patch: Callable[[], None] | None = None
    # The tests most likely to turn red, as pytest's -k; all of them follow when they stay green.
    hint: str = ""


def first_of(files: tuple[str, ...], first: str) -> tuple[str, ...]:
    """The files of tests with the likeliest to turn red before the others, whether or not it is one of them."""
    return (first, *(name for name in files if name != first))
