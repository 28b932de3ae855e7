"""The colour and the line of each crew on a map: told apart without colour by their dashes, eight by eight."""

from dataclasses import dataclass

# Each gives white text a contrast of at least 4.5 to 1.
COLOURS = ("#0B6B6B", "#A85B00", "#5B4B8A", "#B3261E", "#1F5FA8", "#2B6B3A", "#8A2C6B", "#5A4632")
DASHES = ("", "10 7", "3 5", "14 6 3 6", "18 6", "6 4", "12 4 2 4 2 4", "4 9")


@dataclass(frozen=True, kw_only=True)
class CrewMark:
    """How a crew's course is drawn; ``dash`` is an SVG dash pattern, empty for a full line."""

    number: int
    colour: str
    dash: str


def crew_mark(index: int) -> CrewMark:
    """Return the mark of the crew at a place (from 0) in the plan's order of crews."""
    turn = index // len(COLOURS)
    return CrewMark(
        number=index + 1,
        colour=COLOURS[index % len(COLOURS)],
        dash=DASHES[(index + turn) % len(DASHES)],
    )
