"""The published tables of a period as a file for a spreadsheet: one line a measure and place."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _
from openpyxl import Workbook

from geo import french
from maps.exports.table import BYTE_ORDER_MARK, neutralised
from maps.review.reading import Figure, Figures, State

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What Excel takes for the name of a sheet.
SHEET = "Bilan"
Value = str | float | None


def render_figures(figures: Figures, extension: str) -> bytes:
    """Write the published tables of a period as CSV (French: semicolons, decimal commas) or XLSX (numbers)."""
    return {CSV: _as_csv, XLSX: _as_xlsx}[extension](figures)


def _as_csv(figures: Figures) -> bytes:
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(_headings())
    for line in _lines(figures):
        writer.writerow([_as_text(value) for value in line])
    return buffer.getvalue().encode()


def _as_xlsx(figures: Figures) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append(_headings())
    for line in _lines(figures):
        sheet.append([neutralised(value) if isinstance(value, str) else value for value in line])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _headings() -> list[str]:
    return [
        _("Indicateur"),
        _("Mesure"),
        _("Lieu"),
        _("Période"),
        _("Chiffre"),
        _("Pourquoi il n'y en a pas"),
        _("Intervalle à 95 %, de"),
        _("à"),
        _("Période précédente"),
        _("Un an avant"),
        _("Publié le"),
    ]


def _lines(figures: Figures) -> Iterator[list[Value]]:
    for told in figures.indicators:
        for table in told.tables:
            for row in table.rows:
                interval = row.now.interval
                yield [
                    str(told.indicator.title),
                    str(table.measure.label),
                    row.place.name,
                    str(figures.period),
                    row.now.value,
                    "" if row.now.is_told else str(row.now),
                    round(interval.low) if interval else None,
                    round(interval.high) if interval else None,
                    _or_why(row.before),
                    _or_why(row.year_before),
                    f"{figures.published_on:%d/%m/%Y}",
                ]
        if told.indicator.lacks:
            yield [str(told.indicator.title), "", "", str(figures.period), None, str(told.indicator.lacks)]


def _or_why(figure: Figure) -> Value:
    """The figure; « non publié » where it is left out, nothing where it is not known."""
    return _("non publié") if figure.state is State.LEFT_OUT else figure.value


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutralised(value)
    return french.plain(french.decimal(value, 0 if value == int(value) else 2)).replace(" ", "")
