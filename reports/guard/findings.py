"""A finding: what is wrong, where, why, and what to write in its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reports.guard.data_files import read_json

MAX_CHARACTERS = 500


class Kind(StrEnum):
    """What a text may not carry, in the order in which the writer is told."""

    LENGTH = "length"
    NAME = "name"
    PLATE = "plate"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    NUMBER = "number"
    ADDRESS = "address"
    ORIGIN = "origin"
    RELIGION = "religion"
    POLITICS = "politics"
    UNION = "union"
    HEALTH = "health"
    SEXUALITY = "sexuality"
    INSULT = "insult"


@dataclass(frozen=True, order=True)
class Finding:
    """A passage that must be written otherwise.

    Parameters
    ----------
    start, end
        Characters (code points) of the text as typed, `end` excluded.
    kind
        What the passage carries.
    """

    start: int
    end: int
    kind: Kind

    @property
    def why(self) -> str:
        """Return what is wrong, as a French sentence."""
        return str(read_json("messages")[self.kind]["why"])

    @property
    def instead(self) -> str:
        """Return what to do, as a French sentence."""
        return str(read_json("messages")[self.kind]["instead"])


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in their order, those of one kind that overlap made one."""
    merged: list[Finding] = []
    latest: dict[Kind, int] = {}
    for finding in sorted(findings):
        before = latest.get(finding.kind)
        if before is not None and finding.start <= merged[before].end:
            known = merged[before]
            merged[before] = Finding(known.start, max(known.end, finding.end), known.kind)
        else:
            latest[finding.kind] = len(merged)
            merged.append(finding)
    return tuple(sorted(merged))
