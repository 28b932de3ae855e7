"""The fingerprint of a problem: equal problems have equal ones, in any process and on any machine."""

import hashlib
import json

import numpy as np

from patrols.planner.problem import Problem


def fingerprint(problem: Problem) -> str:
    """Return the SHA-256 of everything the search reads, as 64 hexadecimal digits.

    Notes
    -----
    Matrices enter as little-endian float64 bytes, the rest as JSON with sorted keys; sets are sorted, since
    their order changes from one process to the next.
    """
    digest = hashlib.sha256()
    for matrix in problem.durations_s:
        digest.update(repr(matrix.shape).encode())
        digest.update(np.ascontiguousarray(matrix, dtype="<f8").tobytes())
    described = {
        "visits": [
            [
                visit.id,
                visit.home,
                visit.location,
                visit.prize,
                visit.service_s,
                visit.windows,
                visit.min_separation_s,
                sorted(visit.excluded_crews),
            ]
            for visit in problem.visits
        ],
        "crews": [
            [
                crew.id,
                crew.profile,
                crew.start_location,
                crew.end_location,
                crew.shift,
                [[pause.earliest_s, pause.latest_s, pause.duration_s] for pause in crew.breaks],
            ]
            for crew in problem.crews
        ],
        "locked_beginnings": {crew: list(visits) for crew, visits in problem.locked_beginnings.items()},
        "locked_crews": dict(problem.locked_crews),
    }
    digest.update(json.dumps(described, sort_keys=True).encode())
    return digest.hexdigest()
