"""What is told at the desk and sent by a phone at one moment see each other, whoever comes first."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from accounts.person import Person
from accounts.roles import Role
from patrols.models import JoinedPassage, Passage
from patrols.services.desk.finding import Finding
from patrols.services.desk.recording import LikelyTwice, ToldPassage, record_told
from patrols.services.phone.exchange import take_in
from tests.patrols.phone.phones import batch, on_behalf_of, passage, sender_of

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = """
    SELECT count(*) FROM pg_locks lock JOIN pg_database base ON base.oid = lock.database
     WHERE base.datname = current_database() AND lock.locktype = 'advisory' AND NOT lock.granted
"""


def do_both(first: Callable[[], object], by: Person, second: Callable[[], object]) -> Future[object]:
    """Do the first, and before it is kept let somebody begin the second, up to where it waits or ends."""

    def begin_second() -> object:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, on_behalf_of(by):
        first()
        doing = pool.submit(begin_second)
        while not doing.done() and not _somebody_waits():
            time.sleep(0.01)
    return doing


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


@pytest.fixture
def tell(place, now) -> Callable[[], Passage]:
    """Note at the desk what Alpha tells of its first stop."""
    stop = place.route.stops.select_related("route").get(order=1)
    stop.absence.last_day = timezone.localdate(now)
    stop.absence.save()
    said = {"absence": stop.absence, "crew": place.town.crews[0], "stop": stop, "note": ""}
    told = ToldPassage(reference=UUID(int=7), done_at=now, finding=Finding(anomaly="", wrong=()), **said)
    return lambda: record_told(told, now=now)


@pytest.fixture
def send(place, crew, now) -> Callable[[], object]:
    """Send from the phone what Alpha noted there."""
    sent = batch(passage(place, 1, done_at=now), sent_at=now)
    return lambda: take_in(sent, sender_of(crew), now=now)


def on_behalf(person: Person, work: Callable[[], object]) -> Callable[[], object]:
    def do() -> object:
        with on_behalf_of(person):
            return work()

    return do


def test_a_phone_waits_for_the_desk_and_is_joined_with_what_it_noted(place, crew, tell, send):
    done = do_both(tell, place.person(Role.MUNICIPAL_POLICE), on_behalf(crew, send))

    assert done.exception() is None
    assert (Passage.objects.count(), JoinedPassage.objects.count()) == (2, 1)


def test_the_desk_waits_for_a_phone_and_is_asked_about_what_it_sent(place, crew, tell, send):
    done = do_both(send, crew, on_behalf(place.person(Role.MUNICIPAL_POLICE), tell))

    assert isinstance(done.exception(), LikelyTwice)
    assert Passage.objects.count() == 1
