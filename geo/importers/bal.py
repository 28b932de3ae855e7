"""The Base Adresse Locale as communes publish it (BAL 1.x): one row per position of an address (pure parse)."""

from collections.abc import Iterator
from pathlib import Path

from geo.importers.address_files import (
    BAD_ID,
    NO_NUMBER,
    OTHER_COMMUNE,
    AddressRow,
    find_text_problem,
)
from geo.importers.ban import OFFICIAL_ID
from geo.importers.delimited import read_table
from geo.importers.regions import codes_of
from geo.importers.source_files import Progress, no_progress
from geo.importers.tally import Tally

COLUMNS = ("cle_interop", "voie_nom", "numero", "suffixe", "position", "x", "y", "long", "lat")
OPTIONAL = ("commune_insee", "commune_nom")
STREET_WITHOUT_NUMBER = "99999"  # the BAL format's way to name a street or hamlet that has no numbers


def read_bal(
    file: Path, insee_code: str, tally: Tally, *, progress: Progress = no_progress
) -> Iterator[AddressRow]:
    """Yield the commune's addresses of a BAL file, positions not checked yet.

    ``cle_interop`` is the identifier that BAN files carry too; it begins with the commune's code, which is all
    that BAL 1.0 says of the commune.
    """
    codes = codes_of(insee_code)
    for line, values in read_table(file, COLUMNS, OPTIONAL, progress=progress):
        key, street, number, suffix, kind, x, y, lon, lat, insee, city = values
        if key and (insee or key[:5]) not in codes:
            tally.pass_over(OTHER_COMMUNE)
            continue
        if number in ("", STREET_WITHOUT_NUMBER):
            tally.pass_over(NO_NUMBER)
            continue
        row = AddressRow(
            line=line,
            official_id=key.lower(),
            house_number=number,
            suffix=suffix.lower(),
            street_name=street,
            postcode=None,
            city=city or None,
            position_kind=kind,
            coordinates=(lon, lat, x, y),
        )
        problem = BAD_ID if not OFFICIAL_ID.match(row.official_id) else find_text_problem(row)
        if problem:
            tally.refuse(problem, f"ligne {line}")
        else:
            yield row
