"""A measure of a year by sector, as a standalone map."""

from django.utils.translation import gettext as _

from maps.folium_map.sectors_map import render_sectors
from maps.review.measures import MEASURES
from maps.review.report.drawings import map_rate
from maps.review.report.year import YearTold


def render_map(told: YearTold, measure: str) -> str:
    """Render a measure of a year upon its addresses as one HTML page that needs no network.

    Raises
    ------
    AssetMissing
        When the files of ``frontend/`` were not built.
    """
    return render_sectors(
        map_rate(told, measure),
        heading=_("Bilan %(year)d · %(commune)s") % {"year": told.year, "commune": told.commune.name},
        standing=_("Chiffres publiés. Empreinte du bilan : %(fingerprint)s.")
        % {"fingerprint": told.fingerprint_told},
        why_left_out=MEASURES[measure].left_out,
    )
