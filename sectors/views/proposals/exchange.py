"""What the workshop's script asks: how a draft stands, to keep one, to look at it, to mend it, to name places."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import allows, person_of
from geo.models import Commune
from sectors.errors import (
    DrawingNotUnderstood,
    NotAtThisStep,
    NotYourSector,
    ProposalHasChanged,
    SectorError,
    UnknownNeighbour,
)
from sectors.forms import drawings as sent_drawings
from sectors.forms.drawings import Sent, read_body, read_drawing, read_key
from sectors.forms.proposals import LONGEST_LIST
from sectors.models import Proposal
from sectors.perimeter_geometry.errors import ShapeRefused
from sectors.services import drawing as drawings
from sectors.services import lightening as lightenings
from sectors.services import proposals
from sectors.services.drawing import Drawing, look_at, open_drawing
from sectors.services.examination import Drawn, drawn_in
from sectors.services.landmarks import find_landmarks
from sectors.services.street_perimeters import compose_perimeter
from sectors.views.proposals.as_json import tell_drawn, tell_feedback, tell_neighbours, tell_standing
from sectors.views.proposals.asking import PROPOSE, READ, act_of, commune_of, may_write, written_or_404
from sectors.views.proposals.phrases import say_faults, say_lightening, say_places, tell

REFUSED, CONFLICT = 400, 409
# How a refusal is told apart by the script; any other is « refused ».
KINDS: dict[type[SectorError], tuple[int, str]] = {
    ProposalHasChanged: (CONFLICT, "changed"),
    NotAtThisStep: (CONFLICT, "ended"),
}
type View = Callable[..., HttpResponse]
type Mend = Callable[[Drawing, str, Sent], list[Drawn]]

MENDS: Mapping[str, Mend] = {
    "trim": lambda drawing, key, sent: drawings.trim(drawing, key, read_key(sent, "other")),
    "share_border": lambda drawing, key, sent: drawings.share_border(drawing, key, read_key(sent, "other")),
    "fill_gap": lambda drawing, key, sent: drawings.fill_gap(drawing, key, sent_drawings.read_place(sent)),
    "share_gap": lambda drawing, key, sent: drawings.share_gap(
        drawing, key, read_key(sent, "other"), sent_drawings.read_place(sent)
    ),
    "snap": lambda drawing, key, sent: drawings.snap(drawing, key),
    "merge": lambda drawing, key, sent: drawings.merge(drawing, key, read_key(sent, "other")),
    "split": lambda drawing, key, sent: drawings.split(
        drawing,
        key,
        sent_drawings.read_line(sent),
        number=sent_drawings.read_number(sent, "number"),
        name=sent_drawings.read_name(sent),
    ),
}


def answers_in_french(view: View) -> View:
    """Turn what a view refuses into its phrase, its place and its status, and undo what it had begun."""

    @wraps(view)
    def answer(request: HttpRequest, key: int) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, key)
        except SectorError as error:
            status, kind = KINDS.get(type(error), (REFUSED, "refused"))
            told: dict[str, Any] = {"kind": kind, **_tell_refusal(error, commune_of(request))}
            if isinstance(error, ProposalHasChanged):
                proposal = written_or_404(request, key)
                told |= _tell_whole(request, proposal)
            return JsonResponse(told, status=status)

    return answer


@allows(PROPOSE, READ)
@never_cache
@require_safe
@answers_in_french
def show_draft(request: HttpRequest, key: int) -> HttpResponse:
    """Tell how a draft stands, with its last drawing unless the script has that one already."""
    proposal = written_or_404(request, key)
    if request.GET.get("depuis") == str(proposal.revision):
        return JsonResponse(tell_standing(proposal, act_of(request).account))
    return JsonResponse(_tell_whole(request, proposal))


@allows(PROPOSE, READ)
@never_cache
@require_POST
@answers_in_french
def keep_drawing(request: HttpRequest, key: int) -> HttpResponse:
    """Keep a drawing as the next of a draft, unless somebody kept another since the one that the script saw."""
    proposal, sent = written_or_404(request, key), read_body(request)
    drawn = _read_own(request, proposal, sent)
    saved = proposals.save(proposal, drawn, act_of(request, revision=sent_drawings.read_number(sent, "revision")))
    return JsonResponse(tell_standing(saved, act_of(request).account))


@allows(PROPOSE, READ)
@never_cache
@require_POST
@answers_in_french
def look(request: HttpRequest, key: int) -> HttpResponse:
    """Tell what a perimeter holds as it is drawn, and what is wrong with it; nothing is kept."""
    proposal, sent = written_or_404(request, key), read_body(request)
    drawing = _open(request, proposal, sent)
    try:
        feedback = look_at(drawing, read_key(sent))
    except ShapeRefused as refused:
        return JsonResponse({"problem": _tell_problem(refused, proposal.commune)})
    sentences, may_change = say_faults(feedback, drawing), _changeable(request, drawing)
    return JsonResponse(tell_feedback(feedback, drawing.names, sentences, may_change=may_change))


@allows(PROPOSE, READ)
@never_cache
@require_POST
@answers_in_french
def reshape(request: HttpRequest, key: int) -> HttpResponse:
    """Give the drawing that a mend, a split or a merge makes; the script keeps it, or takes it back."""
    proposal, sent = written_or_404(request, key), read_body(request)
    mend = MENDS.get(str(sent.get("act")))
    if mend is None:
        raise DrawingNotUnderstood("il ne dit pas ce qu'il faut faire")
    drawn = mend(_open(request, proposal, sent), read_key(sent), sent)
    _refuse_others(request, drawn)
    return JsonResponse({"drawn": tell_drawn(drawn)})


@allows(PROPOSE, READ)
@never_cache
@require_POST
@answers_in_french
def lighten(request: HttpRequest, key: int) -> HttpResponse:
    """Give the drawing in which a perimeter has fewer vertices, and say what that moves."""
    proposal, sent = written_or_404(request, key), read_body(request)
    drawing, asked = _open(request, proposal, sent), read_key(sent)
    moving = _changeable(request, drawing) if sent.get("both") is True else [each.key for each in drawing.drawn]
    within_m = max(1, sent_drawings.read_number(sent, "within_m", max(lightenings.LIGHTENED_WITHIN_M)))
    lightening = lightenings.lighten(drawing, asked, within_m=within_m, moving=moving)
    _refuse_others(request, lightening.drawn)
    return JsonResponse(
        {"drawn": tell_drawn(lightening.drawn), "sentence": say_lightening(lightening, drawing.names)}
    )


@allows(PROPOSE, READ)
@never_cache
@require_POST
@answers_in_french
def compose(request: HttpRequest, key: int) -> HttpResponse:
    """Give the drawing in which a perimeter is built around the addresses of a list of streets."""
    proposal, sent = written_or_404(request, key), read_body(request)
    drawn, asked = _read_own(request, proposal, sent), read_key(sent)
    text = sent_drawings.read_text(sent, "text", LONGEST_LIST)
    one = next((each for each in drawn if each.key == asked), None)
    if one is None:
        raise UnknownNeighbour
    composed = compose_perimeter(proposal.commune, text, day=timezone.localdate(), sector=one.sector)
    redrawn = [replace(each, area=composed.area) if each is one else each for each in drawn]
    return JsonResponse(
        {"drawn": tell_drawn(redrawn), "addresses": composed.addresses, "remarks": list(composed.remarks)}
    )


@allows(PROPOSE, READ)
@never_cache
@require_POST
@answers_in_french
def name_places(request: HttpRequest, key: int) -> HttpResponse:
    """Name the address that each of some places is near."""
    proposal, sent = written_or_404(request, key), read_body(request)
    near = find_landmarks(proposal.commune, sent_drawings.read_places(sent, "places"))
    return JsonResponse({"near": [{"address": each.address, "distance_m": each.distance_m} for each in near]})


def _tell_whole(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    drawn = drawn_in(proposal.last_saved())
    drawing = open_drawing(proposal.commune, drawn, timezone.localdate())
    return {
        **tell_standing(proposal, act_of(request).account),
        "drawn": tell_drawn(drawn),
        "neighbours": tell_neighbours(drawing),
        "changeable": _changeable(request, drawing),
    }


def _tell_refusal(error: SectorError, commune: Commune) -> dict[str, Any]:
    place = error.place if isinstance(error, ShapeRefused) else None
    return {"error": tell(error, commune), "place": place}


def _tell_problem(refused: ShapeRefused, commune: Commune) -> dict[str, Any]:
    sentences = say_places(commune, refused.places)
    places = [{"at": at, "sentence": sentence} for at, sentence in zip(refused.places, sentences, strict=True)]
    return {"error": str(refused), "places": places}


def _open(request: HttpRequest, proposal: Proposal, sent: Sent) -> Drawing:
    return open_drawing(proposal.commune, _read_own(request, proposal, sent), timezone.localdate())


def _read_own(request: HttpRequest, proposal: Proposal, sent: Sent) -> list[Drawn]:
    drawn = read_drawing(sent, proposal.commune)
    _refuse_others(request, drawn)
    return drawn


def _refuse_others(request: HttpRequest, drawn: Iterable[Drawn]) -> None:
    if not may_write(person_of(request), [each.sector.pk for each in drawn if each.sector]):
        raise NotYourSector


def _changeable(request: HttpRequest, drawing: Drawing) -> list[str]:
    """The perimeters that the person may draw: those of the drawing, and the sectors that are theirs."""
    person = person_of(request)
    mine = [key for key, sector in drawing.sectors.items() if may_write(person, [sector.pk])]
    return list(dict.fromkeys([*mine, *(each.key for each in drawing.drawn)]))
