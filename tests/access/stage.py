"""Two communes in which every text, point, hour and key is told from every other: each is a canary."""

import datetime as dt
import json
from dataclasses import dataclass, replace

from allauth.mfa.models import Authenticator
from django.contrib.gis.geos import LineString, Point
from django.db import connection, transaction
from django.utils import timezone

from absences.models import Absence
from absences.services.declared import Allowed
from absences.services.households import keep_household
from accounts import audit, scope
from accounts.models import Account, Device, Export, Identity, ServiceToken
from accounts.person import NOBODY
from accounts.roles import Role
from geo.models import WGS84, Address
from maps.models import DensityFigure
from patrols.models import Calculation, Crew, JoinedPassage, Leg, Passage, RefusedEntry, Route, Stop
from reports.models import Report
from sectors.models import (
    Bulletin,
    BulletinAttachment,
    BulletinNotice,
    BulletinReading,
    BulletinRelay,
    BulletinSector,
    BulletinTemplate,
    Perimeter,
    Pseudonym,
    Registration,
    Sector,
    Training,
)
from tests.access.people import OTHER_INSEE, Place, build_account, build_place, move_shift
from tests.access.watching import entrust_homes
from tests.builders import (
    DAY,
    EAST,
    HOMES,
    MIDDLE,
    PDF,
    SOUTH,
    STATION,
    WEST,
    at,
    build_agreement,
    build_meeting,
    build_minutes,
    build_passage,
    rectangle,
)
from tests.maps.density.publishing import build_published
from tests.patrols.phone.phones import ANOMALY
from tests.reports.telling import build_relayed, build_report
from tests.sectors.proposing import build_proposal, mark_checked

AN_HOUR = dt.timedelta(hours=1)
HOUSEHOLD_TEXTS = ("name", "phone", "email", "trusted_name", "trusted_phone", "access_instructions")
NAMES = [*(role.value.replace("_", "-") for role in Role), "crew-2", "referent-2"]
KEPT = dt.timedelta(days=90)
# In the audit chain each account has one act, about a number of rows that no other act is about.
FEWEST_ROWS = 101


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The commune of the site and another one; the crew Alpha of each is one hour into its shift."""

    here: Place
    there: Place
    # A second member of the Alpha of the commune, whose phone is enrolled.
    mate: Account
    mate_there: Account
    # The référent of the second sector of each commune.
    neighbour: Account
    neighbour_there: Account

    @property
    def places(self) -> tuple[Place, Place]:
        return (self.here, self.there)

    @property
    def homes(self) -> list[Absence]:
        return [home for place in self.places for home in place.town.absences]


def build_stage() -> Stage:
    here, there = build_place(), build_place(OTHER_INSEE, canary("commune", OTHER_INSEE), east_by=1.0)
    # What is sealed is told in the log: before the one act of each account, which its first page shows.
    for place in (here, there):
        _tell_reports(place)
    for place in (here, there):
        _put_up_signposts(place)
        _mark_homes(place)
        entrust_homes(place)
        _set_aside(place)
        _mark_rounds(place)
        _mark_accounts(place)
        _mark_names(place)
        _send_messages(place)
        _make_token(place)
        for sector in place.sectors[:2]:
            build_agreement(sector, name=canary("signataire", place.insee, sector.number))
            build_minutes(build_meeting(sector, place_name=canary("lieu", place.insee, sector.number)))
            _hand_out(place, sector)
        Training.objects.create(
            commune=place.town.commune, held_on=DAY, title=canary("formation", place.insee), attended=1
        )
        _propose_perimeters(place)
        Calculation.objects.create(
            commune=place.town.commune, day=DAY, seconds=2.0, seed=7, asked_at=timezone.now(), state="done"
        )
    return Stage(
        here=here,
        there=there,
        mate=_build_mate(here),
        mate_there=_build_mate(there),
        neighbour=_build_neighbour(here),
        neighbour_there=_build_neighbour(there),
    )


def canary(kind: str, *parts: object) -> str:
    """A word that nothing else holds."""
    return "zq" + "x".join([kind, *map(str, parts), "z"])


def canaries_of(account: Account) -> list[str]:
    """What only the account's own sealed row holds."""
    return [canary("nom", account.pk), canary("tel", account.pk), canary("courriel", account.pk)]


def household_canary(place: Place, text: str, number: int) -> str:
    """What a sealed text of a home's household says."""
    return canary(text.replace("_", ""), place.insee, number)


def latitude_of(place: Place, number: int) -> float:
    """The latitude of a home, told from every other at the fifth decimal."""
    return HOMES[number][1] + 0.00011 * (number + 1 + 4 * (place.insee == OTHER_INSEE))


def passed_at(place: Place, number: int) -> dt.datetime:
    """When a home was passed, told from every other by the minute."""
    return at(9, 41 + number + 4 * (place.insee == OTHER_INSEE))


def first_day_of(place: Place, number: int) -> dt.date:
    return dt.date(2026, 8, 1 + number + 4 * (place.insee == OTHER_INSEE))


def crew_that_passed(place: Place) -> Crew:
    """A third crew, which has passed at every home and has no round."""
    return Crew.objects.get(commune=place.town.commune, name=canary("passeurs", place.insee))


def act_of(account: Account) -> range:
    """The keys of the rows that the account's one act in the audit chain is about."""
    insee, _, name = account.login.partition("-")
    number = FEWEST_ROWS + NAMES.index(name) + (len(NAMES) if insee == OTHER_INSEE else 0)
    return range(1000 * number, 1000 * number + number)


def fingerprint_of(account: Account) -> str:
    """What tells the one file that the account has taken from every other."""
    return f"{account.pk:064x}"


def words_of_act(account: Account) -> str:
    """How the log tells that act."""
    return f"{len(act_of(account))} logements vacants"


def _make_token(place: Place) -> None:
    ServiceToken.objects.create(
        commune=place.town.commune,
        label=canary("jeton", place.insee),
        token_sha256=f"{int(place.insee):064x}",
        made_by=place.accounts[Role.ADMINISTRATOR],
        last_day=DAY + KEPT,
    )


def _put_up_signposts(place: Place) -> None:
    """Two addresses that are no home: first by street, and nearest to the faults of the drawings."""
    for number, east in enumerate(((WEST + MIDDLE) / 2, (MIDDLE + EAST) / 2), start=1):
        Address.objects.create(
            commune=place.town.commune,
            official_id=f"{place.insee}_0000_{number:05d}",
            source=Address.Source.BAN,
            house_number=str(number),
            street_name="Allée des Bornes",
            postcode="26000",
            city=place.town.commune.name,
            position_kind="entrée",
            point=Point(east, 44.9394, srid=WGS84),
        )


def _mark_homes(place: Place) -> None:
    third = Crew.objects.create(
        commune=place.town.commune, name=canary("passeurs", place.insee), mode="foot", service="municipal"
    )
    for number, home in enumerate(place.town.absences):
        point = Point(HOMES[number][0], latitude_of(place, number), srid=WGS84)
        home.address.street_name = f"Voie {canary('rue', place.insee, number)}"
        home.address.point = point
        home.address.save()
        home.point = point
        home.first_day = first_day_of(place, number)
        home.save()
        keep_household(
            home,
            {name: household_canary(place, name, number) for name in HOUSEHOLD_TEXTS},
            trusted_has_keys=True,
            allowed=[Allowed(name=household_canary(place, "allowed", number))],
        )
        found = {"absence": home, "crew": third, "result": Passage.Result.ANOMALY}
        counted, told = (build_passage(**found, done_at=passed_at(place, number)) for _ in range(2))
        JoinedPassage.objects.create(passage=told, counts_as=counted)


def _set_aside(place: Place) -> None:
    """What a phone of the third crew sent and could not be taken in: a passage at the first home."""
    said = {"stop": None, "home": place.town.absences[0].pk, "done_at": passed_at(place, 0).isoformat()}
    text = json.dumps({**ANOMALY, **said, "note": canary("envoi", place.insee)})
    entry = RefusedEntry(crew=crew_that_passed(place), reason=RefusedEntry.Reason.NOT_ON_ROUND, content=text)
    entry.keep_until(timezone.localdate() + KEPT)
    entry.save()


def _mark_rounds(place: Place) -> None:
    """Give Bravo a round too: it stops at the fourth home, an hour after Alpha began."""
    bravo = place.plan.routes.get(shift=place.town.shifts[1])
    Stop.objects.create(
        route=bravo,
        order=1,
        absence=place.town.absences[3],
        visit_number=2,
        arrives_at=at(19, 7),
        starts_at=at(19, 7),
        leaves_at=at(19, 12),
        prize=1.0,
    )
    Leg.objects.create(
        route=bravo,
        order=0,
        course=LineString(STATION, HOMES[3], srid=WGS84),
        length_m=500.0,
        duration_s=300.0,
        streets=[canary("trajet", place.insee)],
    )
    for crew in place.town.crews:
        crew.name = canary("equipage", place.insee, crew.name)
        crew.save()
    for moved in place.town.shifts:
        move_shift(moved, starts_in=-AN_HOUR)


def _mark_accounts(place: Place) -> None:
    for role in Role:
        account = place.accounts[role]
        Authenticator.objects.create(user=account, type="totp", data={"secret": canary("secret", account.pk)})
        _name(account)
        _act(place, account, role)
        _export(place, account, role)


def _name(account: Account) -> None:
    name, phone, email = canaries_of(account)
    identity = Identity(account=account, name=name, phone=phone, email=email)
    identity.keep_until(timezone.localdate() + KEPT)
    identity.save()


def _build_neighbour(place: Place) -> Account:
    neighbour = build_account(place.town, Role.REFERENT, login=f"{place.insee}-referent-2")
    neighbour.grants.update(sector=place.sectors[1])
    _name(neighbour)
    _act(place, neighbour, Role.REFERENT)
    _export(place, neighbour, Role.REFERENT)
    return neighbour


def _build_mate(place: Place) -> Account:
    mate = build_account(place.town, Role.CREW, login=f"{place.insee}-crew-2")
    Device.objects.create(
        account=mate, commune=place.town.commune, label=canary("appareil", place.insee), token_sha256=f"d{mate}"
    )
    _act(place, mate, Role.CREW)
    _export(place, mate, Role.CREW)
    return mate


def _act(place: Place, account: Account, role: Role) -> None:
    """One act in the chain of the account, about a row that nothing else names."""
    person = replace(place.person(role), account_id=account.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde_web")
        scope.enter(person)
        audit.record("absence.address", kind=Absence, subjects=act_of(account), reason=audit.Reason.PATROL)
        scope.enter(NOBODY)
        cursor.execute("RESET ROLE")


def _export(place: Place, account: Account, role: Role) -> None:
    Export.objects.create(
        commune=place.town.commune,
        made_by=account,
        roles=[role],
        kind=Export.Kind.ROUND_PDF,
        subject_kind="patrols.route",
        subject_key=place.route.pk,
        content_sha256=fingerprint_of(account),
        size_bytes=1,
    )


def _send_messages(place: Place) -> None:
    """One to the first sector, which its référent has relayed there, and one to the second; a text to use."""
    text = {"title": canary("modele", place.insee), "subject": "Objet", "text": "Texte"}
    BulletinTemplate.objects.create(commune=place.town.commune, **text)
    for number, sector in enumerate(place.sectors[:2], start=1):
        bulletin = Bulletin.objects.create(
            commune=place.town.commune,
            service=Bulletin.Service.MUNICIPAL,
            written_by=place.accounts[Role.MUNICIPAL_POLICE],
            subject=canary("objet", place.insee, number),
            text=canary("message", place.insee, number),
            saved_at=at(9),
            sent_at=at(9),
        )
        BulletinSector.objects.create(bulletin=bulletin, sector=sector, referents=2 - number)
        document = {"title": canary("piece", place.insee, number), "content": PDF, "size_bytes": len(PDF)}
        BulletinAttachment.objects.create(bulletin=bulletin, content_sha256="0" * 64, **document)
        if number == 1:
            said = {"bulletin": bulletin, "sector": sector, "account": place.accounts[Role.REFERENT]}
            BulletinNotice.objects.create(**said, changed_at=at(9))
            BulletinReading.objects.create(**said, read_at=at(9))
            BulletinRelay.objects.create(**said, means=BulletinRelay.Means.POSTER, relayed_at=at(9))


def _hand_out(place: Place, sector: Sector) -> None:
    """A registration that waits in a sector, and a pseudonym chosen by the vigilant in the first."""
    fingerprint = canary("inscription", place.insee, sector.number)
    Registration.objects.create(sector=sector, token_sha256=fingerprint, expires_at=timezone.now() + KEPT)
    if sector == place.sectors[0]:
        said = {"sector": sector, "text": canary("pseudo", place.insee)}
        Pseudonym.objects.create(account=place.accounts[Role.VIGILANT], **said)


def report_canary(report: Report, text: str) -> str:
    """What a text of a report says: its words, or those of the référent."""
    return canary(text, report.number)


def _tell_reports(place: Place) -> None:
    """In each of two sectors one that waits and one that was relayed and judged; in the first, one told aloud.

    Three figures of density that were published: of a square in each, and of the commune.
    """
    vigilant, by = place.accounts[Role.VIGILANT], place.accounts[Role.REFERENT]
    nobody_here = Account(pk=by.pk)
    for sector, author in ((place.sectors[0], vigilant), (place.sectors[1], nobody_here)):
        for build in (build_report, build_relayed):
            number = f"{Report.objects.count():08}"
            latitude = 44.93031 + 0.00013 * Report.objects.count()
            said = {
                "number": number,
                "point": Point(4.8841, latitude, srid=WGS84),
                "place_name": canary("ici", number),
                "text": canary("origine", number),
            }
            if build is build_relayed:
                said |= {"relayed_text": canary("relais", number), "by": by, "category": "prevention"}
            build(sector, author=author, **said)
    number = f"{Report.objects.count():08}"
    point = Point(4.8841, 44.93031 + 0.00013 * Report.objects.count(), srid=WGS84)
    said = {"point": point, "place_name": canary("ici", number), "text": canary("origine", number)}
    entered = build_report(place.sectors[0], number=number, **said)
    entered.steps.create(act="entered", taken_at=timezone.now(), by_role=Role.REFERENT, taken_by=by)
    first = 701 + 100 * (DensityFigure.objects.count() // 3)
    build_published(place.sectors[:2], values=(first, first + 1, first + 2))


def _propose_perimeters(place: Place) -> None:
    """A draft about the first sector, one that draws the third, and one of the second that police have checked."""
    first, second, third = place.sectors
    police = (place.accounts[Role.MUNICIPAL_POLICE], Role.MUNICIPAL_POLICE)
    # Less ground, and no address less: a street that goes is told by its name, which is a canary of a home here.
    west, east = rectangle(WEST, SOUTH, MIDDLE, 44.939), rectangle(MIDDLE, SOUTH, EAST, 44.9385)
    build_proposal(first, place.accounts[Role.REFERENT], Role.REFERENT, area=west)
    # No home is in the northern strip of the second sector, which is left to the third.
    held = Perimeter.objects.get(sector=second)
    held_west, held_south, held_east, held_north = held.area.extent
    held.area = rectangle(held_west, held_south, held_east, 44.939)
    held.save()
    build_proposal(third, *police, area=rectangle(held_west, 44.939, held_east, held_north))
    mark_checked(build_proposal(second, *police, area=east), police[0])


def _mark_names(place: Place) -> None:
    for sector in place.sectors:
        sector.name = canary("secteur", place.insee, sector.number)
        sector.save()
    place.town.depot.name = canary("poste", place.insee)
    place.town.depot.save()


def routes_of(place: Place) -> list[Route]:
    return list(place.plan.routes.order_by("pk"))
