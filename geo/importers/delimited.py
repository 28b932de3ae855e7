"""Semicolon-separated tables with a header, read strictly: a damaged row names its line and stops the import."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from geo.errors import InvalidFile
from geo.importers.source_files import Progress, no_progress, read_lines

DELIMITER = ";"
MAX_COLUMNS = 200  # BAN has 23, BAL about 20; a town may add a few of its own


def read_table(
    file: Path, columns: Sequence[str], optional: Sequence[str] = (), *, progress: Progress = no_progress
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each row as its line number and the stripped values of ``columns`` then ``optional``.

    Parameters
    ----------
    columns
        Names that the header must have, in any order, among others.
    optional
        Names that may be absent; their value is then the empty text.

    Raises
    ------
    InvalidFile
        Missing columns, a row with more or fewer values than the header, an unclosed quote, or no row at all.
    """
    reader = csv.reader(read_lines(file, progress), delimiter=DELIMITER, strict=True)
    places: list[int] | None = None
    header_width = rows = 0
    try:
        for values in reader:
            if places is None:
                places, header_width = _places(file, values, columns, optional), len(values)
                continue
            if not values:
                continue
            if len(values) != header_width:
                raise InvalidFile(
                    file,
                    f"{len(values)} valeurs au lieu de {header_width}.",
                    where=f"ligne {reader.line_num}",
                    remedy="La ligne est abîmée ou le fichier est tronqué : téléchargez-le à nouveau.",
                )
            rows += 1
            yield reader.line_num, tuple(values[place].strip() if place >= 0 else "" for place in places)
    except csv.Error as error:
        raise InvalidFile(
            file,
            f"la ligne n'est pas lisible ({error}).",
            where=f"ligne {reader.line_num}",
            remedy="Un guillemet n'est pas refermé, ou le fichier est tronqué.",
        ) from error
    if not rows:
        raise InvalidFile(file, "le fichier n'a aucune ligne de données.", remedy="Téléchargez-le à nouveau.")


def _places(file: Path, header: list[str], columns: Sequence[str], optional: Sequence[str]) -> list[int]:
    names = [name.strip().casefold() for name in header[:MAX_COLUMNS]]
    if len(header) > MAX_COLUMNS:
        raise InvalidFile(
            file,
            f"l'en-tête a {len(header)} colonnes.",
            where="ligne 1",
            remedy="Ce n'est pas un fichier d'adresses.",
        )
    if header and header[0].lstrip().startswith("<"):
        raise InvalidFile(
            file, "c'est une page web ou du XML.", where="ligne 1", remedy="Téléchargez le fichier CSV lui-même."
        )
    missing = [name for name in columns if name not in names]
    if missing:
        raise InvalidFile(
            file,
            f"il manque les colonnes {', '.join(missing)}.",
            where="ligne 1",
            remedy="Le fichier doit être un CSV séparé par des points-virgules, avec son en-tête d'origine.",
        )
    return [names.index(name) if name in names else -1 for name in (*columns, *optional)]
