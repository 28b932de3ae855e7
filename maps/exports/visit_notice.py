"""The visit notice that a crew leaves, as PDF/UA-1: whoever finds it learns that police passed in the quarter.

It is read by strangers: nothing of the home, of its people, of the crew or of what was found may stand on it.
"""

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string

from geo import french
from maps.exports.half_days import half_day_of
from maps.exports.road_sheet import print_page

SCHEME = "Citoyens vigilants"


def render_notice(done_at: dt.datetime, commune: str) -> bytes:
    """Render the notice of a passage.

    Parameters
    ----------
    done_at
        Aware moment of the passage; only its day and half-day are written.
    commune
        Name of the commune whose police is to be asked.
    """
    day, half = half_day_of(done_at)
    context = {
        "scheme": SCHEME,
        "commune": commune,
        "day": french.day(day),
        "half": half.label,
        "contact": settings.POLICE_CONTACT,
    }
    return print_page(render_to_string("maps/visit_notice.html", context))
