"""The crew's phone: its page, what makes it work without a network, and the exchange with the server."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import allows, logged_in, may_be_kept, person_of, public
from accounts.presentation.workers import send_worker_of
from accounts.rights import Reach
from patrols.errors import UnreadableBatch
from patrols.marks import STAY_OUTLINE
from patrols.models import CallAttempt, Check, Crew, Passage, Stop
from patrols.models.passages import LONGEST_NOTE
from patrols.services.phone.entries import read_batch
from patrols.services.phone.exchange import Sender, take_in
from patrols.services.phone.tonight import open_rounds, read_contacts, read_tonight

BAD_REQUEST = 400
# All that a round tells of its stops; a phone number is not among it.
ROUND = (
    "route.download",
    "route.schedule",
    "route.stops_order",
    "route.geometry",
    "absence.address",
    "absence.exact_point",
    "absence.name",
    "absence.access_instructions",
    "absence.allowed_people",
    "absence.start_end_dates",
    "passage.stop",
    "passage.time",
    "passage.result",
    "passage.crew_identity",
)
SHELL_FILES = ("phone.css", "phone.js", "phone_map.css", "phone_map.js", "map-worker.js", "icon.svg")
# Drawn by frontend/icons.mjs; a maskable one fills its square, for phones that cut icons to their own shape.
ICONS = {"any": "icon-{}.png", "maskable": "icon-maskable-{}.png"}
ICON_SIZES_PX = (192, 512)


def asks_position[View: Callable[..., HttpResponse]](view: View) -> View:
    """Let the page of a view ask the browser where it is (``config.headers`` refuses it to all others)."""
    view.asks_position = True  # type: ignore[attr-defined]
    return view


@allows(*ROUND)
@asks_position
@require_safe
@never_cache
def show_round(request: HttpRequest) -> HttpResponse:
    """The crew's page: the script takes it over, and the list of the stops is there without it."""
    tonight = read_tonight(now=timezone.now())
    return render(request, "patrols/phone/page.html", {**_frame(), "tonight": tonight, "is_shell": False})


@allows(*ROUND)
@require_safe
@never_cache
def list_stops(request: HttpRequest) -> HttpResponse:
    """The stops as plain words, for a phone whose script fails; never taken from what the phone keeps."""
    return render(request, "patrols/phone/list.html", {"tonight": read_tonight(now=timezone.now())})


@public
@may_be_kept
@asks_position
@require_safe
def show_shell(request: HttpRequest) -> HttpResponse:
    """The crew's page without anything in it: what the phone keeps to open without a network."""
    return render(request, "patrols/phone/page.html", {**_frame(), "tonight": None, "is_shell": True})


@public
@may_be_kept
@require_safe
def show_offline(request: HttpRequest) -> HttpResponse:
    """What the phone shows, without a network, in the place of any other page of the site."""
    return render(request, "patrols/phone/offline.html")


@public
@may_be_kept
@require_safe
def send_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the addresses of what it keeps: a new version of any is a new worker."""
    pages = {
        "page": reverse("patrols:phone_round"),
        "shell": reverse("patrols:phone_shell"),
        "offline": reverse("patrols:phone_offline"),
    }
    answer = send_worker_of("page", **pages, kept=(pages["shell"], pages["offline"]), files=SHELL_FILES)
    # It answers for the whole site where the network does not, from an address below it.
    answer["Service-Worker-Allowed"] = reverse("entrance")
    return answer


@public
@may_be_kept
@require_safe
def send_manifest(request: HttpRequest) -> JsonResponse:
    """What makes the page an app on a phone's home screen."""
    page = reverse("patrols:phone_round")
    icons = [
        {"src": static(name.format(px)), "sizes": f"{px}x{px}", "type": "image/png", "purpose": purpose}
        for purpose, name in ICONS.items()
        for px in ICON_SIZES_PX
    ]
    told = {
        "name": _("Ronde, tournée de l'équipage"),
        "short_name": _("Ronde"),
        "lang": "fr",
        "id": page,
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": "#0f141b",
        "theme_color": "#0f141b",
        "icons": [*icons, {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@logged_in
@require_safe
@never_cache
def tell_state(request: HttpRequest) -> JsonResponse:
    """Who is logged in on the phone, for which crews it may send, and the token of its forms."""
    person = person_of(request)
    if not person.is_crew_anywhere:
        raise Http404
    return JsonResponse(
        {
            "now": timezone.now().isoformat(),
            "csrf": get_token(request),
            "is_enrolled": person.device_id is not None,
            "crews": list(Crew.objects.filter(pk__in=person.crews).values("id", "name")),
            "route": open_rounds().values_list("pk", flat=True).first() if person.crews else None,
        }
    )


@allows(*ROUND)
@require_safe
@never_cache
def send_round(request: HttpRequest) -> JsonResponse:
    """Tonight's round, whole, as the phone keeps it until its end."""
    tonight = read_tonight(now=timezone.now())
    if tonight is None:
        raise Http404
    return JsonResponse(tonight)


@allows("passage.create", "anomaly.call_chain", reach=Reach.ROUTE)
@require_POST
@never_cache
def take_entries(request: HttpRequest) -> JsonResponse:
    """Record what the phone noted, each entry once, and say what became of each."""
    person, now = person_of(request), timezone.now()
    try:
        batch = read_batch(request.body)
    except UnreadableBatch as error:
        return JsonResponse({"error": str(error)}, status=BAD_REQUEST)
    answers = take_in(batch, Sender(crews=person.crews, device=person.device_id), now=now)
    told = [{"reference": str(a.reference), "state": a.state, "reason": a.reason} for a in answers]
    return JsonResponse({"now": now.isoformat(), "answers": told})


@allows("absence.phone", "absence.trusted_person", reach=Reach.ANOMALY)
@require_POST
@never_cache
def tell_contacts(request: HttpRequest, stop_id: int) -> JsonResponse:
    """Whom to call for the home of a stop, once an anomaly was recorded there."""
    contacts = read_contacts(get_object_or_404(Stop.objects.filter(route__in=open_rounds()), pk=stop_id))
    if contacts is None:
        raise Http404
    return JsonResponse(
        {
            "phone": contacts.phone,
            "trusted_name": contacts.trusted_name,
            "trusted_phone": contacts.trusted_phone,
            "trusted_has_keys": contacts.trusted_has_keys,
        }
    )


def _frame() -> dict[str, Any]:
    return {
        "checks": Check.choices,
        "anomalies": Passage.Anomaly.choices,
        "steps": CallAttempt.Step.choices,
        # A call is left without a word by closing its dialog.
        "outcomes": [each for each in CallAttempt.Outcome.choices if each[0] != CallAttempt.Outcome.NOT_SAID],
        "longest_note": LONGEST_NOTE,
        "stay_outline": STAY_OUTLINE,
    }
