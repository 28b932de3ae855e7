"""Every wall, word and exclusion that guards the site, each with a way to take it away; see script/teeth."""

from collections.abc import Iterator

import psycopg

from tests.access.mutants.code import changed_rights, lost_exclusions, opened_views
from tests.access.mutants.functions import weakened_functions
from tests.access.mutants.mutant import Mutant
from tests.access.mutants.walls import fallen_walls, opened_policies


def all_mutants(connection: psycopg.Connection) -> Iterator[Mutant]:
    """Every mutant of the database as it stands and of the code as it is imported."""
    yield from opened_policies(connection)
    yield from fallen_walls(connection)
    yield from weakened_functions(connection)
    yield from opened_views()
    yield from changed_rights()
    yield from lost_exclusions()
