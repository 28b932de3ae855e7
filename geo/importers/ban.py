"""The Base Adresse Nationale as the State publishes it: 23 columns, one row per address (pure parse)."""

import re
from collections.abc import Iterator
from pathlib import Path

from geo.importers.address_files import (
    BAD_ID,
    NO_NUMBER,
    OTHER_COMMUNE,
    AddressRow,
    find_text_problem,
)
from geo.importers.delimited import read_table
from geo.importers.regions import codes_of
from geo.importers.source_files import Progress, no_progress
from geo.importers.tally import Tally

COLUMNS = ("id", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune", "lon", "lat", "x", "y")
OPTIONAL = ("nom_ld", "type_position")
# 26362_0260_00012_bis: commune, street, number, repetition; the street part is a FANTOIR code or BAN's own.
OFFICIAL_ID = re.compile(r"^[0-9][0-9ab][0-9]{3}_[0-9a-z]{3,10}_[0-9]{1,5}(_[0-9a-z]{1,40})*$")


def read_ban(
    file: Path, insee_code: str, tally: Tally, *, progress: Progress = no_progress
) -> Iterator[AddressRow]:
    """Yield the commune's addresses of a BAN file (``.csv`` or ``.csv.gz``), positions not checked yet.

    Rows of other communes (the file covers a department) and streets without number are counted and passed over.
    """
    codes = codes_of(insee_code)
    for line, values in read_table(file, COLUMNS, OPTIONAL, progress=progress):
        identifier, number, rep, street, postcode, insee, city, lon, lat, x, y, place, kind = values
        if insee not in codes:
            tally.pass_over(OTHER_COMMUNE)
            continue
        if not number:
            tally.pass_over(NO_NUMBER)
            continue
        row = AddressRow(
            line=line,
            official_id=identifier.lower(),
            house_number=number,
            suffix=rep.lower(),
            street_name=street or place,
            postcode=postcode,
            city=city,
            position_kind=kind,
            coordinates=(lon, lat, x, y),
        )
        problem = BAD_ID if not OFFICIAL_ID.match(row.official_id) else find_text_problem(row)
        if problem:
            tally.refuse(problem, f"ligne {line}")
        else:
            yield row
