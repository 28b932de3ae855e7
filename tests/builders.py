"""A tiny hand-made town with one saved plan, for tests that need rows and not a search.

Two sectors side by side, one river, three streets, four vacant homes on 12 August 2026 and two crews:
« Alpha » goes round three homes by car, « Bravo » stays at the station; the fourth home is left out.
"""

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon, Point, Polygon
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from absences.models import Absence, AllowedHours, AllowedPerson, HouseholdAccess, HouseholdContacts, NameToken
from geo.models import WGS84, Address, Building, Commune, LandFeature, Street
from patrols.models import (
    Crew,
    Depot,
    Leg,
    Omission,
    Passage,
    PassageOrigin,
    Plan,
    RiskSurface,
    Route,
    RouteBreak,
    RouteStay,
    Shift,
    ShiftBreak,
    Stop,
)
from sectors.models import Agreement, Meeting, Minutes, Perimeter, Sector, Signatory, SignedCopy

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.date(2026, 8, 12)
WEST, SOUTH, EAST, NORTH = 4.880, 44.925, 4.900, 44.940
MIDDLE = 4.890
STATION = (4.890, 44.932)
HOMES = ((4.884, 44.930), (4.886, 44.936), (4.894, 44.936), (4.897, 44.928))
CORNER = (4.890, 44.936)


def rectangle(west: float, south: float, east: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=WGS84)


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour, minute), PARIS)


@dataclass(frozen=True, kw_only=True)
class Town:
    commune: Commune
    sectors: tuple[Sector, ...]
    addresses: tuple[Address, ...]
    absences: tuple[Absence, ...]
    depot: Depot
    crews: tuple[Crew, ...]
    shifts: tuple[Shift, ...]


def build_ground(insee: str = "26999", name: str = "Valmont-sur-Rhône") -> Commune:
    commune = Commune.objects.create(
        insee_code=insee, name=name, outline=rectangle(WEST, SOUTH, EAST, NORTH), source="essai"
    )
    courses = (
        ("Rue des Lilas", "residential", ((WEST, 44.930), (EAST, 44.930))),
        ("Avenue de la Gare", "secondary", ((MIDDLE, SOUTH), (MIDDLE, NORTH))),
        ("Rue du Moulin", "residential", ((WEST, 44.936), (EAST, 44.936))),
    )
    Street.objects.bulk_create(
        Street(
            commune=commune,
            osm_way=1000 + number,
            name=street,
            highway=highway,
            course=MultiLineString(LineString(*course), srid=WGS84),
        )
        for number, (street, highway, course) in enumerate(courses)
    )
    LandFeature.objects.create(
        commune=commune,
        osm_id="way/1",
        kind=LandFeature.Kind.WATER,
        name="Le Rhône",
        shape=Polygon.from_bbox((WEST, SOUTH, 4.881, NORTH)),
    )
    Building.objects.create(commune=commune, osm_id="way/2", outline=rectangle(4.8838, 44.9298, 4.8842, 44.9302))
    return commune


def build_town(insee: str = "26999", name: str = "Valmont-sur-Rhône", *, perimeters_east_by: float = 0.0) -> Town:
    """Another commune in the same database has its perimeters some degrees away: none may overlap."""
    commune = build_ground(insee, name)
    sectors = Sector.objects.bulk_create(
        Sector(commune=commune, number=number, name=name) for number, name in ((1, "Les Lilas"), (2, "Le Moulin"))
    )
    Perimeter.objects.bulk_create(
        Perimeter(
            sector=sector,
            area=rectangle(west + perimeters_east_by, SOUTH, east + perimeters_east_by, NORTH),
            valid=DateRange(dt.date(2015, 7, 8), None),
            source="essai",
        )
        for sector, (west, east) in zip(sectors, ((WEST, MIDDLE), (MIDDLE, EAST)), strict=True)
    )
    streets = ("Rue des Lilas", "Rue du Moulin", "Rue du Moulin", "Rue des Lilas")
    addresses = Address.objects.bulk_create(
        Address(
            commune=commune,
            official_id=f"{insee}_0001_{number:05d}",
            source=Address.Source.BAN,
            house_number=str(number),
            street_name=street,
            postcode="26000",
            city=commune.name,
            position_kind="entrée",
            point=Point(*home, srid=WGS84),
        )
        for number, (home, street) in enumerate(zip(HOMES, streets, strict=True), start=11)
    )
    absences = Absence.objects.bulk_create(
        Absence(
            commune=commune,
            address=address,
            point=address.point,
            first_day=dt.date(2026, 8, 1),
            last_day=dt.date(2026, 8, 20),
            passages_per_week=passages,
            service_time_s=300,
            changed_at=at(8),
            is_invented=True,
        )
        for address, passages in zip(addresses, (7, 7, 14, 7), strict=True)
    )
    AllowedHours.objects.create(absence=absences[1], opens=dt.time(18), closes=dt.time(21))
    depot = Depot.objects.create(commune=commune, name="Poste de police", point=Point(*STATION, srid=WGS84))
    crews = Crew.objects.bulk_create(
        [
            Crew(commune=commune, name="Alpha", mode=Crew.Mode.CAR, service=Crew.Service.MUNICIPAL),
            Crew(commune=commune, name="Bravo", mode=Crew.Mode.FOOT, service=Crew.Service.NATIONAL),
        ]
    )
    shifts = Shift.objects.bulk_create(
        Shift(crew=crew, day=DAY, starts_at=at(18), ends_at=at(22), start_depot=depot, end_depot=depot)
        for crew in crews
    )
    ShiftBreak.objects.create(shift=shifts[0], earliest_at=at(19), latest_at=at(20), duration_s=900)
    return Town(
        commune=commune,
        sectors=tuple(sectors),
        addresses=tuple(addresses),
        absences=tuple(absences),
        depot=depot,
        crews=tuple(crews),
        shifts=tuple(shifts),
    )


def build_household(absence: Absence, *, name: str = "Camille Exemple", kept_until: dt.date | None = None) -> None:
    """Say who lives in a home, whom to call and who may be inside; kept a year unless a day is given."""
    rows = (
        HouseholdAccess(absence=absence, name=name, access_instructions=f"Portail : code de {name}"),
        HouseholdContacts(
            absence=absence,
            phone=f"Téléphone de {name}"[:30],
            email=f"Courriel de {name}",
            trusted_name=f"Confiance de {name}",
            trusted_phone=f"Secours de {name}"[:30],
            trusted_has_keys=True,
        ),
        AllowedPerson(absence=absence, name=f"Jardinier de {name}", relation="upkeep", weekdays=[2]),
    )
    for row in rows:
        row.keep_until(kept_until or timezone.localdate() + dt.timedelta(days=365))
        row.save()
    NameToken.objects.create(absence=absence, week=rows[0].dies_in, token=absence.pk.to_bytes(8))


def build_passage(*, absence: Absence, crew: Crew, done_at: dt.datetime, **found: Any) -> Passage:
    """Let a crew have passed at a home: all was well unless something else is said."""
    # One leads to the other: both are there when the transaction ends, or neither is.
    with transaction.atomic():
        passage = Passage.objects.create(absence=absence, done_at=done_at, **found)
        PassageOrigin.objects.create(passage=passage, crew=crew)
    return passage


def build_plan(town: Town) -> Plan:
    """Save a version: Alpha visits homes 1, 2 and 3 at 18 h 05, 18 h 20, 18 h 35 and is back at 19 h 05."""
    plan = Plan.objects.create(
        commune=town.commune,
        day=DAY,
        number=1,
        version=1,
        made_at=at(16),
        published_at=at(16),
        seed=7,
        iterations=1000,
        runtime_s=1.5,
        problem_sha256="0" * 64,
        prize=30.0,
    )
    alpha = Route.objects.create(
        plan=plan,
        shift=town.shifts[0],
        starts_at=at(18),
        ends_at=at(19, 5),
        length_m=4000.0,
        travel_s=1200.0,
        prize=30.0,
    )
    Stop.objects.bulk_create(
        Stop(
            route=alpha,
            order=order,
            absence=absence,
            arrives_at=at(18, 15 * order - 10),
            starts_at=at(18, 15 * order - 10),
            leaves_at=at(18, 15 * order - 5),
            prize=10.0,
        )
        for order, absence in enumerate(town.absences[:3], start=1)
    )
    RouteBreak.objects.create(route=alpha, after_stop=3, starts_at=at(18, 45), duration_s=900)
    corners = (STATION, *HOMES[:3], STATION)
    Leg.objects.bulk_create(
        Leg(
            route=alpha,
            order=order,
            course=LineString(start, end, srid=WGS84),
            length_m=1000.0,
            duration_s=300.0,
            streets=["Avenue de la Gare", "Rue des Lilas"],
        )
        for order, (start, end) in enumerate(itertools.pairwise(corners))
    )
    Route.objects.create(
        plan=plan, shift=town.shifts[1], starts_at=at(18), ends_at=at(18), length_m=0.0, travel_s=0.0, prize=0.0
    )
    Omission.objects.create(
        plan=plan,
        absence=town.absences[3],
        reason=Omission.Reason.NO_TIME_LEFT,
        remedy={"kind": "extend_shift", "crew": "Alpha", "by_s": 600},
        sentence="Plus de temps disponible. Prolonger la vacation de l'équipage Alpha de 10 min la ferait entrer.",
        prize=5.0,
    )
    return plan


def build_risk(plan: Plan) -> RouteStay:
    """Let a plan of `build_plan` have counted two break-ins: Alpha shows itself at the second home's street."""
    spot = {"point": HOMES[1], "street": "Rue des Lilas", "facts": 2, "weight": 1.5}
    factors = {str(stop.absence_id): 1.5 for stop in Stop.objects.filter(route__plan=plan, order=2)}
    RiskSurface.objects.create(plan=plan, facts=2, factors=factors, spots=[spot], is_compared=True)
    return RouteStay.objects.create(
        route=plan.routes.get(shift__crew__name="Alpha"),
        after_stop=3,
        arrives_at=at(19, 10),
        leaves_at=at(19, 22),
        point=Point(*HOMES[1], srid=WGS84),
        street_name="Rue des Lilas",
    )


def build_stay(
    route: Route,
    *,
    after_stop: int,
    arrives_at: dt.datetime,
    minutes: int = 10,
    point: tuple[float, float] = CORNER,
    street_name: str = "Rue du Moulin",
) -> RouteStay:
    """Give a crew a stay in the rue du Moulin, on the corner of the avenue de la Gare unless it is elsewhere."""
    return RouteStay.objects.create(
        route=route,
        after_stop=after_stop,
        arrives_at=arrives_at,
        leaves_at=arrives_at + dt.timedelta(minutes=minutes),
        point=Point(*point, srid=WGS84),
        street_name=street_name,
    )


def build_pdf(*, catalogue: bytes = b"") -> bytes:
    """Write a PDF of one empty page, with something more in its catalogue if that is asked for."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    references = b"xref\n0 4\n0000000000 65535 f \n" + table + b"trailer\n<</Root 1 0 R/Size 4>>\n"
    return body + references + b"startxref\n%d\n%%%%EOF\n" % len(body)


PDF = build_pdf()
SIGNED_ON = dt.date(2015, 7, 8)


def build_agreement(sector: Sector, *, signed_on: dt.date = SIGNED_ON, name: str = "Camille Exemple") -> Agreement:
    """An agreement that renews itself, signed by the mayor, with its copy."""
    agreement = Agreement.objects.create(sector=sector, signed_on=signed_on, valid=DateRange(signed_on, None))
    Signatory.objects.create(agreement=agreement, party="mayor", office="Maire", name=name)
    SignedCopy.objects.create(agreement=agreement, content=PDF, content_sha256="0" * 64, size_bytes=len(PDF))
    return agreement


def build_meeting(sector: Sector, *, place_name: str = "Maison de quartier", held_on: dt.date = DAY) -> Meeting:
    """A meeting of ten people, one référent among them."""
    return Meeting.objects.create(
        sector=sector, held_on=held_on, place_name=place_name, present=10, referents_present=1
    )


def build_minutes(meeting: Meeting) -> Minutes:
    """The minutes of a meeting; what walls show does not depend on their content."""
    said = {"content": PDF, "content_sha256": "0" * 64, "size_bytes": len(PDF)}
    return Minutes.objects.create(meeting=meeting, **said)
