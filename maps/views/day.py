"""The page of a day and the drawing of its plan."""

import datetime as dt
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from absences.models import Absence
from accounts import audit
from accounts.permissions import allows, person_of
from accounts.person import Person
from accounts.rights import Reach
from accounts.roles import Role
from geo.errors import GeoError
from geo.models import Commune
from maps import home_detail, plan_on_map, tiles, traces
from maps.crew_marks import CREW_STYLES
from maps.day_rows import NewcomerRow, OmissionRow, StopRow
from maps.day_sheet import DaySheet, read_day
from maps.downloads import ROAD_SHEET, render_plan_file, render_route_file
from maps.errors import UnknownVersion
from maps.page_state import Colour, PageState, View, WrongAddress, read_page_state
from maps.recent_facts import TERMS
from maps.relayed_reports import read_wishes
from maps.views.shared import ROUND, day_or_404, explain, hand_over, may_open
from patrols.marks import STAY_OUTLINE
from patrols.models import Crew, Omission, Passage, Plan, Route, Shift, Stop
from patrols.services.crew_members import find_unmanned
from patrols.services.meanwhile import hear, read_meanwhile
from patrols.services.nights import find_night_under_way
from patrols.services.progress import Heard, Made, read_progress
from patrols.services.standing import Standing
from reports.models import Report

PLANS_FOR = {
    Role.MUNICIPAL_POLICE: Crew.Service.MUNICIPAL,
    Role.NATIONAL_POLICE: Crew.Service.NATIONAL,
}
ONE_DAY = dt.timedelta(days=1)


@allows(*ROUND)
@require_safe
@never_cache
def show_day(request: HttpRequest) -> HttpResponse:
    """The plan of a day: the map, and for each crew the table of its stops."""
    today = timezone.localdate()
    try:
        commune = Commune.objects.of_site()
        state = read_page_state(request.GET, today=_day_to_open(request.GET, commune, today))
        sheet = read_day(commune, state.day, version=state.version, service=_service_of(person_of(request)))
    except WrongAddress as error:
        return explain(request, "Cette adresse n'est pas comprise", str(error), status=400)
    except UnknownVersion as error:
        return explain(request, "Ce plan n'existe pas", str(error), status=404)
    traces.trace_day(sheet)
    # Every link of the page says its day: the one opened as that of today is another's after midnight.
    said = request.GET.copy()
    said.setdefault("jour", state.day.isoformat())
    request.GET = said  # type: ignore[assignment]
    return render(request, "maps/day.html", {"sheet": sheet, **_frame(request, state, sheet, today)})


@allows(*ROUND, reach=Reach.COMMUNE)
@require_safe
@never_cache
def show_new_passages(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The rows and figures of a plan's page that passages have changed since it was made; 204 where none has."""
    plan = get_object_or_404(Plan.objects.select_related("commune"), pk=plan_id)
    told = Heard.read(request.GET.get("depuis", ""))
    progress = read_progress(plan)
    meanwhile = read_meanwhile(plan, progress, now=timezone.now())
    if hear(progress, meanwhile) == told:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    sheet = read_day(plan.commune, plan.day, version=plan.number)
    rows = sheet.rows_changed_since(told)
    traces.trace_news(rows, sheet)
    steps = [(row, ()) for row in rows]
    return render(request, "maps/new_passages.html", {"sheet": sheet, "steps": steps, **_acts(request, sheet)})


@allows(*ROUND, "route.geometry", "absence.exact_point")
@require_safe
@never_cache
def draw_plan_on_map(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The plan's courses, stops, stays, depots and omissions for the page's map."""
    plan = get_object_or_404(Plan, pk=plan_id)
    meanwhile = read_meanwhile(plan, read_progress(plan), now=timezone.now())
    newcomers = [each.absence for each in meanwhile.newcomers]
    traces.trace_plan_on_map(plan, newcomers)
    return HttpResponse(plan_on_map.draw_plan(plan, newcomers), content_type=plan_on_map.CONTENT_TYPE)


@allows("absence.export", needs_recent_proof=True)
@require_safe
@never_cache
def download_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The whole plan as GeoJSON."""
    plan = get_object_or_404(Plan, pk=plan_id)
    traces.trace_export(plan)
    return hand_over(request, render_plan_file(plan), about=plan)


@allows("route.download", needs_recent_proof=True)
@require_safe
@never_cache
def download_route(request: HttpRequest, route_id: int, extension: str) -> HttpResponse:
    """The round of one crew as GPX or CSV, for the crew that drives it."""
    return _send_route(request, route_id, extension)


@allows(*ROUND, "route.geometry", needs_recent_proof=True)
@require_safe
@never_cache
def print_route(request: HttpRequest, route_id: int) -> HttpResponse:
    """The road sheet of one crew (PDF): what the page of the day shows, on paper."""
    return _send_route(request, route_id, ROAD_SHEET)


@allows(*ROUND, "absence.exact_point")
@require_safe
@never_cache
def draw_vacant_homes_on_map(request: HttpRequest, day: str) -> HttpResponse:
    """The homes vacant on a day, for the page's map while the day has no plan."""
    try:
        commune = Commune.objects.of_site()
    except GeoError as error:
        raise Http404 from error
    homes = plan_on_map.read_vacant_homes(commune, day_or_404(day))
    traces.trace_homes(homes, action="absence.exact_point")
    return HttpResponse(plan_on_map.draw_vacant_homes(homes), content_type=plan_on_map.CONTENT_TYPE)


@allows(*ROUND)
@require_safe
@never_cache
def show_stop(request: HttpRequest, stop_id: int) -> HttpResponse:
    """The detail of a planned visit, a piece of the page of its day."""
    stops = Stop.objects.select_related("route__plan__commune", "route__shift__crew")
    stops = stops.defer("route__plan__commune__outline")
    stop = get_object_or_404(stops, pk=stop_id)
    detail = home_detail.detail_of_stop(stop)
    traces.trace_homes([stop.absence_id])
    made = detail["made"]
    if isinstance(made, Made):
        traces.trace_passages([made.passage], actions=traces.FINDINGS)
    beneath = detail["beneath"]
    if isinstance(beneath, Passage):
        traces.trace_passages([beneath.pk], actions=traces.FINDINGS)
    is_presumed = detail["standing"] is Standing.PRESUMED
    # A round of tomorrow has no passage yet, even at a home that is vacant already.
    is_due = stop.route.plan.day <= timezone.localdate()
    shown = {
        **detail,
        "may_record": is_due and may_open(request, "patrols:record_at_stop", stop.pk),
        "may_part": isinstance(beneath, Passage) and may_open(request, "patrols:told_twice", beneath.pk),
        "may_join": isinstance(made, Made) and _may_join(request, made.passage),
        "may_say_missed": is_presumed and may_open(request, "patrols:say_stop_missed", stop.pk),
        "may_open_record": may_open(request, "absences:record", stop.absence_id),
    }
    return render(request, "maps/stop_detail.html", shown)


def _may_join(request: HttpRequest, passage: int) -> bool:
    """Whether who asks may join a passage with another, of which there is one that may tell the same visit."""
    return may_open(request, "patrols:told_twice", passage) and Passage.objects.alike_to(passage).exists()


@allows(*ROUND)
@require_safe
@never_cache
def show_omission(request: HttpRequest, omission_id: int) -> HttpResponse:
    """The detail of a passage left out, a piece of the page of its day."""
    omissions = Omission.objects.select_related("plan__commune")
    omission = get_object_or_404(omissions, pk=omission_id)
    detail = home_detail.detail_of_omission(omission)
    traces.trace_homes([omission.absence_id])
    return render(request, "maps/omission_detail.html", detail)


@allows(*ROUND)
@require_safe
@never_cache
def show_vacant_home(request: HttpRequest, day: str, absence_id: int) -> HttpResponse:
    """The detail of a home vacant on a day that has no plan yet, a piece of the page of that day."""
    on_day = day_or_404(day)
    absence = get_object_or_404(Absence.objects.vacant_on(on_day).select_related("commune"), pk=absence_id)
    detail = home_detail.detail_of_vacant_home(absence, on_day)
    traces.trace_homes([absence_id])
    has_begun = absence.has_begun(timezone.localdate())
    anomaly = detail["anomaly"]
    acts = {
        "may_record": has_begun and may_open(request, "patrols:record_at_home", absence_id),
        "may_call": isinstance(anomaly, Passage) and may_open(request, "patrols:call_chain", anomaly.pk),
        "may_open_record": may_open(request, "absences:record", absence_id),
    }
    return render(request, "maps/home_detail.html", {**detail, **acts})


def _send_route(request: HttpRequest, route_id: int, extension: str) -> HttpResponse:
    route = get_object_or_404(Route.objects.select_related("plan", "shift__crew"), pk=route_id)
    traces.trace_route(route, action="route.print" if extension == ROAD_SHEET else "route.download")
    return hand_over(request, render_route_file(route, extension), about=route)


def _day_to_open(asked: QueryDict, commune: Commune, today: dt.date) -> dt.date:
    """Return today, or the night that a crew is still driving where no day is asked for and no shift has begun."""
    now = timezone.now()
    if "jour" in asked or Shift.objects.of_day(commune, today).filter(starts_at__lte=now).exists():
        return today
    night = find_night_under_way(commune, now=now)
    return night.day if night else today


def _services_of(person: Person) -> set[Crew.Service]:
    """The services for which a correspondent plans."""
    return {service for role, service in PLANS_FOR.items() if role in person.roles_held}


def _service_of(person: Person) -> Crew.Service | None:
    """The service for which a correspondent plans; None for anybody else, or for both."""
    services = _services_of(person)
    return services.pop() if len(services) == 1 else None


def _acts(request: HttpRequest, sheet: DaySheet) -> dict[str, bool | str]:
    """What a correspondent may do about the day, and about the plan shown: the joint one is for both polices.

    ``editing`` is the address of this page but for the passage that it would edit, with which it ends.
    """
    person = person_of(request)
    may_plan = person.may("route.plan")
    service = sheet.plan.service if sheet.plan else ""
    return {
        "may_plan": may_plan,
        "may_change": may_plan and (not service or service in _services_of(person)),
        "editing": _address_of_editing(request.GET),
    }


def _address_of_editing(query: QueryDict) -> str:
    kept = query.copy()
    for name in ("depuis", "modifier"):
        kept.pop(name, None)
    kept["modifier"] = ""
    return f"?{kept.urlencode()}"


def _wishes(person: Person, sheet: DaySheet, today: dt.date) -> list[Report]:
    """What reports ask of the crews of today, for the desk; another processing, beside the plan and not in it."""
    if sheet.day != today or Reach.COMMUNE not in person.reach_of("report.exact_point"):
        return []
    wishes = read_wishes(sheet.commune)
    audit.record("report.exact_point", subjects=wishes, reason=audit.Reason.REPORT)
    return wishes


def _find_visit(sheet: DaySheet, visit: str) -> StopRow | OmissionRow | NewcomerRow | None:
    """The passage whose form is open; None where the plan shown has it no more."""
    rows: tuple[StopRow | OmissionRow | NewcomerRow, ...] = (*sheet.rows, *sheet.omissions, *sheet.newcomers)
    return next((row for row in rows if row.visit == visit), None)


def _frame(request: HttpRequest, state: PageState, sheet: DaySheet, today: dt.date) -> dict[str, object]:
    """What the page's frame needs beside the day itself; a crew that has no round that day shows all crews."""
    crews = {round_sheet.route.shift.crew_id for round_sheet in sheet.routes}
    person = person_of(request)
    tells_members = Reach.COMMUNE in person.reach_of("route.crew_members")
    to_come = [choice.shift for choice in sheet.shifts if not choice.is_over]
    return {
        "wishes": _wishes(person, sheet, today),
        "unmanned": find_unmanned(to_come) if tells_members else [],
        **_acts(request, sheet),
        "may_follow": sheet.plan is not None and may_open(request, "maps:new_passages", sheet.plan.pk),
        "may_publish": person.may("route.publish"),
        "services": sorted(_services_of(person)),
        "edited": _find_visit(sheet, state.edited),
        "may_download": person.may("route.download"),
        "may_export": person.may("absence.export"),
        "shown_crew": state.crew if state.crew in crews else None,
        "bounds": ",".join(f"{degrees:.5f}" for degrees in sheet.commune.outline.extent),
        "state": state,
        "crew_styles": CREW_STYLES,
        "stay_outline": STAY_OUTLINE,
        "terms": TERMS,
        "today": today,
        "yesterday": state.day - ONE_DAY,
        "tomorrow": state.day + ONE_DAY,
        "views": [(View.MAP, "Carte"), (View.TABLE, "Tableau"), (View.BOTH, "Les deux")],
        "colours": [(Colour.CREW, "Équipages"), (Colour.RECENCY, "Dernier passage")],
        "ground_stamp": tiles.stamp_of_ground(),
        "sector_stamp": tiles.stamp_of_sectors(),
    }
