"""Read the numbers of burglaries that municipal police give as a file: each line is understood or says why not."""

import csv
import datetime as dt
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from geo.french import MONTHS, NO_BREAK
from geo.importers.limited_process import Means, Refusal, ask
from sectors.errors import UnreadableBurglaries
from sectors.models import ReviewFigure

HEADINGS = ("Mois", "Secteur", "Cambriolages", "Dont logements surveillés")
OUTSIDE, COMMUNE = ReviewFigure.Place.OUTSIDE, ReviewFigure.Place.COMMUNE
WORDS = {"hors secteurs": OUTSIDE, "commune": COMMUNE}
MAX_BYTES = 1 << 20
MEANS = Means(memory_bytes=1 << 30, answer_bytes=32 << 20, processor_s=20, elapsed_s=30)
MONTH = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d?)(-\d\d?)?|(\d\d?/)?(?P<month_first>\d\d?)/(?P<year_last>\d{4})"
)
NUMBER = re.compile(r"\d{1,6}")
SECTOR = re.compile(r"(secteur )?(?P<number>\d{1,4})( .*)?", re.IGNORECASE)
# A number of a sector, or one of the two other places.
Place = int | ReviewFigure.Place


@dataclass(frozen=True, kw_only=True)
class Line:
    """Burglaries of one month in one place: a sector by its number, outside all, or the undivided commune."""

    line: int
    month: dt.date
    place: Place
    burglaries: int
    watched: int


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in a line of the file, or in several that follow each other, and what to do."""

    line: int
    sentence: str
    last_line: int | None = None

    @property
    def where(self) -> str:
        """The line or the lines, as the page says them."""
        return f"Ligne {self.line}" if self.last_line is None else f"Lignes {self.line} à {self.last_line}"


def read_cells(content: bytes) -> list[tuple[int, list[str]]]:
    """Read the rows of a CSV or XLSX with exactly the columns of the template, each with its line in the file.

    Raises
    ------
    UnreadableBurglaries
        Saying what is wrong and what to do; nothing of the file is kept or quoted.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableBurglaries("Le fichier dépasse 1 Mio.", remedy="Partagez-le.")
    try:
        told = ask("geo.importers.sheet_worker", content, MEANS)
    except Refusal as refusal:
        raise UnreadableBurglaries(refusal.problem, where=refusal.where, remedy=refusal.remedy) from None
    if [_plain(heading) for heading in told["headings"][:-1]] != [_plain(heading) for heading in HEADINGS]:
        raise UnreadableBurglaries(
            f"Les colonnes ne sont pas celles du modèle : {', '.join(HEADINGS)}.", remedy="Partez du modèle."
        )
    return [(int(number), [*cells, *[""] * (len(HEADINGS) - len(cells))]) for *cells, number in told["rows"]]


def understand(
    rows: Iterable[tuple[int, Sequence[str]]],
    *,
    sectors: Collection[int],
    last_month: dt.date,
    published: Collection[dt.date],
) -> tuple[list[Line], list[Problem]]:
    """Understand the rows of a file, each by itself and then together.

    Parameters
    ----------
    sectors
        The number of each sector.
    last_month
        First day of the last month that is over.
    published
        First days of the months that were published, which change no more.

    Returns
    -------
    lines, problems
        What is understood, by line; and what is wrong, once for lines on end of which the same is.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, cells in rows:
        told = _understand_line(number, cells, sectors, last_month, published)
        if isinstance(told, Line):
            lines.append(told)
        else:
            problems.append(Problem(line=number, sentence=told))
    if not problems:
        problems = [*_doubles(lines), *_holes(lines, sectors)]
    return lines, list(_told_once(sorted(problems, key=lambda problem: problem.line)))


def write_template(sectors: Collection[int], month: dt.date) -> bytes:
    """Write the headings and a line for each place of a month, whose numbers are to be filled in."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for place in (*map(str, sorted(sectors)), OUTSIDE.label.lower()):
        writer.writerow([f"{month:%m/%Y}", place, "", ""])
    return text.getvalue().encode("utf-8-sig")


def _understand_line(
    number: int,
    cells: Sequence[str],
    sectors: Collection[int],
    last_month: dt.date,
    published: Collection[dt.date],
) -> Line | str:
    if len(cells) > len(HEADINGS):
        return "Cette ligne a plus de colonnes que le modèle. Ôtez ce qui est en trop."
    said_month, said_place, *said = cells
    month, place = _month(said_month), _place(said_place)
    if month is None:
        return f"« {said_month} » n'est pas un mois. Écrivez-le ainsi : 03/2026."
    if month > last_month:
        return f"{_told(month).capitalize()} n'est pas terminé. Donnez-le une fois le mois fini."
    if month in published:
        return f"{_told(month).capitalize()} est publié dans le bilan et ne change plus. Ôtez ce mois du fichier."
    if place is None or (isinstance(place, int) and place not in sectors):
        return f"« {said_place} » n'est pas un secteur. Écrivez son numéro, « hors secteurs » ou « commune »."
    for heading, cell in zip(HEADINGS[2:], said, strict=True):
        if not NUMBER.fullmatch(cell):
            return f"Colonne « {heading} » : écrivez un nombre entier, 0 s'il n'y en a pas eu."
    burglaries, watched = map(int, said)
    if watched > burglaries:
        return f"{watched} logements surveillés, pour {burglaries} cambriolages en tout : corrigez l'un des deux."
    return Line(line=number, month=month, place=place, burglaries=burglaries, watched=watched)


def _told_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Join what is said alike of lines on end: a month that is refused is so in each of its lines."""
    # Along lines on end, line and rank grow together.
    for _, alike in groupby(enumerate(problems), key=lambda each: (each[1].sentence, each[1].line - each[0])):
        (_, first), *others = alike
        yield replace(first, last_line=others[-1][1].line) if others else first


def _doubles(lines: Sequence[Line]) -> Iterable[Problem]:
    first: dict[tuple[dt.date, Place], int] = {}
    for line in lines:
        before = first.setdefault((line.month, line.place), line.line)
        if before != line.line:
            yield Problem(
                line=line.line,
                sentence=f"{_told(line.month).capitalize()} y est déjà pour ce lieu, ligne {before}. Ôtez l'une.",
            )


def _holes(lines: Sequence[Line], sectors: Collection[int]) -> Iterable[Problem]:
    """A month is given whole: for the commune undivided, or for each sector and outside all."""
    places: dict[dt.date, set[Place]] = {}
    first: dict[dt.date, int] = {}
    for line in lines:
        places.setdefault(line.month, set()).add(line.place)
        first.setdefault(line.month, line.line)
    places_of_month: list[Place] = [*sorted(sectors), OUTSIDE]
    for month, given in places.items():
        if COMMUNE in given:
            if given != {COMMUNE}:
                yield Problem(
                    line=first[month],
                    sentence=f"{_told(month).capitalize()} est donné à la fois pour la commune et par secteur."
                    " Gardez l'un des deux.",
                )
        elif lacking := [_named(place) for place in places_of_month if place not in given]:
            yield Problem(
                line=first[month],
                sentence=f"{_told(month).capitalize()} : il manque {', '.join(lacking)}."
                " Écrivez 0 là où il n'y en a pas eu.",
            )


def _month(said: str) -> dt.date | None:
    found = MONTH.fullmatch(said)
    if found:
        year, month = found["year"] or found["year_last"], int(found["month"] or found["month_first"])
    else:
        name, _, year = said.lower().partition(" ")
        month = MONTHS.index(name) + 1 if name in MONTHS else 0
    if not year.isdecimal() or not 1 <= month <= len(MONTHS) or not 2000 <= int(year) < dt.MAXYEAR:
        return None
    return dt.date(int(year), month, 1)


def _place(said: str) -> Place | None:
    plain = _plain(said)
    if plain in WORDS:
        return WORDS[plain]
    found = SECTOR.fullmatch(plain)
    return int(found["number"]) if found else None


def _plain(said: str) -> str:
    return " ".join(said.replace(NO_BREAK, " ").casefold().split())


def _named(place: Place) -> str:
    return f"{place}" if isinstance(place, int) else f"« {place.label.lower()} »"


def _told(month: dt.date) -> str:
    return f"{MONTHS[month.month - 1]} {month.year}"
