"""Tonight's round as a phone keeps it: what a crew needs at each door, and the way from one to the next."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from absences.hours import write_hours
from absences.models import Absence, AllowedHours, AllowedPerson, HouseholdAccess, HouseholdContacts
from accounts import audit
from accounts.audit import Reason
from accounts.unsealing import unseal, unseal_all
from geo import french
from geo.models import Address
from patrols.models import Depot, Leg, Passage, Route, RouteStay, Stop
from patrols.models.crews import OPENS_BEFORE
from patrols.services.allowed_hours import list_windows
from patrols.services.clock import DayClock
from patrols.services.day_homes import SEPARATION_S
from patrols.services.desk.calls import is_anybody_to_call
from patrols.services.free_time import find_free_times, read_travel_s
from patrols.services.progress import Made, read_progress

# How near a phone must be to have been at a home: a garden's depth, and what a position in a street is off by.
PRESENCE_RADIUS_M = 75
COORDINATE_PLACES = 6  # a tenth of a metre
# Past the walls (patrols/sql/crew_passages_given.sql).
GIVEN = """
    SELECT reference, absence_id, address_id, done_at, result FROM walls.crew_passages_given()
     WHERE shift_id = %s ORDER BY done_at
"""
OPEN_TO_MY_CREW = "SELECT unnest(walls.crew_routes())"
Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Whom to call after an anomaly; read for one home at a time."""

    phone: str
    trusted_name: str
    trusted_phone: str
    trusted_has_keys: bool


def open_rounds() -> QuerySet[Route]:
    """Return the rounds that are open now to the crews of whoever asks, whatever else their roles show them."""
    mine = RawSQL(OPEN_TO_MY_CREW, [], output_field=BigIntegerField())  # noqa: S611
    return (
        Route.objects.filter(pk__in=mine)
        .select_related("plan", "shift__crew", "shift__start_depot", "shift__end_depot")
        .order_by("shift__ends_at", "pk")
    )


def read_tonight(*, now: dt.datetime) -> Told | None:
    """Read the round that is open to the crew of whoever asks, and leave its trace; None while there is none.

    Of two rounds that are open at once, the one whose shift ends first.
    """
    route = open_rounds().first()
    if route is None:
        return None
    stops = list(route.stops.select_related("absence__address").order_by("order"))
    absences = {stop.absence_id: stop.absence for stop in stops}
    hours = _read_hours(absences)
    homes = _describe_homes(absences, _night_of(route), now=now)
    free, given = find_free_times([route], read_travel_s([route])), _read_given(route)
    made = read_progress(route.plan).made
    _trace(route, {*absences, *(each.absence for each in given)})
    return {
        "now": now.isoformat(),
        "police": settings.NATIONAL_POLICE_PHONE,
        "radius_m": PRESENCE_RADIUS_M,
        "apart_s": round(SEPARATION_S),
        "route": route.pk,
        "plan": route.plan.number,
        "day": route.plan.day.isoformat(),
        "crew": {"id": route.shift.crew_id, "name": route.shift.crew.name},
        "opens_at": (route.shift.starts_at - OPENS_BEFORE).isoformat(),
        "starts_at": route.shift.starts_at.isoformat(),
        "ends_at": route.shift.ends_at.isoformat(),
        "length_m": round(route.length_m),
        "start": _place(route.shift.start_depot),
        "end": _place(route.shift.end_depot),
        "stops": [
            {
                **_stop(stop),
                **homes[stop.absence_id],
                **_tell_hours(stop, hours[stop.absence_id]),
                "free": str(free.get(stop.pk, "")),
                "made": _tell_made(made.get(stop.pk)),
            }
            for stop in stops
        ],
        "legs": [_leg(leg) for leg in route.legs.order_by("order")],
        "breaks": [
            {"after": pause.after_stop, "starts_at": pause.starts_at.isoformat(), "duration_s": pause.duration_s}
            for pause in route.breaks.order_by("starts_at")
        ],
        "stays": [_stay(stay) for stay in route.stays.all()],
        "passages": _passages(route, absences),
        "given": [each.tell() for each in given],
    }


@dataclass(frozen=True, kw_only=True)
class GivenPassage:
    """What the crew did tonight at a stop that is another crew's by now."""

    reference: str
    absence: int
    address: str
    done_at: dt.datetime
    result: str

    def tell(self) -> Told:
        """Return what a phone is told of it."""
        return {
            "reference": self.reference,
            "address": self.address,
            "done_at": self.done_at.isoformat(),
            "result": self.result,
            "found": str(Passage.Result(self.result).label),
        }


def read_contacts(stop: Stop) -> Contacts | None:
    """Read whom to call for a home; None until an anomaly was recorded there: its wall shows nothing before."""
    row = HouseholdContacts.objects.filter(absence=stop.absence_id).select_related("absence").first()
    if row is None:
        return None
    texts = unseal(row, "phone", "trusted_name", "trusted_phone", reason=Reason.PATROL)
    return Contacts(**texts, trusted_has_keys=row.trusted_has_keys)


def _night_of(route: Route) -> dt.date:
    """The day of a shift by the calendar: who may be inside « today », also after midnight."""
    return timezone.localtime(route.shift.starts_at).date()


def _trace(route: Route, absences: Collection[int]) -> None:
    for action in ("absence.address", "absence.exact_point"):
        audit.record(action, kind=Absence, subjects=absences, reason=Reason.PATROL)
    audit.record("route.download", subjects=[route], reason=Reason.PATROL)


def _describe_homes(absences: dict[int, Absence], day: dt.date, *, now: dt.datetime) -> dict[int, Told]:
    access = _read_access(absences)
    people = _read_people(absences, day)
    passed = _read_last_passages(absences, now)
    today = timezone.localdate(now)
    return {
        key: {
            "address": str(absence.address),
            "number_to_verify": absence.number_to_verify,
            "city": f"{absence.address.postcode} {absence.address.city}".strip(),
            "point": _coordinates(absence.point),
            "dwelling": absence.get_dwelling_display(),
            "first_day": absence.first_day.isoformat(),
            "last_day": absence.last_day.isoformat(),
            "is_back": _is_lived_in_again(absence, today),
            "last_passage": passed.get(key),
            "name": access.get(key, {}).get("name", ""),
            "access": _end_sentence(access.get(key, {}).get("access_instructions", "")),
            "may_enter_garden": absence.may_enter_garden,
            "people": people.get(key, []),
            "dog": absence.animals in {Absence.Animals.DOG_INSIDE, Absence.Animals.DOG_OUTSIDE},
            "animals": absence.get_animals_display(),
            "alarm": absence.get_alarm_display(),
            "lights": absence.has_lights_on_timers,
            "vehicles": absence.vehicles_left,
            "vehicles_place": absence.get_vehicles_place_display() if absence.vehicles_left else "",
            "shutters": absence.get_shutters_display(),
            "windows": absence.get_windows_display(),
        }
        for key, absence in absences.items()
    }


def _end_sentence(said: str) -> str:
    """Give what somebody wrote its full stop, where it has no end of its own: another sentence follows."""
    return f"{said}." if said and not said.endswith((".", "!", "?", "…")) else said


def _is_lived_in_again(absence: Absence, today: dt.date) -> bool:
    """Whether the household came home, or never left, since the plan was published."""
    has_returned = absence.returned_on is not None and absence.returned_on <= today
    return absence.cancelled_at is not None or has_returned


def _read_last_passages(absences: Iterable[int], before: dt.datetime) -> dict[int, Told]:
    """When each home was last passed, and whether all was well there; by whom is not told."""
    passages = (
        Passage.objects.counted()
        .filter(absence__in=list(absences), done_at__lt=before)
        .order_by("absence_id", "-done_at")
        .distinct("absence_id")
        .values_list("absence_id", "done_at", "result")
    )
    return {
        absence: {"done_at": done_at.isoformat(), "was_anomaly": result == Passage.Result.ANOMALY}
        for absence, done_at, result in passages
    }


def _read_access(absences: Iterable[int]) -> dict[int, dict[str, str]]:
    rows = list(HouseholdAccess.objects.filter(absence__in=list(absences)).select_related("absence"))
    texts = unseal_all(rows, "name", "access_instructions", reason=Reason.PATROL)
    return {row.absence_id: said for row, said in zip(rows, texts, strict=True)}


def _read_people(absences: Iterable[int], day: dt.date) -> dict[int, list[Told]]:
    rows = list(
        AllowedPerson.objects.filter(absence__in=list(absences))
        .expected_on(day)
        .select_related("absence")
        .order_by("pk")
    )
    people: dict[int, list[Told]] = defaultdict(list)
    for row, said in zip(rows, unseal_all(rows, "name", reason=Reason.PATROL), strict=True):
        people[row.absence_id].append({"name": said["name"], "relation": row.get_relation_display()})
    return people


def _read_hours(absences: Iterable[int]) -> dict[int, list[AllowedHours]]:
    hours: dict[int, list[AllowedHours]] = defaultdict(list)
    for row in AllowedHours.objects.filter(absence__in=list(absences)):
        hours[row.absence_id].append(row)
    return hours


def _tell_hours(stop: Stop, allowed: Sequence[AllowedHours]) -> Told:
    """When a passage may begin at a stop: in words of its day, and as moments by which a phone judges its hour."""
    clock = DayClock(timezone.localtime(stop.starts_at).date())
    windows = [
        (clock.moment(window.start_s).isoformat(), clock.moment(window.end_s).isoformat())
        for window in list_windows(allowed, clock)
    ]
    return {"hours": write_hours(allowed, clock.day), "may_pass": windows if allowed else None}


def _stop(stop: Stop) -> Told:
    return {
        "id": stop.pk,
        "home": stop.absence_id,
        "order": stop.order,
        "visit": stop.visit_number,
        "arrives_at": stop.arrives_at.isoformat(),
        "starts_at": stop.starts_at.isoformat(),
        "leaves_at": stop.leaves_at.isoformat(),
    }


def _tell_made(made: Made | None) -> Told | None:
    return None if made is None else {"done_at": made.done_at.isoformat(), "found": made.finding}


def _leg(leg: Leg) -> Told:
    return {
        "order": leg.order,
        "length_m": round(leg.length_m),
        "duration_s": round(leg.duration_s),
        "streets": leg.streets,
        "course": [[round(x, COORDINATE_PLACES), round(y, COORDINATE_PLACES)] for x, y in leg.course.coords],
    }


def _stay(stay: RouteStay) -> Told:
    return {
        "after": stay.after_stop,
        "street": french.street(stay.street_name),
        "arrives_at": stay.arrives_at.isoformat(),
        "leaves_at": stay.leaves_at.isoformat(),
        "point": _coordinates(stay.point),
    }


def _passages(route: Route, absences: Iterable[int]) -> list[Told]:
    """What the crew has recorded on this round, on whichever phone."""
    done = (
        Passage.objects.counted()
        .filter(
            origin__crew=route.shift.crew_id,
            absence__in=list(absences),
            done_at__gte=route.shift.starts_at - OPENS_BEFORE,
        )
        .select_related("origin")
        .order_by("done_at")
    )
    return [
        {
            "reference": str(passage.origin.reference),
            "stop": passage.stop_id,
            "home": passage.absence_id,
            "done_at": passage.done_at.isoformat(),
            "result": passage.result,
            "to_call": passage.is_anomaly and is_anybody_to_call(passage),
        }
        for passage in done
    ]


def _read_given(route: Route) -> list[GivenPassage]:
    """Read what the crew did at stops that it has no more, in order: no wall shows it these homes."""
    with connection.cursor() as cursor:
        cursor.execute(GIVEN, [route.shift_id])
        rows = cursor.fetchall()
    addresses = Address.objects.in_bulk({address for _, _, address, _, _ in rows})
    return [
        GivenPassage(
            reference=str(reference),
            absence=absence,
            address=str(addresses[address]),
            done_at=done_at,
            result=result,
        )
        for reference, absence, address, done_at, result in rows
    ]


def _place(depot: Depot) -> Told:
    return {"name": depot.name, "point": _coordinates(depot.point)}


def _coordinates(point: Point) -> list[float]:
    return [round(point.x, COORDINATE_PLACES), round(point.y, COORDINATE_PLACES)]
