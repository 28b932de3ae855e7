"""What is wrong with a drawing, in the words of the workshop and of the page where it is checked."""

from collections.abc import Mapping, Sequence

from django.shortcuts import resolve_url
from django.utils.html import format_html
from django.utils.translation import gettext as _

from geo import french
from geo.models import Commune
from sectors.errors import SectorError
from sectors.models import Proposal
from sectors.perimeter_geometry.errors import DrawingRefused, ShapeRefused
from sectors.services.drawing import Drawing, Fault, Feedback, Left, look_at
from sectors.services.landmarks import find_landmarks
from sectors.services.lightening import Lightening

FAR_M = 100.0
type Place = tuple[float, float]


def tell(error: SectorError, commune: Commune) -> str:
    """Put what is wrong in words, with the first place where it is at some."""
    return next(iter(tell_each_place(error, commune)))


def tell_each_place(error: SectorError, commune: Commune) -> list[str]:
    """Put what is wrong in words once for each place where it is; once where it is at none."""
    if not isinstance(error, ShapeRefused) or not error.places:
        return [str(error)]
    return [f"{error} {place}" for place in say_places(commune, error.places)]


def tell_obstacles(proposal: Proposal, refused: DrawingRefused) -> list[str]:
    """Say all that keeps a drawing from being in force, with its place, and of a draft where to mend it."""
    told = [
        (each, order, f"{each.name} : {sentence}")
        for each in refused.obstacles
        for order, sentence in enumerate(tell_each_place(each.error, proposal.commune), start=each.order)
    ]
    if proposal.state != Proposal.State.DRAFT:
        return [sentence for _each, _order, sentence in told]
    workshop, words = resolve_url("sectors:workshop", proposal.pk), _("Corriger dans l'atelier")
    return [
        format_html(
            '{} <a href="{}#defaut-{}-{}">{}<span class="visually-hidden"> : {}</span></a>',
            *(sentence, workshop, each.key, order, words, each.name),
        )
        for each, order, sentence in told
    ]


def tell_faults(drawing: Drawing, *, with_places: bool) -> dict[str, list[str]]:
    """Say what is wrong with each area of a drawing, by its key; with the addresses nearby for who may mend it."""
    drawn = [each.key for each in drawing.drawn if each.area is not None]
    return {key: _faults_of(drawing, key, with_places=with_places) for key in drawn}


def say_faults(feedback: Feedback, drawing: Drawing, *, with_places: bool = True) -> list[str]:
    """Say each fault of a perimeter, in the order of ``Feedback.faults``."""
    names = drawing.names
    sentences = [
        *(_overlap_sentence(fault, names) for fault in feedback.overlaps),
        *(_gap_sentence(fault, names) for fault in feedback.gaps),
    ]
    if not with_places:
        return sentences
    places = say_places(drawing.commune, [fault.place for fault in feedback.faults])
    return [f"{sentence} {place}" for sentence, place in zip(sentences, places, strict=True)]


def say_lightening(lightening: Lightening, names: Mapping[str, str]) -> str:
    """Say how many vertices stay, how far the border moves, and what comes and goes."""
    said = _(
        "%(before)s deviennent %(after)s. La limite bouge de %(moved)s\u00a0m au plus : %(gained_m2)s de plus, "
        "%(lost_m2)s de moins ; %(gained)s de plus, %(lost)s de moins."
    ) % {
        "before": french.counted(lightening.vertices_before, _("sommet")),
        "after": lightening.vertices_after,
        "moved": french.decimal(lightening.moved_m, 1),
        "gained_m2": french.ground(lightening.gained_m2),
        "lost_m2": french.ground(lightening.lost_m2),
        "gained": french.counted(lightening.gained, _("adresse")),
        "lost": lightening.lost,
    }
    if not lightening.neighbours:
        return said
    beside = ", ".join(f"« {names[key]} »" for key in lightening.neighbours)
    return _("%(said)s La limite commune bouge aussi pour %(beside)s.") % {"said": said, "beside": beside}


def say_places(commune: Commune, places: Sequence[Place]) -> list[str]:
    """Say where each place (lon, lat) is, by the nearest address; by numbers in a commune without addresses."""
    near = find_landmarks(commune, places)
    if not near:
        degrees = [(french.decimal(lat, 5), french.decimal(lon, 5)) for lon, lat in places]
        return [_("Endroit : latitude %s, longitude %s.") % each for each in degrees]
    return [
        _("Endroit : %(address)s, à %(distance)s.")
        % {"address": each.address, "distance": _distance(each.distance_m)}
        for each in near
    ]


def tell_left(left: Left) -> str:
    """Say what a drawing leaves without a sector; empty where it leaves nothing."""
    if not left:
        return ""
    return _("Laisse sans secteur %(ground)s et %(addresses)s qui en ont un aujourd'hui.") % {
        "ground": french.ground(left.area_m2),
        "addresses": french.counted(left.addresses, _("adresse")),
    }


def _overlap_sentence(fault: Fault, names: Mapping[str, str]) -> str:
    """Say which perimeter a drawn one overlaps, and on how much ground."""
    (other,) = fault.neighbours
    return _("Recouvre « %(name)s » sur %(area)s.") % {"name": names[other], "area": _measure_fault(fault)}


def _gap_sentence(fault: Fault, names: Mapping[str, str]) -> str:
    """Say how much ground a drawn perimeter leaves in no sector, and between which."""
    if not (fault.neighbours and fault.is_beside):
        return _("Laisse %(area)s sans secteur.") % {"area": _measure_fault(fault)}
    return _("Laisse %(area)s sans secteur, entre ce secteur et %(beside)s.") % {
        "area": _measure_fault(fault),
        "beside": ", ".join(f"« {names[each]} »" for each in fault.neighbours),
    }


def _faults_of(drawing: Drawing, key: str, *, with_places: bool) -> list[str]:
    try:
        feedback = look_at(drawing, key)
    except ShapeRefused as refused:
        return tell_each_place(refused, drawing.commune) if with_places else [str(refused)]
    return say_faults(feedback, drawing, with_places=with_places)


def _distance(distance_m: float) -> str:
    return french.length(distance_m) if distance_m >= FAR_M else f"{distance_m:.0f}\u00a0m"


def _measure_fault(fault: Fault) -> str:
    measure = french.ground(fault.area_m2)
    return f"{measure} ({french.counted(fault.addresses, _('adresse'))})" if fault.addresses else measure
