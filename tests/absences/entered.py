"""Lists of absences as tests write, send and enter them."""

import io
import json
import re

from openpyxl import Workbook

from absences.importers.lists import guess_columns

HEADINGS = ["Adresse", "Date de départ", "Date de retour", "NOM Prénom", "Tél.", "Animaux", "Remarque"]
FIRST = ["11 rue des Lilas", "01/09/2026", "15/09/2026", "Zoé Canari", "06 39 98 00 01", "aucun animal", "x"]
SECOND = ["12 rue du Moulin", "02/09/2026", "20/09/2026", "Luc Second", "06 39 98 00 02", "", ""]


def as_csv(*rows: list[str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def as_workbook(*rows: list[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def send_file(desk, content: bytes):
    return desk.post("/logements/liste/", {"file": io.BytesIO(content)})


def columns_of(headings: list[str]) -> dict[str, str]:
    return {field: str(column) for field, column in guess_columns(headings).items()}


def verify(desk, *rows: list[str], headings: list[str] = HEADINGS, **changes: object):
    table = [[*headings, "1"], *([*row, str(line)] for line, row in enumerate(rows, start=2))]
    return desk.post("/logements/liste/verifier/", {"table": json.dumps(table), **columns_of(headings), **changes})


def enter(desk, *rows: list[str], **changes: object):
    """Verify a list, then import what was seen; where something is wrong, the answer says what."""
    seen = re.search(r'name="seen" value="(\w*)"', verify(desk, *rows, **changes).content.decode())
    return verify(desk, *rows, **changes, **({"import": "1", "seen": seen[1]} if seen else {}))
