"""The template of a list, as CSV or as a workbook."""

import csv
import io

from openpyxl import Workbook

from absences.importers.lists import TARGETS

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_template(extension: str) -> bytes:
    """Write the headings and one invented row, in a form that spreadsheets open as it is."""
    rows = [[target.heading for target in TARGETS], [target.example for target in TARGETS]]
    if extension == CSV:
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(rows)
        return text.getvalue().encode("utf-8-sig")
    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Absences")
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file.getvalue()
