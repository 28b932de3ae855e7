"""How much is covered: by the scheme, whose perimeters hold addresses, and by the patrols, which owe passages.

``cuts`` places addresses in areas and says what moves between two sets of areas, ``scheme`` adds up shares and
finds the gaps, ``patrolling`` sets passages against what was owed. Arrays in, arrays out: no database, no Django.
"""

from sectors.coverage.cuts import NOWHERE, Cut, Move, Pieces, find_moves, find_pieces, place
from sectors.coverage.patrolling import PatrolCoverage, spread_of_hours, weigh_patrols
from sectors.coverage.scheme import Gap, SchemeCoverage, Share, cover, find_gaps

__all__ = [
    "NOWHERE",
    "Cut",
    "Gap",
    "Move",
    "PatrolCoverage",
    "Pieces",
    "SchemeCoverage",
    "Share",
    "cover",
    "find_gaps",
    "find_moves",
    "find_pieces",
    "place",
    "spread_of_hours",
    "weigh_patrols",
]
