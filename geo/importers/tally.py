"""What an import took and what it did not, with reasons: counted while parsing, printed at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

EXAMPLES_KEPT = 3


@dataclass(kw_only=True)
class Tally:
    """Counts of what was refused (a fault of the data) and passed over (not asked for), by reason.

    ``treated`` says what became of each object of a kind that must add up to a known total.
    """

    refused: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    treated: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, reason: str, where: str) -> None:
        """Count one refusal; the first few places of each reason are kept to be printed."""
        self.refused[reason] += 1
        places = self.examples.setdefault(reason, [])
        if len(places) < EXAMPLES_KEPT:
            places.append(where)

    def pass_over(self, reason: str, count: int = 1) -> None:
        """Count what was left aside without being wrong."""
        if count:
            self.passed_over[reason] += count

    def as_json(self) -> Mapping[str, Mapping[str, int]]:
        """Return the counts as stored with the run of the import."""
        return {
            "refused": dict(self.refused),
            "passed_over": dict(self.passed_over),
            "treated": dict(self.treated),
        }
