"""The limited process that reads a CSV or workbook that somebody hands over: run as a module, that on its input.

Its answer is the cells as text, or the problem found. It imports neither Django nor the database.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import load_workbook

from geo.importers.archives import ZIP_MAGIC, unpack
from geo.importers.limited_process import Refusal, serve

MAX_ROWS, MAX_COLUMNS, MAX_CELL = 2_000, 60, 500
# A sheet of two thousand rows unpacks to a few megabytes.
MAX_UNPACKED_BYTES = 40 << 20
SEPARATORS = ";,\t"
# What a PDF or a picture has soon, and a text never: control characters that end no line.
NO_TEXT = re.compile(rb"%PDF-|[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def read_cells(content: bytes) -> dict[str, Any]:
    """Return the headings and rows of a list.

    Raises
    ------
    Refusal
        What keeps the list from being taken, and where.
    """
    rows = _tidy(_sheet_rows(content) if content.startswith(ZIP_MAGIC) else _text_rows(content))
    # Beside the number of its line, a row has one cell.
    if rows and max(map(len, rows)) == 2:
        raise Refusal("Ce n'est pas un tableau : il n'y a qu'une colonne.", remedy="Partez du modèle.")
    if len(rows) < 2:
        raise Refusal("La liste n'a pas de ligne sous ses titres.", remedy="Partez du modèle.")
    return {"headings": rows[0], "rows": rows[1:]}


def _text_rows(content: bytes) -> Iterator[list[str]]:
    if NO_TEXT.search(content):
        raise Refusal("Ce n'est ni un CSV ni un classeur XLSX.", remedy="Enregistrez la liste dans l'un des deux.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheets of Windows write; every byte of it is a character or nearly.
        text = content.decode("cp1252", errors="replace")
    first_line = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first_line.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _sheet_rows(content: bytes) -> Iterator[list[str]]:
    _check_zip(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for row in book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS + 2, values_only=True):
        yield [_as_text(cell) for cell in row]


def _check_zip(content: bytes) -> None:
    """Unpack all of it once, keeping nothing: sizes that an archive announces are not believed."""
    if "xl/workbook.xml" not in unpack(content, most_bytes=MAX_UNPACKED_BYTES):
        raise Refusal("Ce n'est pas un classeur XLSX.", remedy="Enregistrez la liste en XLSX ou en CSV.")


def _as_text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "oui" if cell else "non"
        case dt.datetime():
            return cell.date().isoformat()
        case dt.time():
            return f"{cell:%H:%M}"
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)


def _tidy(rows: Iterable[list[str]]) -> list[list[str]]:
    """Trim the cells, leave empty rows out, and hold the list to its limits."""
    kept: list[list[str]] = []
    for number, row in enumerate(rows, start=1):
        cells = [" ".join(cell.split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise Refusal(
                f"Il y a plus de {MAX_COLUMNS} colonnes.", where=f"Ligne {number}", remedy="Partez du modèle."
            )
        if any(len(cell) > MAX_CELL for cell in cells):
            raise Refusal(
                f"Une case dépasse {MAX_CELL} signes.", where=f"Ligne {number}", remedy="Raccourcissez-la."
            )
        kept.append([*cells, str(number)])
        if len(kept) > MAX_ROWS + 1:
            raise Refusal(f"Il y a plus de {MAX_ROWS} lignes.", remedy="Partagez la liste en plusieurs fichiers.")
    return kept


if __name__ == "__main__":
    serve(read_cells)
