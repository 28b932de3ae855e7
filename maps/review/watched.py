"""Burglaries among watched homes against those of all others, upon the nights for which each could be burgled."""

from django.utils.translation import gettext as _

from geo import french
from geo.statistics.rates import Observed, compare
from maps.review.measures import ADDRESSES, BURGLARIES, NIGHTS, WATCHED_BURGLARIES
from maps.review.reading import Figures, State

NIGHTS_TOLD = 10_000


def tell_watched(figures: Figures) -> str:
    """Say, for the commune, whether watched homes are burgled at another rate; empty where nothing was given.

    Notes
    -----
    Watched homes are exposed for the nights of their absence; the others, one for each address, for all nights of
    the period less these. Both rates have their exact interval, and the exact test says whether chance may part
    them.
    """
    rows = [figures.table(key).whole for key in (BURGLARIES, WATCHED_BURGLARIES, NIGHTS, ADDRESSES)]
    everywhere, watched, nights, addresses = (row.now if row else None for row in rows)
    if everywhere is None or watched is None or everywhere.state is State.UNKNOWN:
        return ""
    if not (everywhere.value and watched.value and nights and nights.value and addresses and addresses.value):
        return _("Logements surveillés face aux autres : non comparés, faute de deux chiffres publiés.")
    other_nights = addresses.value * figures.period.days - nights.value
    if other_nights <= 0:
        return ""
    now = Observed(int(watched.value), nights.value)
    others = Observed(int(everywhere.value - watched.value), other_nights)
    return _(
        "Logements surveillés : %(watched)s cambriolages, soit %(rate)s. Autres logements : %(others)s, soit"
        " %(other_rate)s. Comparaison : %(verdict)s."
    ) % {
        "watched": watched,
        "rate": now.describe(per=NIGHTS_TOLD, of=_("nuits")),
        "others": french.whole(others.count),
        "other_rate": others.describe(per=NIGHTS_TOLD, of=_("nuits")),
        "verdict": compare(now, others).verdict.value,
    }
