"""The limited process behind ``lists.read_list``: run as a module, with the file on its input.

It writes one JSON object to its output: the cells as text, or the problem found. It imports neither Django nor the
rest of the house.
"""

import csv
import datetime as dt
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import load_workbook

MEMORY_BYTES = 1 << 30
PROCESSOR_S = 20
OPEN_FILES = 32
MAX_ROWS, MAX_COLUMNS, MAX_CELL = 2_000, 60, 500
# A sheet of two thousand rows unpacks to a few megabytes.
MAX_UNPACKED_BYTES = 40 << 20
MAX_MEMBERS = 200
CHUNK_BYTES = 1 << 16
ZIP_MAGIC = b"PK\x03\x04"
SEPARATORS = ";,\t"


class Refusal(Exception):
    """The file cannot be taken."""

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(problem)
        self.problem, self.where, self.remedy = problem, where, remedy


def limit_means() -> None:
    """Give up, for good, the right to more memory, time and files than a list can need, and to writing any."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))


def answer(content: bytes) -> dict[str, Any]:
    """Return the headings and rows of a list, or the problem that keeps it from being taken."""
    try:
        rows = _tidy(_sheet_rows(content) if content.startswith(ZIP_MAGIC) else _text_rows(content))
        if len(rows) < 2:
            raise Refusal("La liste n'a pas de ligne sous ses titres.", remedy="Partez du modèle.")
    except Refusal as refusal:
        return {"problem": refusal.problem, "where": refusal.where, "remedy": refusal.remedy}
    except Exception:  # noqa: BLE001
        # A file made to be odd in a way that no check foresaw: the process is there to be lost.
        return {"problem": "La structure du fichier est abîmée.", "where": "", "remedy": "Réexportez-le."}
    return {"headings": rows[0], "rows": rows[1:]}


def _text_rows(content: bytes) -> Iterator[list[str]]:
    if b"\0" in content:
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
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) > MAX_MEMBERS or "xl/workbook.xml" not in names:
            raise Refusal("Ce n'est pas un classeur XLSX.", remedy="Enregistrez la liste en XLSX ou en CSV.")
        for name in names:
            with archive.open(name) as member:
                while chunk := member.read(CHUNK_BYTES):
                    unpacked += len(chunk)
                    if unpacked > MAX_UNPACKED_BYTES:
                        raise Refusal("Le classeur décompressé dépasse toute mesure.", remedy="Partez du modèle.")


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
    limit_means()
    json.dump(answer(sys.stdin.buffer.read()), sys.stdout)
