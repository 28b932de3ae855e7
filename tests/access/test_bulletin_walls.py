"""Prevention messages in plain SQL: who is shown what, who writes what, and what their functions say."""

import datetime as dt
from dataclasses import dataclass, replace

import psycopg
import pytest
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import Account, Grant
from accounts.roles import POLICE, Role
from sectors.models import (
    Bulletin,
    BulletinAttachment,
    BulletinNotice,
    BulletinReading,
    BulletinRelay,
    BulletinSector,
    BulletinTemplate,
    Sector,
)
from tests.access.in_sql import keys_in, site
from tests.access.people import SINCE, Place, build_account
from tests.access.test_written_rows import lets_in, touched
from tests.builders import PDF, at

pytestmark = pytest.mark.django_db

MODELS = (Bulletin, BulletinSector, BulletinReading, BulletinRelay, BulletinNotice, BulletinAttachment)
SIGNED = (BulletinReading, BulletinRelay)
TABLES = (*(model._meta.db_table for model in MODELS), "sectors_bulletintemplate")
READERS = {*POLICE, Role.REFERENT, Role.VIGILANT}
AUTHOR, COLLEAGUE = Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE


def write(place: Place, by: Role, *sectors: Sector, is_sent: bool) -> Bulletin:
    bulletin = Bulletin.objects.create(
        commune=place.town.commune,
        service=Bulletin.Service.MUNICIPAL,
        written_by=place.accounts[by],
        subject="Objet",
        text="Texte",
        saved_at=at(9),
        sent_at=at(9) if is_sent else None,
    )
    for sector in sectors:
        BulletinSector.objects.create(bulletin=bulletin, sector=sector)
    BulletinAttachment.objects.create(
        bulletin=bulletin, title="Affiche", content=PDF, content_sha256="0" * 64, size_bytes=len(PDF)
    )
    return bulletin


def note(bulletin: Bulletin, sector: Sector, account: Account) -> None:
    said = {"bulletin": bulletin, "sector": sector, "account": account}
    BulletinReading.objects.create(**said, read_at=at(9))
    BulletinRelay.objects.create(**said, means=BulletinRelay.Means.POSTER, relayed_at=at(9))
    BulletinNotice.objects.get_or_create(bulletin=bulletin, account=account, sector=sector, changed_at=at(9))


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was written in a commune: five messages, and a draft of each police."""

    place: Place
    relayed_here: Bulletin
    relayed_there: Bulletin
    waiting: Bulletin
    relayed_in_the_other: Bulletin
    astray: Bulletin
    drafts: dict[Role, Bulletin]


def tell(place: Place, other: Place) -> Told:
    first, second = place.sectors[:2]
    told = Told(
        place=place,
        relayed_here=write(place, AUTHOR, first, is_sent=True),
        relayed_there=write(place, AUTHOR, second, is_sent=True),
        waiting=write(place, AUTHOR, first, is_sent=True),
        relayed_in_the_other=write(place, AUTHOR, first, second, is_sent=True),
        # To a sector of another commune: no page writes that.
        astray=write(place, AUTHOR, other.sectors[0], is_sent=True),
        drafts={role: write(place, role, first, other.sectors[1], is_sent=False) for role in (AUTHOR, COLLEAGUE)},
    )
    referent, neighbour = place.accounts[Role.REFERENT], place.accounts[Role.CLSPD]
    note(told.relayed_here, first, referent)
    # By somebody else in the second sector, and in the name of one who is no référent there, or was sent nothing.
    note(told.relayed_there, second, neighbour)
    note(told.relayed_there, second, referent)
    note(told.relayed_in_the_other, second, neighbour)
    note(told.astray, other.sectors[0], neighbour)
    BulletinReading.objects.create(bulletin=told.relayed_there, sector=first, account=referent, read_at=at(9))
    return told


@pytest.fixture
def told(place, elsewhere) -> Told:
    tell(elsewhere, place)
    return tell(place, elsewhere)


def shown_to(told: Told, role: Role) -> set[int]:
    sent = [told.relayed_here, told.relayed_there, told.waiting, told.relayed_in_the_other, told.astray]
    seen = {
        Role.VIGILANT: [told.relayed_here],
        Role.REFERENT: [told.relayed_here, told.waiting, told.relayed_in_the_other],
        **{police: [*sent, told.drafts[police]] for police in POLICE},
    }
    return {bulletin.pk for bulletin in seen.get(role, [])}


@pytest.mark.parametrize("role", Role)
def test_each_role_is_shown_its_messages_and_no_other(told, role):
    with site(told.place.person(role)) as cursor:
        assert keys_in(cursor, "sectors_bulletin") == shown_to(told, role)


@pytest.mark.parametrize("role", Role)
def test_what_hangs_on_a_message_is_shown_within_ones_sectors(told, role):
    of_shown = {"bulletin__in": shown_to(told, role)}
    mine = {"sector": told.place.sectors[0].pk}
    own = {"account": told.place.accounts[role]}
    is_police = role in POLICE
    in_sector = {**of_shown, **({} if is_police else mine)}
    relays = BulletinRelay.objects.filter(**own)
    if role is Role.REFERENT or is_police:
        relays |= BulletinRelay.objects.filter(**in_sector)
    readings, notices = (model.objects.filter(**own) for model in (BulletinReading, BulletinNotice))
    if is_police:
        readings |= BulletinReading.objects.filter(**of_shown)
        notices |= BulletinNotice.objects.filter(**of_shown)
    expected = {
        "sectors_bulletinsector": BulletinSector.objects.filter(**in_sector),
        "sectors_bulletinreading": readings,
        "sectors_bulletinrelay": relays,
        "sectors_bulletinnotice": notices,
        "sectors_bulletinattachment": BulletinAttachment.objects.filter(**of_shown),
    }

    with site(told.place.person(role)) as cursor:
        shown = {table: keys_in(cursor, table) for table in expected}

    assert shown == {table: set(rows.values_list("pk", flat=True)) for table, rows in expected.items()}


def test_a_visitor_is_shown_nothing(told):
    with site() as cursor:
        assert {table: keys_in(cursor, table) for table in TABLES} == {table: set() for table in TABLES}


CHANGES = {Bulletin: "subject = 'Autre'", BulletinSector: "referents = 9"}


def of_own_draft(told: Told, role: Role, model: type[models.Model]) -> models.QuerySet:
    draft = told.drafts.get(role)
    return model._default_manager.filter(**{"pk" if model is Bulletin else "bulletin": draft.pk if draft else 0})


@pytest.mark.parametrize("role", Role)
def test_one_changes_and_takes_away_ones_own_draft_and_nothing_that_was_sent(told, role):
    for draft in told.drafts.values():
        note(draft, told.place.sectors[0], told.place.accounts[role])
    person = told.place.person(role)

    changed = {
        model: touched(person, f"UPDATE {model._meta.db_table} SET {what}") for model, what in CHANGES.items()
    }
    gone = {model: touched(person, f"DELETE FROM {model._meta.db_table}") for model in MODELS}

    assert changed == {model: of_own_draft(told, role, model).count() for model in CHANGES}
    assert gone == {model: of_own_draft(told, role, model).count() for model in MODELS}


@pytest.mark.parametrize("role", Role)
def test_one_adds_drafts_of_ones_own_and_to_sectors_of_the_commune(told, role):
    person = told.place.person(role)
    expected = {
        *of_own_draft(told, role, Bulletin),
        *of_own_draft(told, role, BulletinSector).filter(sector__commune=told.place.insee),
        *of_own_draft(told, role, BulletinAttachment),
    }

    assert {
        row
        for model in (*CHANGES, BulletinAttachment)
        for row in model._default_manager.all()
        if lets_in(person, row)
    } == expected


@pytest.mark.parametrize("role", Role)
def test_a_referent_reads_and_relays_in_their_own_name_what_came_to_their_sector(told, role):
    person = told.place.person(role)
    mine = {"bulletin": told.relayed_here, "sector": told.place.sectors[0], "account": person.account_id}
    expected = {row for model in SIGNED for row in model._default_manager.filter(**mine)}

    assert {row for model in SIGNED for row in model._default_manager.all() if lets_in(person, row)} == expected
    assert bool(expected) == (role is Role.REFERENT)


@pytest.mark.parametrize("role", Role)
def test_texts_to_begin_from_are_for_police_of_the_commune_to_read_and_to_write(told, elsewhere, role):
    for place in (told.place, elsewhere):
        commune = place.town.commune
        BulletinTemplate.objects.create(commune=commune, title="Ruse", subject="Objet", text="Texte")
    person, table = told.place.person(role), "sectors_bulletintemplate"
    here = BulletinTemplate.objects.filter(commune=told.place.insee if role in POLICE else None)

    with site(person) as cursor:
        assert keys_in(cursor, table) == {row.pk for row in here}
    assert touched(person, f"UPDATE {table} SET subject = 'Autre'") == here.count()
    assert touched(person, f"DELETE FROM {table}") == here.count()
    assert {row for row in BulletinTemplate.objects.all() if lets_in(person, row)} == {*here}


@pytest.mark.parametrize("role", Role)
def test_police_of_the_commune_put_what_they_have_sent_in_the_queue(told, elsewhere, role):
    there = Bulletin.objects.sent().filter(commune=elsewhere.insee).first()
    asked = {"sent": told.waiting, "draft": told.drafts[AUTHOR], "there": there}

    with site(told.place.person(role)) as cursor:
        jobs = {
            name: cursor.execute("SELECT walls.defer_bulletin(%s)", [bulletin.pk]).fetchone()[0] is not None
            for name, bulletin in asked.items()
        }

    assert jobs == {"sent": role in POLICE, "draft": False, "there": False}


def appoint(place: Place, login: str, *, role: Role = Role.REFERENT, days: tuple[int, int | None] = (-9, None)):
    today = timezone.localdate()
    first, last = days
    valid = DateRange(today + dt.timedelta(days=first), None if last is None else today + dt.timedelta(days=last))
    account = build_account(place.town, login=login)
    Grant.objects.create(
        account=account, role=role, commune=place.town.commune, sector=place.sectors[1], valid=valid
    )
    return account


@pytest.mark.parametrize("role", Role)
def test_who_holds_a_role_is_told_how_many_referents_each_sector_of_the_commune_has(place, elsewhere, role):
    # A mandate whose account is closed is vacant: two others are given beside it, on any day.
    closed = appoint(place, "ferme")
    Account.objects.filter(pk=closed.pk).update(is_active=False, disabled_at=timezone.now())
    appoint(place, "en-poste")
    appoint(place, "parti", days=(-9, 0))
    appoint(place, "a-venir", days=(1, None))
    appoint(place, "voisin", role=Role.VIGILANT)
    twice = Grant.objects.filter(account__login="en-poste").get()
    Grant.objects.create(
        account=twice.account,
        role=Role.REFERENT,
        commune=place.town.commune,
        sector=place.sectors[2],
        valid=DateRange(SINCE, None),
    )

    with site(place.person(role)) as cursor:
        told = dict(cursor.execute("SELECT sector_id, referents FROM walls.referents_by_sector()").fetchall())

    expected = dict(zip([sector.pk for sector in place.sectors], (1, 1, 1), strict=True))
    assert told == expected
    with site(replace(place.person(role), holdings=())) as cursor:
        assert cursor.execute("SELECT FROM walls.referents_by_sector()").fetchall() == []


UNDO = "DELETE FROM sectors_bulletinrelay"
AGAIN = "UPDATE sectors_bulletinnotice SET state = 'waiting', attempts = 0"


@pytest.mark.parametrize("role", Role)
def test_a_relay_is_taken_back_by_whoever_noted_it_within_a_day(told, role):
    own = BulletinRelay.objects.filter(account=told.place.accounts[Role.REFERENT])
    noted = own.update(relayed_at=timezone.now() - dt.timedelta(hours=23))
    with site(told.place.person(role)) as cursor:
        assert cursor.execute(UNDO).rowcount == (noted if role is Role.REFERENT else 0)
    own.update(relayed_at=timezone.now() - dt.timedelta(hours=25))
    with site(told.place.person(role)) as cursor:
        assert cursor.execute(UNDO).rowcount == 0


@pytest.mark.parametrize("role", Role)
def test_police_have_notices_that_did_not_leave_sent_again(told, role):
    sent = {"bulletin__commune": told.place.town.commune, "bulletin__sent_at__isnull": False}
    number = BulletinNotice.objects.filter(**sent).count()
    for state, is_again in (("failed", True), ("no_address", True), ("no_server", True), ("sent", False)):
        BulletinNotice.objects.update(state=state, attempts=1)
        with site(told.place.person(role)) as cursor:
            again = number if is_again and role in POLICE else 0
            assert cursor.execute(AGAIN).rowcount == again
    BulletinNotice.objects.update(state="failed", attempts=1)
    for change in ("state = 'sent'", "state = 'waiting'"):
        if role in POLICE:
            with site(told.place.person(role)) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
                cursor.execute(f"UPDATE sectors_bulletinnotice SET {change}")
