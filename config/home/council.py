"""What the CLSPD finds: the sectors, and how much of the commune they cover. Never a home, a name or a point.

Addresses and perimeters are open data; no figure here counts people, absences or facts. They are read through the
login that was never granted a nominative table.
"""

from django.contrib.gis.db.models import Union
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from config.home.blocks import Block, Fact, Figure
from geo import french
from geo.models import Address, Commune
from sectors.models import Perimeter, Sector

AGGREGATES = "aggregates"


def describe_coverage(commune: Commune) -> Block:
    """The block of the council: sectors, perimeters in force, share of the addresses inside one."""
    today = timezone.localdate()
    sectors = Sector.objects.using(AGGREGATES).filter(commune=commune.pk).count()
    in_force = Perimeter.objects.using(AGGREGATES).filter(sector__commune=commune.pk).in_force_on(today)
    addresses = Address.objects.using(AGGREGATES).filter(commune=commune.pk, point__isnull=False)
    known = addresses.count()
    # One shape for all: an address on the border of two sectors is counted once, and the page of a town of 16,000
    # addresses takes 0.12 s; looking for the perimeter of each took 0.8 s.
    area = in_force.aggregate(area=Union("area"))["area"]
    covered = addresses.filter(point__coveredby=area).count() if area else 0
    share = f"{french.decimal(100 * covered / known, 0)}{french.NO_BREAK}%" if known else "–"
    return Block(
        title=_("Couverture de la commune"),
        figures=(
            Figure(value=french.whole(sectors), label=_("secteurs")),
            Figure(value=french.whole(in_force.count()), label=_("périmètres en vigueur")),
            Figure(value=french.whole(covered), label=_("adresses couvertes")),
            Figure(value=share, label=_("des adresses de la commune")),
        ),
        words=(_("Ces chiffres décrivent le territoire. Aucune personne ni aucun logement n'y est compté."),),
    )


def describe_sectors(commune: Commune) -> Block:
    """The sectors by name, each with since when its perimeter is in force, and what is not to be seen here yet."""
    in_force = Perimeter.objects.using(AGGREGATES).in_force_on(timezone.localdate())
    days = dict(in_force.filter(sector__commune=commune.pk).values_list("sector", "valid"))
    sectors = Sector.objects.using(AGGREGATES).filter(commune=commune.pk).order_by("number")
    return Block(
        title=_("Les secteurs"),
        facts=tuple(Fact(label=str(sector), value=_tell_days(days.get(sector.pk))) for sector in sectors),
        words=(
            _("Les indicateurs du dispositif, par secteur et par période, sont dans « Bilan »."),
            _("Où l'on signale, trimestre par trimestre, est dans « Carte publiée »."),
        ),
    )


def _tell_days(valid: DateRange | None) -> str:
    if valid is None:
        return _("aucun périmètre en vigueur")
    return _("périmètre en vigueur depuis le %(day)s") % {"day": french.day(valid.lower)}
