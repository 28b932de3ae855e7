import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import AuditEntry, Grant
from accounts.person import Holding, Person
from accounts.roles import Role
from sectors.models import Bulletin, BulletinReading, BulletinRelay
from sectors.services.bulletins import receiving, writing
from sectors.services.bulletins.following import Relayed, follow
from tests.access.people import SINCE
from tests.sectors.bulletins.messages import NOW, send_to

pytestmark = pytest.mark.django_db

AN_HOUR = dt.timedelta(hours=1)
Means = BulletinRelay.Means


@pytest.fixture
def referent(place):
    return place.accounts[Role.REFERENT]


def test_a_first_opening_is_dated_and_a_second_leaves_it(place, sent, referent):
    for now in (NOW, NOW + AN_HOUR):
        receiving.note_reading(sent, referent, [place.sectors[0]], now=now)

    assert list(BulletinReading.objects.values_list("account", "sector", "read_at")) == [
        (referent.pk, place.sectors[0].pk, NOW)
    ]


def test_what_waits_is_what_one_has_not_opened_and_what_still_stands(place, sent, referent):
    person = place.person(Role.REFERENT)
    other = send_to(place, place.sectors[1])
    assert list(receiving.unread_by(person)) == [sent]

    correction = writing.begin(
        place.town.commune, place.accounts[Role.MUNICIPAL_POLICE], sent.service, now=NOW, replaces=sent
    )
    writing.send(correction, now=NOW)
    assert list(receiving.unread_by(person)) == [correction]

    receiving.note_reading(correction, referent, [place.sectors[0]], now=NOW)
    assert not receiving.unread_by(person).exists()
    assert other in Bulletin.objects.standing()


def test_a_relay_keeps_its_first_date_by_each_means(place, sent, referent):
    sector = [place.sectors[0]]
    receiving.relay(sent, referent, sector, [Means.POSTER], now=NOW)
    receiving.relay(sent, referent, sector, [Means.POSTER, Means.MEETING], now=NOW + AN_HOUR)

    assert follow(sent).by_sector[0].relayed == (
        Relayed(means=Means.POSTER, at=NOW),
        Relayed(means=Means.MEETING, at=NOW + AN_HOUR),
    )
    assert AuditEntry.objects.filter(action="bulletin.relay").count() == 2


def test_a_message_is_followed_sector_by_sector(place, referent):
    bulletin = send_to(place, *place.sectors)
    receiving.note_reading(bulletin, referent, [place.sectors[0]], now=NOW + AN_HOUR)

    followed = follow(bulletin)

    assert [
        (each.sector.number, each.referents, len(each.read_at), each.is_orphan) for each in followed.by_sector
    ] == [
        (1, 1, 1, False),
        (2, 0, 0, True),
        (3, 0, 0, True),
    ]
    assert (followed.sectors, followed.read, followed.relayed, followed.orphans) == (3, 1, 0, 2)


def test_a_sector_that_found_a_referent_since_is_no_orphan_once_read(place, referent):
    bulletin = send_to(place, place.sectors[2])
    Grant.objects.create(
        account=referent,
        role=Role.REFERENT,
        commune=place.town.commune,
        sector=place.sectors[2],
        valid=DateRange(SINCE, None),
    )
    holdings = tuple(Holding(role=Role.REFERENT, sector_id=sector.pk) for sector in place.sectors)
    person = Person(account_id=referent.pk, commune=place.insee, holdings=holdings)

    receiving.note_reading(bulletin, referent, receiving.sectors_reached(bulletin, person), now=NOW)

    assert not follow(bulletin).by_sector[0].is_orphan
