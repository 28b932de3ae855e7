"""What a row of the access policy is about: what of it is seen, and what there is to see."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import Account
from tests.access.evidence import Evidence
from tests.access.people import Place
from tests.access.stage import Stage


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What one row of the policy is about: what of it is found in the evidence, and what there is in all.

    ``of_round`` belongs to the round of Alpha, ``of_sector`` to the first sector, ``own`` to an account, or
    ``entrusted`` to its chain; ``masked`` is what the masked form shows, ``pseudonymous`` what is shown under a
    pseudonym, ``published`` what may be told to all of what is counted.
    """

    seen: Callable[[Evidence, Stage], set[object]]
    all: Callable[[Place], set[object]]
    of_round: Callable[[Place], set[object]] = lambda place: set()
    of_sector: Callable[[Place], set[object]] = lambda place: set()
    own: Callable[[Account], set[object]] = lambda account: set()
    entrusted: Callable[[Account], set[object]] = lambda account: set()
    masked: frozenset[object] = frozenset()
    pseudonymous: Callable[[Place], set[object]] = lambda place: set()
    published: Callable[[Place], set[object]] = lambda place: set()

    def expected(self, letter: str, stage: Stage, account: Account | None) -> set[object]:
        """What a person of a role must find, by the letter of the cell; the site serves ``stage.here``."""
        match letter:
            case "C":
                return self.all(stage.here)
            case "P":
                return self.pseudonymous(stage.here)
            case "G":
                return self.published(stage.here)
            case "T":
                return self.of_round(stage.here)
            case "S":
                return self.of_sector(stage.here)
            case "M":
                return set(self.masked)
            case "O" if account is not None:
                return self.own(account)
            case "W" if account is not None:
                return self.entrusted(account)
        return set()
