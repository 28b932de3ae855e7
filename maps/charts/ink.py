"""The colours of a drawing."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ink:
    """Colours as SVG takes them, named after the tokens of the pages.

    Attributes
    ----------
    tints
        Of the classes of a map, from the lowest to the highest.
    """

    ink: str
    muted: str
    line: str
    surface: str
    accent: str
    bar: str
    amber: str
    wash: str
    water: str
    street: str
    tints: tuple[str, ...]

    def spread(self, count: int) -> tuple[str, ...]:
        """Choose tints for a number of classes, as far apart as they can be; the middle one for a single class."""
        last = len(self.tints) - 1
        if count == 1:
            return (self.tints[last // 2],)
        return tuple(self.tints[round(place * last / (count - 1))] for place in range(count))


PRINT = Ink(
    ink="#17202E",
    muted="#55606F",
    line="#D9D6CE",
    surface="#FFFFFF",
    accent="#0B6B6B",
    bar="#6DB0AE",
    amber="#A85B00",
    wash="#EDF6F4",
    water="#C9DFEA",
    street="#D9D6CE",
    tints=("#DCEEEC", "#A9D3D0", "#6DB0AE", "#2F8583", "#0A5254"),
)
# The tokens of the page, so that a drawing follows its light and its dark.
SCREEN = Ink(
    ink="var(--ink)",
    muted="var(--muted)",
    line="var(--line)",
    surface="var(--surface)",
    accent="var(--accent)",
    bar="var(--accent)",
    water="var(--map-water)",
    street="var(--line)",
    amber="var(--amber)",
    wash="var(--wash)",
    tints=tuple(f"var(--tint-{rank})" for rank in range(1, 6)),
)
