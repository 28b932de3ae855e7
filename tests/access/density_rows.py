"""The rows of the maps of density: what is found of them, and the addresses that serve them."""

from maps.models import DensityFigure
from tests.access.address import Free, Own, Ruled
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.people import Place
from tests.access.stage import Stage, canary

DENSITY_PAGES = ("density", "density_picture", "density_file", "density_checks")
DENSITY_ADDRESSES: dict[str, Ruled | Own | Free] = {
    "maps:density": Ruled(rows=("heatmap.exact",)),
    "maps:density_checks": Ruled(rows=("heatmap.exact",)),
    "maps:density_picture": Ruled(rows=("heatmap.exact",)),
    "maps:density_file": Ruled(rows=("heatmap.exact",), needs_recent_proof=True),
    "maps:published_density": Ruled(rows=("heatmap.published",)),
    "maps:published_file": Ruled(rows=("heatmap.published",)),
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


def _published(place: Place) -> set[object]:
    return set(DensityFigure.objects.filter(commune=place.insee).values_list("value", flat=True))


def _published_told(evidence: Evidence, stage: Stage) -> set[object]:
    """Figures that stand in the page and, but for those of a whole commune, in the file."""
    page, file = evidence.text("published"), evidence.text("published_file")
    return {
        figure.value
        for figure in DensityFigure.objects.all()
        if f">{figure.value}</td>" in page and (figure.column is None or f">{figure.value}</td>" in file)
    }


DENSITY = {
    "heatmap.exact": Fact(seen=_communes_drawn, all=lambda place: {place.insee}),
    "heatmap.published": Fact(
        seen=_published_told,
        all=_published,
        published=_published,
        of_sector=lambda place: set(
            DensityFigure.objects.filter(sector=place.sectors[0]).values_list("value", flat=True)
        ),
    ),
}
