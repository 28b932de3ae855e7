"""Official address files once read: the commune's rows, positions checked, one row per identifier (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InvalidFile
from geo.importers.tally import Tally
from geo.projections import OUTLINE_TOLERANCE_M, FloatArray, metric_srid, shapes_to_metres, to_metres, to_wgs84

# x, y are given to the centimetre and lon, lat to 6 decimals (11 cm); more apart, they are two places.
MAX_CONTRADICTION_M = 5.0
# Best first, for a crew that looks at a door; the vocabulary of the BAL format.
POSITION_ORDER = (
    "entrée",
    "délivrance postale",
    "bâtiment",
    "cage d’escalier",
    "logement",
    "parcelle",
    "segment",
    "service technique",
)
BATCH_ROWS = 50_000
MAX_LENGTH = {
    "official_id": 80,
    "house_number": 20,
    "suffix": 20,
    "street_name": 200,
    "postcode": 10,
    "city": 120,
    "position_kind": 40,
}

NO_NUMBER = "voie ou lieu-dit sans numéro"
OTHER_COMMUNE = "adresse d'une autre commune"
OTHER_POSITION = "autre position d'une adresse déjà prise"
BAD_ID = "identifiant absent ou mal formé"
NO_STREET = "ni voie ni lieu-dit"
TOO_LONG = "texte trop long"
REPEATED_ID = "identifiant déjà donné à une autre adresse"
NOT_A_NUMBER = "coordonnée qui n'est pas un nombre"
HALF_POSITION = "position incomplète (une coordonnée sur deux)"
CONTRADICTION = "x, y et lon, lat désignent deux endroits"
OUTSIDE = "position hors de la commune"
SWAPPED = "longitude et latitude inversées"
TAKEN_ELSEWHERE = "identifiant déjà pris par une autre commune"


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressRow:
    """One address as a file gives it; ``postcode`` and ``city`` are None where the layout has no such column.

    ``coordinates`` are the texts of lon, lat, x, y; ``point`` (lon, lat) is filled once they are checked.
    """

    line: int
    official_id: str
    house_number: str
    suffix: str
    street_name: str
    postcode: str | None
    city: str | None
    position_kind: str
    coordinates: tuple[str, str, str, str]
    point: tuple[float, float] | None = None


def locate(rows: Iterable[AddressRow], insee_code: str, outline: BaseGeometry, tally: Tally) -> list[AddressRow]:
    """Give each row its point, refusing rows whose coordinates are wrong or contradict each other.

    Parameters
    ----------
    outline
        The commune in degrees (WGS 84).

    Notes
    -----
    lon, lat are preferred; x, y (legal projection of the territory) are used when they are alone, and checked
    against lon, lat when both are there. A row without any coordinate keeps ``point`` None.
    """
    srid = metric_srid(insee_code)
    ground = shapes_to_metres(np.array([outline], dtype=object), srid)[0]
    shapely.prepare(ground)
    located: list[AddressRow] = []
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH_ROWS)):
        located.extend(_locate_batch(batch, ground, srid, tally))
    return located


def _locate_batch(batch: list[AddressRow], ground: BaseGeometry, srid: int, tally: Tally) -> list[AddressRow]:
    numbers = np.array([[_as_number(text) for text in row.coordinates] for row in batch], dtype=np.float64)
    given = np.array([[bool(text) for text in row.coordinates] for row in batch])
    lon, lat, x, y = numbers.T
    from_x, from_y = to_wgs84(x, y, srid)
    has_degrees, has_metres = given[:, :2].all(axis=1), given[:, 2:].all(axis=1)
    final_lon, final_lat = np.where(has_degrees, lon, from_x), np.where(has_degrees, lat, from_y)
    east, north = to_metres(final_lon, final_lat, srid)
    with np.errstate(invalid="ignore"):
        apart_m = np.hypot(east - x, north - y)
    outside = ~_is_near(ground, east, north)
    problems = np.full(len(batch), "", dtype=object)
    has_any = given.any(axis=1)
    problems[outside & has_any] = OUTSIDE
    problems[has_degrees & has_metres & ~(apart_m <= MAX_CONTRADICTION_M)] = CONTRADICTION
    problems[outside & has_degrees & _is_near(ground, *to_metres(lat, lon, srid))] = SWAPPED
    problems[(given[:, 0] != given[:, 1]) | (given[:, 2] != given[:, 3])] = HALF_POSITION
    problems[(given & ~np.isfinite(numbers)).any(axis=1)] = NOT_A_NUMBER
    kept: list[AddressRow] = []
    for i, row in enumerate(batch):
        if problems[i]:
            tally.refuse(problems[i], f"ligne {row.line}")
        elif has_any[i]:
            kept.append(replace(row, point=(float(final_lon[i]), float(final_lat[i]))))
        else:
            kept.append(row)
    return kept


def _is_near(ground: BaseGeometry, east: FloatArray, north: FloatArray) -> np.ndarray:
    finite = np.isfinite(east) & np.isfinite(north)
    near = np.zeros(len(east), dtype=bool)
    near[finite] = shapely.dwithin(ground, shapely.points(east[finite], north[finite]), OUTLINE_TOLERANCE_M)
    return near


def _as_number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return np.nan


def keep_one_per_id(rows: Iterable[AddressRow], tally: Tally) -> list[AddressRow]:
    """Keep the best position of each identifier; one identifier for two different addresses is refused."""
    best: dict[str, AddressRow] = {}
    for row in rows:
        known = best.get(row.official_id)
        if known is None:
            best[row.official_id] = row
        elif _names(known) != _names(row):
            tally.refuse(REPEATED_ID, f"ligne {row.line}")
        else:
            tally.pass_over(OTHER_POSITION)
            best[row.official_id] = min(known, row, key=_rank)
    return list(best.values())


def _names(row: AddressRow) -> tuple[str, str, str]:
    return row.house_number, row.suffix, row.street_name


def _rank(row: AddressRow) -> tuple[bool, int, int]:
    kind = row.position_kind.replace("'", "’")
    order = POSITION_ORDER.index(kind) if kind in POSITION_ORDER else len(POSITION_ORDER)
    return row.point is None, order, row.line


def find_text_problem(row: AddressRow) -> str:
    """Return why the words of a row cannot be taken, or the empty text."""
    if not row.street_name:
        return NO_STREET
    if any(len(getattr(row, name) or "") > limit for name, limit in MAX_LENGTH.items()):
        return TOO_LONG
    return ""


def refuse_mostly_wrong(file: Path, rows: Sequence[AddressRow], insee_code: str, tally: Tally) -> None:
    """Refuse a file of which no row, or less than half of the commune's rows, can be taken.

    Raises
    ------
    InvalidFile
        Naming the first rows concerned and what is wrong with them.
    """
    refused = tally.refused.total()
    if refused > len(rows):
        reason, count = tally.refused.most_common(1)[0]
        raise InvalidFile(
            file,
            f"{refused} lignes sont refusées pour {len(rows)} retenues ; surtout : {reason} ({count} fois).",
            where=", ".join(tally.examples[reason]),
            remedy="Vérifiez d'où vient ce fichier.",
        )
    if not rows:
        raise InvalidFile(
            file,
            f"aucune adresse de la commune {insee_code} ne s'y trouve.",
            remedy="Vérifiez que c'est le fichier de votre département ou de votre commune.",
        )
