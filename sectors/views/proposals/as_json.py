"""Drawings, and what is wrong with them, as the workshop's script reads them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.roles import Role
from geo import french
from sectors.models import Proposal
from sectors.services.drawing import Drawing, Fault, Feedback
from sectors.services.examination import Drawn
from sectors.services.grounds import to_degrees
from sectors.views.proposals.phrases import tell_left

type Json = dict[str, Any]


def tell_drawn(drawn: Iterable[Drawn]) -> list[Json]:
    """Each area with the sector that it is of, or the number and the name of a new one."""
    return [
        {
            "key": each.key,
            "sector": each.sector.pk if each.sector else None,
            "number": each.sector.number if each.sector else each.number,
            "name": each.sector.name if each.sector else each.name,
            "area": each.area.coords if each.area is not None else None,
        }
        for each in drawn
    ]


def tell_standing(proposal: Proposal, account: Account) -> Json:
    """Who saved the last drawing, told by role, and when."""
    saved = proposal.revisions.get(number=proposal.revision)
    return {
        "revision": proposal.revision,
        "state": proposal.state,
        "is_draft": proposal.state == Proposal.State.DRAFT,
        "saved_at": _tell_when(saved.saved_at),
        "is_mine": saved.saved_by_id == account.pk,
        "by_role": str(Role(saved.by_role).label),
    }


def _tell_when(moment: dt.datetime) -> str:
    """The hour of today, and the day of any other."""
    if timezone.localdate(moment) == timezone.localdate():
        return _("à %(hour)s") % {"hour": french.clock(moment)}
    return _("le %(moment)s") % {"moment": french.moment(moment)}


def tell_neighbours(drawing: Drawing) -> list[Json]:
    """The perimeters in force that the drawing leaves as they are."""
    drawn = {each.key for each in drawing.drawn}
    return [
        {"key": key, "name": str(sector), "area": to_degrees(drawing.grounds[key], drawing.commune).coords}
        for key, sector in drawing.sectors.items()
        if key not in drawn and key in drawing.grounds
    ]


def tell_feedback(
    feedback: Feedback, names: Mapping[str, str], sentences: Iterable[str], *, may_change: Iterable[str]
) -> Json:
    """What a perimeter holds and what is wrong with it, each fault with the mends that the person may make."""
    changeable, said = set(may_change), iter(sentences)
    return {
        "addresses": feedback.addresses,
        "share_of_addresses": feedback.share_of_addresses,
        "residents": feedback.residents,
        "area_m2": feedback.area_m2,
        "share_of_commune": feedback.share_of_commune,
        "sentence": _("%(addresses)s, environ %(residents)s, %(area)s\u00a0ha, %(share)s\u00a0%% de la commune.")
        % {
            "addresses": french.counted(feedback.addresses, _("adresse")),
            "residents": french.counted(feedback.residents, _("habitant")),
            "area": french.decimal(feedback.area_m2 / 10_000, 1),
            "share": french.decimal(100 * feedback.share_of_commune, 1),
        },
        "bordering": list(feedback.bordering),
        "leaves": tell_left(feedback.left),
        "overlaps": [_tell_overlap(fault, next(said), changeable) for fault in feedback.overlaps],
        "gaps": [_tell_gap(fault, next(said), names, changeable) for fault in feedback.gaps],
    }


def _tell_overlap(fault: Fault, sentence: str, changeable: set[str]) -> Json:
    (other,) = fault.neighbours
    mends = [{"act": "trim", "other": other, "label": _("Rogner le vôtre")}]
    if other in changeable:
        mends.append({"act": "share_border", "other": other, "label": _("Partager la limite")})
    return _tell_fault(fault, sentence, mends)


def _tell_gap(fault: Fault, sentence: str, names: Mapping[str, str], changeable: set[str]) -> Json:
    mends = [{"act": "fill_gap", "other": "", "label": _("Prendre ce terrain")}]
    mends += [
        {
            "act": "share_gap",
            "other": other,
            "label": _("Partager avec « %(name)s »") % {"name": names[other]},
        }
        for other in fault.neighbours
        if other in changeable
    ]
    return _tell_fault(fault, sentence, mends if fault.is_beside else [])


def _tell_fault(fault: Fault, sentence: str, mends: list[dict[str, str]]) -> Json:
    return {
        "neighbours": list(fault.neighbours),
        "area_m2": fault.area_m2,
        "is_sliver": fault.is_sliver,
        "at": list(fault.place),
        "area": fault.area.coords,
        "sentence": sentence,
        "mends": mends,
    }
