"""What is said above a map that mostly shows where somebody looks, and not where something happens."""

import datetime as dt
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS
from django.utils.translation import gettext as _

from accounts.retention import days_kept
from geo import french
from geo.models import Commune
from geo.statistics.rates import Observed, Verdict, compare_all
from maps.density.asked import Asked
from maps.density.facts import Surface, count_by_sector
from maps.review.grounds import count_covered, read_ground
from sectors.services.grounds import in_force_on

# A sector that sends this many times what its homes would is told of.
EAGER_RATIO = 2.0
FEWEST_REPORTS = 20


@dataclass(frozen=True, kw_only=True)
class Eager:
    """A sector that relays far more than its share of the homes."""

    name: str
    reports: int
    percent_of_reports: int
    percent_of_homes: int


def tell_missing(asked: Asked, now: dt.datetime) -> str:
    """Say why nothing can be on a map, whatever has happened; empty where something may be.

    Parameters
    ----------
    now
        In the time zone of the commune.
    """
    days = asked.days_meant
    if not days:
        return _("Cette période n'a aucun %(day)s : changez ce choix ou les dates.") % {
            "day": asked.weekday_and_month
        }
    if days[0] > now.date():
        return _("Ces jours sont à venir : il n'y a encore rien à montrer.")
    if days[0] == now.date() and asked.hour > now.hour:
        return _("Cette heure est à venir : il n'y a encore rien à montrer.")
    return ""


def warn(commune: Commune, asked: Asked, total: float) -> list[str]:
    """Say what makes the map show something else than what happens; nothing where nothing does.

    Parameters
    ----------
    total
        What is on the map.
    """
    if asked.surface is Surface.FOUND:
        told = _(
            "Cette carte montre d'abord où passent les équipages : un fait n'est constaté que là où quelqu'un "
            "est venu. Ne la lisez jamais avec celle des signalements."
        )
        return [told, *_tell_erased(asked)]
    if asked.surface is Surface.MINUTES:
        told = _("Cette carte montre où passent les équipages, et rien de ce qui arrive aux habitants.")
        return [told, *_tell_erased(asked)]
    if total < FEWEST_REPORTS:
        return []
    return [
        _(
            "Le secteur « %(name)s » envoie %(reports)s %% des signalements pour %(homes)s %% des logements : "
            "s'il s'y passe davantage, ou si son référent est très actif, la carte ne le dit pas."
        )
        % {"name": each.name, "reports": each.percent_of_reports, "homes": each.percent_of_homes}
        for each in find_eager(commune, asked.first, asked.last, kind=asked.kind)
    ]


def _tell_erased(asked: Asked) -> list[str]:
    """Say from which day on the map has passages, where it was asked for earlier ones."""
    if asked.first >= asked.kept_since:
        return []
    told = _("Les passages sont effacés au bout de %(days)d jours : cette carte n'en a aucun d'avant le %(kept)s.")
    return [told % {"days": days_kept("passage"), "kept": french.day(asked.kept_since)}]


def find_eager(commune: Commune, first: dt.date, last: dt.date, *, kind: str = "") -> list[Eager]:
    """Find the sectors that relay much more by home than all others together, beyond chance."""
    counts = count_by_sector(commune, first, last, kind=kind)
    areas = in_force_on(commune, last)
    homes = count_covered(read_ground(commune, using=DEFAULT_DB_ALIAS), areas)
    sectors = [sector for sector in areas if homes.get(sector.pk)]
    all_homes, all_reports = sum(homes[sector.pk] for sector in sectors), sum(counts.get(s.pk, 0) for s in sectors)
    tried = [sector for sector in sectors if homes[sector.pk] < all_homes]
    compared = compare_all(
        [
            (
                Observed(counts.get(sector.pk, 0), homes[sector.pk]),
                Observed(all_reports - counts.get(sector.pk, 0), all_homes - homes[sector.pk]),
            )
            for sector in tried
        ]
    )
    return [
        Eager(
            name=sector.name,
            reports=one.now.count,
            percent_of_reports=round(100 * one.now.count / all_reports),
            percent_of_homes=round(100 * homes[sector.pk] / all_homes),
        )
        for sector, one in zip(tried, compared, strict=True)
        if one.verdict is Verdict.MORE and one.ratio >= EAGER_RATIO and one.now.count >= FEWEST_REPORTS
    ]
