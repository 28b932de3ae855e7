"""The engine's geometry strings, decoded by NumPy: one string crosses into Python instead of a list of pairs."""

import numpy as np

from geo.routing.protocol import FloatArray

UNITS_PER_DEGREE = 1e6  # "polyline6": OSRM's own resolution, so nothing is lost
ASCII_OFFSET = 63
CHUNK_BITS = 5
CONTINUES = 1 << CHUNK_BITS


def decode_polyline6(encoded: str) -> FloatArray:
    """Return the vertices (longitude, latitude) of a polyline of precision 6, shape (k, 2).

    Notes
    -----
    Each number is a difference to the previous vertex, zigzag-signed, in groups of 5 bits from the lowest,
    all but the last with bit 6 set; latitude comes first. See Google's "Encoded Polyline Algorithm Format".
    """
    chunks = np.frombuffer(encoded.encode("ascii"), dtype=np.uint8).astype(np.int64) - ASCII_OFFSET
    if not chunks.size:
        return np.empty((0, 2))
    ends = np.flatnonzero(chunks < CONTINUES)
    starts = np.concatenate(([0], ends[:-1] + 1))
    rank_in_number = np.arange(len(chunks)) - np.repeat(starts, ends - starts + 1)
    zigzag = np.add.reduceat((chunks & (CONTINUES - 1)) << (CHUNK_BITS * rank_in_number), starts)
    differences = (zigzag >> 1) ^ -(zigzag & 1)
    lat_lon = differences.reshape(-1, 2).cumsum(axis=0)
    return np.ascontiguousarray(lat_lon[:, ::-1]) / UNITS_PER_DEGREE
