"""What several pages of maps say alike: which rows of the policy they serve, and how they refuse an address."""

import datetime as dt

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy

from accounts.permissions import access_of, person_of
from accounts.services import exports
from maps import tiles
from maps.downloads import Download

PASSAGE = ("passage.stop", "passage.time", "passage.result")
# What a home says of itself on the list of a day, and what a round adds to it.
HOME = (
    "absence.exists_in_list",
    "absence.address",
    "absence.sector",
    "absence.start_end_dates",
    *PASSAGE,
)
BACK = {
    "maps:day": gettext_lazy("Revenir au plan du jour"),
    "maps:reports": gettext_lazy("Revenir aux signalements"),
    "maps:homes": gettext_lazy("Revenir aux logements vacants"),
}
ROUND = (*HOME, "route.schedule", "route.stops_order")


def day_or_404(day: str) -> dt.date:
    try:
        return dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error


def tile_or_404(z: int, x: int, y: int) -> tiles.TileAddress:
    try:
        return tiles.TileAddress(z=z, x=x, y=y)
    except ValueError as error:
        raise Http404 from error


def may_open(request: HttpRequest, page: str, *keys: int) -> bool:
    """Say whether who asks may open another page of the site: nobody is shown a link that leads nowhere."""
    access = access_of(resolve(reverse(page, args=keys)).func)
    return access is not None and access.admits(person_of(request))


def hand_over(request: HttpRequest, download: Download, *, about: models.Model) -> HttpResponse:
    """Send a file to be saved, and list it among the exports; ``about`` is the row that it describes."""
    exports.note(download.kind, download.content, about=about, by=person_of(request))
    response = HttpResponse(download.content, content_type=download.content_type)
    response["Content-Disposition"] = f'attachment; filename="{download.name}"'
    return response


def explain(request: HttpRequest, title: str, reason: str, *, status: int, page: str = "maps:day") -> HttpResponse:
    """Say why a page is not shown, with the way back to the one that asked."""
    context = {"title": title, "reason": reason, "back": reverse(page), "back_words": BACK[page]}
    return render(request, "maps/message.html", context, status=status)
