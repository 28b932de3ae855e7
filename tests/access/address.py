"""Whom an address of the site serves: by rows of the policy, one's own account, anybody."""

from dataclasses import dataclass, field

from accounts.roles import Role
from tests.access.policy import letter_of


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """An address that serves rows of the policy, for a role whose letters in all of them are among ``letters``."""

    rows: tuple[str, ...]
    letters: str = "OSWTACGMP"
    needs_recent_proof: bool = False
    # A tool comes here without a person, and is asked for its token where a visitor would be led to the log-in.
    is_for_tools: bool = False

    def admits(self, role: Role | None) -> bool:
        return all(letter_of(row, role) in self.letters for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Own:
    """An address of one's own account, for whoever is logged in; some are there before the second factor is."""

    why: str
    is_before_second_factor: bool = False
    needs_recent_proof: bool = False
    # Where the page exists only for some.
    roles: frozenset[Role] = field(default_factory=lambda: frozenset(Role))


@dataclass(frozen=True, kw_only=True)
class Free:
    """An address for anybody, and why."""

    why: str
