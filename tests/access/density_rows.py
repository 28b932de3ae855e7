"""The rows of the maps of density: what is found of them, and the addresses that serve them."""

from tests.access.address import Free, Own, Ruled
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.stage import Stage, canary

DENSITY_PAGES = ("density", "density_picture", "density_file")
DENSITY_ADDRESSES: dict[str, Ruled | Own | Free] = {
    "maps:density": Ruled(rows=("heatmap.exact",)),
    "maps:density_picture": Ruled(rows=("heatmap.exact",)),
    "maps:density_file": Ruled(rows=("heatmap.exact",), needs_recent_proof=True),
}


def _communes_drawn(evidence: Evidence, stage: Stage) -> set[object]:
    """Communes of which a page names a street, where all of its forms are given; « some » where not all are."""
    pages = evidence.text("density", "density_file")
    told: set[object] = {
        place.insee
        for place in stage.places
        if any(canary("rue", place.insee, number) in pages for number in range(len(place.town.addresses)))
    }
    given = [kind for kind in DENSITY_PAGES if evidence.open(kind)]
    return told if len(given) == len(DENSITY_PAGES) else {*told, *given}


DENSITY = {
    "heatmap.exact": Fact(seen=_communes_drawn, all=lambda place: {place.insee}),
}
