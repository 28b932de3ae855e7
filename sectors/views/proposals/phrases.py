"""What is wrong with a drawing, in the words of the workshop and of the page where it is checked."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from geo import french
from sectors.errors import ShapeRefused
from sectors.forms.proposals import tell
from sectors.services.drawing import Drawing, Fault, Left, look_at

HECTARE_M2 = 10_000


def tell_faults(drawing: Drawing) -> dict[str, list[str]]:
    """Say what is wrong with each area of a drawing, by its key."""
    return {each.key: _faults_of(drawing, each.key) for each in drawing.drawn if each.area is not None}


def tell_left(left: Left) -> str:
    """Say what a drawing leaves without a sector; empty where it leaves nothing."""
    if not left:
        return ""
    return _("Laisse sans secteur %(ground)s et %(addresses)s qui en ont un aujourd'hui.") % {
        "ground": _measure(left.area_m2),
        "addresses": french.counted(left.addresses, _("adresse")),
    }


def overlap_sentence(fault: Fault, names: Mapping[str, str]) -> str:
    """Say which perimeter a drawn one overlaps, and on how much ground."""
    (other,) = fault.neighbours
    return _("Recouvre « %(name)s » sur %(area)s.") % {"name": names[other], "area": _measure_fault(fault)}


def gap_sentence(fault: Fault, names: Mapping[str, str]) -> str:
    """Say how much ground a drawn perimeter leaves in no sector, and between which."""
    if not (fault.neighbours and fault.is_beside):
        return _("Laisse %(area)s sans secteur.") % {"area": _measure_fault(fault)}
    return _("Laisse %(area)s sans secteur, entre ce secteur et %(beside)s.") % {
        "area": _measure_fault(fault),
        "beside": ", ".join(f"« {names[each]} »" for each in fault.neighbours),
    }


def _faults_of(drawing: Drawing, key: str) -> list[str]:
    try:
        feedback = look_at(drawing, key)
    except ShapeRefused as refused:
        return [tell(refused)]
    names = drawing.names
    overlaps = [overlap_sentence(fault, names) for fault in feedback.overlaps]
    return overlaps + [gap_sentence(fault, names) for fault in feedback.gaps]


def _measure(area_m2: float) -> str:
    if area_m2 < HECTARE_M2:
        return f"{french.decimal(area_m2, 0)}\u00a0m²"
    return f"{french.decimal(area_m2 / HECTARE_M2, 1)}\u00a0ha"


def _measure_fault(fault: Fault) -> str:
    measure = _measure(fault.area_m2)
    return f"{measure} ({french.counted(fault.addresses, _('adresse'))})" if fault.addresses else measure
