"""What a proposal changes, on a map: one sector before and after, among its neighbours."""

import datetime as dt

import shapely
from django.contrib.gis.geos import MultiPolygon
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from maps.charts import ChangeMap
from sectors.models import ProposalRevision
from sectors.services.comparison import compare, day_compared
from sectors.services.examination import drawn_in, key_of
from sectors.services.grounds import in_force_on


def map_change(saved: ProposalRevision, rank: int, *, now: dt.datetime) -> ChangeMap | None:
    """Map the change of that rank, from 1, that a saved drawing makes, in its order; None of nothing."""
    proposal = saved.proposal
    changes = compare(proposal.commune, drawn_in(saved), day_compared(proposal, now=now))
    if not 1 <= rank <= len(changes):
        return None
    change = changes[rank - 1]
    before, after = _shape_of(change.before.area), _shape_of(change.after.area)
    if before is None and after is None:
        return None
    in_force = in_force_on(proposal.commune, day_compared(proposal, now=now))
    return ChangeMap(
        title=_("%(sector)s, avant et après") % {"sector": change.name},
        insee_code=proposal.commune.insee_code,
        before=before,
        after=after,
        neighbours=tuple(
            (sector.number, shape)
            for sector, area in in_force.items()
            if key_of(sector) != change.key and (shape := _shape_of(area)) is not None
        ),
    )


def _shape_of(area: MultiPolygon | None) -> BaseGeometry | None:
    return None if area is None or area.empty else shapely.from_wkb(bytes(area.wkb))
