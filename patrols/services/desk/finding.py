"""What is found at a home, in words of the closed lists alone."""

from dataclasses import dataclass

from patrols.models import Passage


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found: an anomaly or none, and the points in which something is wrong."""

    anomaly: str
    wrong: tuple[str, ...]

    @property
    def result(self) -> Passage.Result:
        return Passage.Result.ANOMALY if self.anomaly else Passage.Result.NOTHING_TO_REPORT

    def is_of(self, passage: Passage) -> bool:
        """Whether the passage says just that."""
        said = (passage.result, passage.anomaly, set(passage.wrong))
        return said == (self.result, self.anomaly, set(self.wrong))
