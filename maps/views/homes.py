"""The map of the vacant homes of a day, and its table."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from absences.services.watch.chain import read_watched_homes
from accounts.permissions import allows, person_of
from accounts.presentation.tables import Sorting
from accounts.rights import Reach
from geo.address_search import find_example
from geo.errors import GeoError
from geo.models import Commune
from maps import tiles, traces
from maps.homes_of_day import HomesSheet, draw_home_tile, read_homes_sheet
from maps.homes_state import HomesState, Service, State, read_home_filter, read_homes_state
from maps.homes_table import COLUMNS
from maps.page_state import View, WrongAddress
from maps.views.shared import HOME, day_or_404, explain, tile_or_404
from sectors.models import Sector

ONE_DAY = dt.timedelta(days=1)


@allows(*HOME, "watch.entrusted_home", reach=Reach.COMMUNE)
@require_safe
@never_cache
def show_homes(request: HttpRequest) -> HttpResponse:
    """The vacant homes of a day: map and table, narrowed and sorted alike."""
    today = timezone.localdate()
    try:
        state = read_homes_state(request.GET, today=today)
        commune = Commune.objects.of_site()
    except (WrongAddress, GeoError) as error:
        return explain(request, "Cette adresse n'est pas comprise", str(error), status=400, page="maps:homes")
    sheet = read_homes_sheet(
        commune, state.day, state.wanted, state.order, is_reversed=state.is_reversed, page=state.page
    )
    traces.trace_homes(row.home.absence.pk for row in sheet.rows)
    return render(request, "maps/homes.html", _context(request, commune, state, sheet, today))


@allows(*HOME, "absence.exact_point", reach=Reach.COMMUNE)
@require_safe
@never_cache
def send_home_tile(request: HttpRequest, day: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of the homes vacant on a day; never kept by a browser."""
    tile, on_day = tile_or_404(z, x, y), day_or_404(day)
    try:
        wanted, commune = read_home_filter(request.GET), Commune.objects.defer("outline").of_site()
    except (WrongAddress, GeoError) as error:
        raise Http404 from error
    content, shown = draw_home_tile(commune, on_day, wanted, tile)
    traces.trace_homes(shown, action="absence.exact_point")
    return HttpResponse(content, content_type=tiles.CONTENT_TYPE, status=200 if content else 204)


def _context(
    request: HttpRequest, commune: Commune, state: HomesState, sheet: HomesSheet, today: dt.date
) -> dict[str, object]:
    query = request.GET.copy()
    for shown_otherwise in ("page", "tri", "vue", "jour"):
        query.pop(shown_otherwise, None)
    column = next(column for column in COLUMNS if column.key == state.order)
    return {
        "commune": commune,
        "example": find_example(commune),
        "state": state,
        "sheet": sheet,
        "columns": COLUMNS,
        "watched": {key for key, home in read_watched_homes().items() if home.is_watched},
        "sorting": Sorting(column=column, is_descending=state.is_reversed),
        "filters": query.urlencode(),
        "sectors": Sector.objects.filter(commune=commune).order_by("number"),
        "states": list(State),
        "services": list(Service),
        "may_declare": person_of(request).may("absence.create"),
        "today": today,
        "yesterday": state.day - ONE_DAY,
        "tomorrow": state.day + ONE_DAY,
        "views": [(View.MAP, "Carte"), (View.TABLE, "Tableau"), (View.BOTH, "Les deux")],
        "bounds": ",".join(f"{degrees:.5f}" for degrees in commune.outline.extent),
        "ground_stamp": tiles.stamp_of_ground(),
        "sector_stamp": tiles.stamp_of_sectors(),
    }
