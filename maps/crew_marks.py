"""How each crew is marked wherever it is drawn: a colour, a shape, a dash and a letter, the same on every medium.

The site, the standalone map, the road sheet and their legends all read this one table. The colours of the night
are in ``tokens.css``, whose light ones a test compares with these.
"""

import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from geo.models import Commune
from patrols.models import Crew

SHAPE_SIDE = 32  # the outlines are drawn in a square of this side


@dataclass(frozen=True, kw_only=True)
class CrewStyle:
    """Colour, dash and shape of a crew; ``dash`` is in line widths and empty for a full line."""

    number: int
    colour: str
    dash: tuple[float, ...]
    outline: str

    def dash_for(self, width: float) -> str:
        """Write the SVG dash pattern of a line of this width, in the unit of the width."""
        return " ".join(f"{length * width:g}" for length in self.dash)

    @property
    def legend_dash(self) -> str:
        """The pattern for a line four pixels wide."""
        return self.dash_for(4)

    @property
    def dash_in_widths(self) -> str:
        """The pattern in line widths, as the page hands it to its map."""
        return self.dash_for(1)


_DRAWINGS = (
    ("#0b6b6b", (), "M16 2.5a13.5 13.5 0 1 1 0 27a13.5 13.5 0 1 1 0-27z"),
    (
        "#a85b00",
        (2.2, 1.4),
        "M7 3.5h18a3.5 3.5 0 0 1 3.5 3.5v18a3.5 3.5 0 0 1-3.5 3.5H7A3.5 3.5 0 0 1 3.5 25V7A3.5 3.5 0 0 1 7 3.5z",
    ),
    ("#5b4b8a", (1, 1.4), "M16 0.5L31.5 16L16 31.5L0.5 16z"),
    ("#b0245e", (3, 1.4, 0.8, 1.4), "M9 3h14l7.5 13L23 29H9L1.5 16z"),
    ("#1d5fa6", (4, 1.4), "M16 1.5L30.5 12.2L25 29.5H7L1.5 12.2z"),
    ("#5a6b12", (1.6, 1, 0.8, 1), "M4 3h24v13a12 13.5 0 0 1-24 0z"),
    ("#7a3e1d", (0.8, 1), "M10.5 2.5h11l8 8v11l-8 8h-11l-8-8v-11z"),
    (
        "#3d4a5c",
        (3.4, 1, 0.8, 1, 0.8, 1),
        "M16 .5l4.5 6l8-2l-1 7.5l4 6.5l-5.5 4l-2 7.5l-8-2.5l-8 2.5l-2-7.5l-5.5-4l4-6.5l-1-7.5l8 2z",
    ),
)
CREW_STYLES = tuple(
    CrewStyle(number=number, colour=colour, dash=dash, outline=outline)
    for number, (colour, dash, outline) in enumerate(_DRAWINGS, start=1)
)


@dataclass(frozen=True, kw_only=True)
class CrewMark:
    """The mark of one crew; from the ninth on a style comes back, and the letter alone tells two crews apart."""

    style: CrewStyle
    letter: str


def read_crew_marks(commune: Commune) -> dict[int, CrewMark]:
    """Give each crew of the commune its mark, the same every day, by the crew's identifier."""
    crews = list(Crew.objects.filter(commune=commune).order_by("name").values_list("pk", "name"))
    letters = choose_letters(name for _, name in crews)
    return {
        pk: CrewMark(style=CREW_STYLES[rank % len(CREW_STYLES)], letter=letter)
        for rank, ((pk, _), letter) in enumerate(zip(crews, letters, strict=True))
    }


def choose_letters(names: Iterable[str]) -> list[str]:
    """Choose a capital for each name: the initial of its last word, else another that it holds, else a free one.

    After 26 crews, letters come back.
    """
    taken: list[str] = []
    for name in names:
        initials = [word[0] for word in reversed(_capitals(name).split())]
        wanted = [*initials, *_capitals(name).replace(" ", ""), *string.ascii_uppercase]
        free = (letter for letter in wanted if letter not in taken)
        taken.append(next(free, wanted[0]))
    return taken


def _capitals(name: str) -> str:
    """Return the letters of ``name`` as plain capitals, anything else as spaces."""
    plain = unicodedata.normalize("NFKD", name).upper()
    kept = (letter for letter in plain if not unicodedata.combining(letter))
    return "".join(letter if letter in string.ascii_uppercase else " " for letter in kept)
