"""Write an extract of one's data: as JSON for another program, as PDF/UA-1 for a reader."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import Export
from accounts.services.extract import Extract, ExtractedProcessing, ExtractedTable
from geo import french

FORMAT = "ronde-extrait-1"
# From so many rows on, a table reads better than a list of cards.
ROWS_IN_A_TABLE = 4


@dataclass(frozen=True, kw_only=True)
class Format:
    """A way of handing the extract over: its type, and how it is written for a commune's holder."""

    content_type: str
    render: Callable[[Extract, str], bytes]
    kind: Export.Kind


def as_json(extracted: Extract, commune: str) -> bytes:
    """Write an extract as JSON: names in French, days and moments as ISO 8601."""
    told = {
        "format": FORMAT,
        "fait_le": extracted.made_at,
        "responsable": commune,
        "delegue_a_la_protection_des_donnees": settings.DPO_CONTACT,
        "compte": extracted.login,
        "traitements": [
            {
                "nom": entry.processing.name,
                "finalite": entry.processing.purpose,
                "base_legale": entry.processing.legal_basis,
                "destinataires": entry.processing.recipients,
                "tables": [_table_as_json(table) for table in entry.tables],
            }
            for entry in extracted.processings
        ],
        "sans_lien_avec_le_compte": [{"titre": left.title, "raison": left.why} for left in extracted.left_out],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=_as_iso).encode()


def as_pdf(extracted: Extract, commune: str) -> bytes:
    """Write an extract as an accessible PDF in French."""
    # WeasyPrint takes a second to import: only who asks for a PDF waits for it.
    from maps.exports.road_sheet import print_page

    context = {
        "login": extracted.login,
        "made_at": french.moment(extracted.made_at),
        "commune": commune,
        "dpo_contact": settings.DPO_CONTACT,
        # What holds something of the person comes first; the rest is named in a sentence.
        "processings": sorted(
            map(_processing_in_words, extracted.processings), key=lambda told: not told["tables"]
        ),
        "left_out": extracted.left_out,
    }
    return print_page(render_to_string("own_data/extract.html", context))


def _table_as_json(table: ExtractedTable) -> dict[str, object]:
    return {
        "titre": table.title,
        "donnees": table.data,
        "conservation": table.kept,
        "reste_ensuite": table.remains,
        "non_donne": table.withheld,
        "lignes": [dict(row) for row in table.rows],
    }


def _as_iso(value: object) -> object:
    match value:
        case DateRange():
            last = value.upper - dt.timedelta(days=1) if value.upper else None
            return {"premier_jour": value.lower, "dernier_jour": last}
        case dt.date() | dt.time():
            return value.isoformat()
        case UUID():
            return str(value)
    raise TypeError(f"{type(value).__name__}: say in config/own_data/document.py how it is written")


def _processing_in_words(entry: ExtractedProcessing) -> dict[str, object]:
    return {
        "processing": entry.processing,
        "tables": [_table_in_words(table) for table in entry.tables if table.rows],
        "empty": ", ".join(table.title.lower() for table in entry.tables if not table.rows),
    }


def _table_in_words(table: ExtractedTable) -> dict[str, object]:
    rows = [[(label, _in_words(value)) for label, value in row] for row in table.rows]
    return {
        "table": table,
        "rows": rows,
        "count": french.counted(len(rows), "ligne"),
        "headings": [label for label, _value in rows[0]] if len(rows) >= ROWS_IN_A_TABLE else [],
    }


def _in_words(value: Any) -> str:
    match value:
        case None | "":
            return "–"
        case bool():
            return _("oui") if value else _("non")
        case dt.datetime():
            return french.moment(value)
        case dt.date():
            return french.day(value)
        case DateRange():
            first = _("du %(day)s") % {"day": french.day(value.lower)}
            if not value.upper:
                return first + _(", sans terme")
            return first + _(" au %(day)s") % {"day": french.day(value.upper - dt.timedelta(days=1))}
    return str(value)


FORMATS: Mapping[str, Format] = {
    "pdf": Format(content_type="application/pdf", render=as_pdf, kind=Export.Kind.OWN_DATA_PDF),
    "json": Format(content_type="application/json", render=as_json, kind=Export.Kind.OWN_DATA_JSON),
}
