"""The maps of density: exact ones for police, each look logged."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import Export
from accounts.permissions import allows
from geo import french
from geo.models import Commune
from geo.statistics.errors import StatisticsRefused
from maps import tiles
from maps.density.asked import ANY, Asked, DensityForm
from maps.density.banners import tell_missing, warn
from maps.density.facts import Surface
from maps.density.hot_places import HotPlace, HotPlaces, read_hot_places
from maps.density.sector_trends import SectorTrends, read_sector_trends
from maps.density.surface_map import SurfaceMap, read_map
from maps.downloads import Download
from maps.views.shared import hand_over

EXACT = "heatmap.exact"
PNG = "image/png"


@allows(EXACT)
@never_cache
@require_safe
def show_density(request: HttpRequest) -> HttpResponse:
    """Show one surface as a map with its table, its hot spots, and what it cannot tell."""
    commune, now = Commune.objects.of_site(), timezone.localtime()
    today = now.date()
    form = DensityForm(request.GET, today=today)
    context: dict[str, Any] = {"form": form, "today": today, "sliders": _sliders(form)}
    if form.is_valid():
        audit.record(EXACT, subjects=[commune])
        asked = form.asked()
        try:
            shown = read_map(commune, asked)
        except StatisticsRefused as refused:
            form.add_error(None, str(refused))
        else:
            missing = tell_missing(asked, now)
            hot = None if missing else _find_hot(commune, asked)
            context |= {
                "shown": shown,
                "asked": asked,
                "hot": hot,
                "trends": None if missing else _find_trends(commune, asked),
                "warnings": warn(commune, asked, shown.total),
                "query": request.GET.urlencode(),
                "corners": json.dumps(shown.bounds),
                "told_total": missing or _tell_total(shown),
                "off_ground": french.decimal(shown.density.off_ground, 0),
                "bounds": ",".join(f"{degrees:.5f}" for degrees in commune.outline.extent),
                "ground_stamp": tiles.stamp_of_ground(),
                "sector_stamp": tiles.stamp_of_sectors(),
                "outlines": _outlines(hot.hot) if hot else None,
            }
    return render(request, "maps/density/page.html", context, status=400 if form.errors else 200)


@allows(EXACT)
@never_cache
@require_safe
def draw_density(request: HttpRequest) -> HttpResponse:
    """Send the picture that lies on the map."""
    commune = Commune.objects.of_site()
    form = DensityForm(request.GET, today=timezone.localdate())
    if not form.is_valid():
        raise Http404
    audit.record(EXACT, subjects=[commune])
    try:
        shown = read_map(commune, form.asked())
    except StatisticsRefused as refused:
        raise Http404 from refused
    return HttpResponse(shown.picture, content_type=PNG)


@allows(EXACT, needs_recent_proof=True)
@never_cache
@require_safe
def download_density(request: HttpRequest) -> HttpResponse:
    """Hand over the map as one page that needs no network."""
    # folium takes its time to import: only who asks for a file waits for it.
    from maps.density.folium_page import render_density

    commune, now = Commune.objects.of_site(), timezone.localtime()
    form = DensityForm(request.GET, today=now.date())
    if not form.is_valid():
        raise Http404
    asked = form.asked()
    audit.record(EXACT, subjects=[commune])
    missing = tell_missing(asked, now)
    try:
        shown, hot = read_map(commune, asked), None if missing else _find_hot(commune, asked)
    except StatisticsRefused as refused:
        raise Http404 from refused
    standing = _("%(commune)s, carte faite le %(moment)s. Réservée à la police : des lieux exacts.")
    standing %= {"commune": commune.name, "moment": french.moment(now)}
    warnings = [*filter(None, [missing]), *warn(commune, asked, shown.total)]
    content = render_density(shown, hot.hot if hot else (), standing=standing, warnings=warnings)
    download = Download(
        name=f"densite-{asked.surface}-{asked.first_shown}-{asked.last}.html",
        content_type="text/html; charset=utf-8",
        content=content.encode(),
        kind=Export.Kind.DENSITY_HTML,
    )
    return hand_over(request, download, about=commune)


def _find_hot(commune: Commune, asked: Asked) -> HotPlaces | None:
    """Find the hot spots of reports; homes explain nothing of where crews pass."""
    return read_hot_places(commune, asked) if asked.surface is Surface.REPORTS else None


def _find_trends(commune: Commune, asked: Asked) -> SectorTrends | None:
    """Find the trends of reports; an hour, a weekday or a month has none, so that sliding stays quick."""
    is_told = asked.surface is Surface.REPORTS and not asked.is_at_a_moment
    return read_sector_trends(commune, asked) if is_told else None


@dataclass(frozen=True, kw_only=True)
class _Slider:
    """A field through which one slides: what each of its positions says, in order."""

    field: BoundField
    least: int
    said: tuple[str, ...]

    @property
    def most(self) -> int:
        return self.least + len(self.said) - 1

    @property
    def words(self) -> str:
        return "|".join(self.said)

    @property
    def told(self) -> str:
        """Where it stands; the first position where the value is none of them."""
        value = str(self.field.value())
        place = int(value) - self.least if value.lstrip("-").isdigit() else 0
        return self.said[place] if 0 <= place < len(self.said) else self.said[0]


def _sliders(form: DensityForm) -> list[_Slider]:
    hours = (_("toute la journée"), *(f"{hour} h – {hour + 1} h" for hour in range(24)))
    return [
        _Slider(field=form["heure"], least=ANY, said=hours),
        _Slider(field=form["jour"], least=ANY, said=(_("toute la semaine"), *french.WEEKDAYS)),
        _Slider(field=form["mois"], least=0, said=(_("toute l'année"), *french.MONTHS)),
    ]


def _tell_total(shown: SurfaceMap) -> str:
    told = shown.asked.surface.tell(shown.total)
    if shown.total_before is not None:
        told += _(", contre %(before)s") % {"before": french.decimal(shown.total_before, 0)}
    return told


def _outlines(places: Sequence[HotPlace]) -> dict[str, Any]:
    """Return areas as GeoJSON, and one point in each for its rank, however many pieces it has."""
    features = [
        {"type": "Feature", "properties": {"rank": place.rank}, "geometry": shapely.geometry.mapping(shape)}
        for place in places
        for shape in (place.shape, shapely.point_on_surface(place.shape))
    ]
    return {"type": "FeatureCollection", "features": features}
