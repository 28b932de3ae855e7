"""A phone of the tests: what it notes, the outbox in which it waits, and the login of the site on whose behalf."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from accounts import scope
from accounts.person import NOBODY, Person
from patrols.services.phone.entries import Batch, Entry
from patrols.services.phone.exchange import Sender
from tests.access.people import Place

NOTHING_FOUND = {
    "result": "ras",
    "anomaly": "",
    "checked": ["door", "shutters"],
    "wrong": [],
    "presence": "within",
    "note": "",
}
ANOMALY = {
    **NOTHING_FOUND,
    "result": "anomaly",
    "anomaly": "opening",
    "wrong": ["door"],
    "note": "Porte du garage",
}


@contextmanager
def on_behalf_of(person: Person) -> Iterator[None]:
    """Work as the site's login for a person; what is written stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE ronde_web; SET LOCAL ronde.job = ''")
        scope.enter(person)
        yield
        scope.enter(NOBODY)
        cursor.execute("RESET ROLE; SET LOCAL ronde.job = 'test'")


def sender_of(person: Person, *, device: int | None = None) -> Sender:
    return Sender(crews=person.crews, device=device)


def entry(crew: int, content: dict[str, object] | str, *, number: int, kind: str = "passage") -> Entry:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Entry(
        reference=UUID(int=number),
        crew=crew,
        kind=kind,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        content=text,
    )


def passage(place: Place, number: int, *, done_at: dt.datetime, home: int = 0, **changes: object) -> Entry:
    """A passage by Alpha at one of its three homes; ``number`` is its identifier."""
    stop = place.route.stops.get(order=home + 1)
    content = {
        "stop": stop.pk,
        "home": stop.absence_id,
        "done_at": done_at.isoformat(),
        **NOTHING_FOUND,
        **changes,
    }
    return entry(place.town.crews[0].pk, content, number=number)


def call(place: Place, number: int, *, after: int, ended_at: dt.datetime, **changes: object) -> Entry:
    """A call of one minute after the passage of that number."""
    content = {
        "passage": str(UUID(int=after)),
        "step": "owner",
        "outcome": "no_answer",
        "started_at": (ended_at - dt.timedelta(minutes=1)).isoformat(),
        "ended_at": ended_at.isoformat(),
        **changes,
    }
    return entry(place.town.crews[0].pk, content, number=number, kind="call")


def batch(*entries: Entry, sent_at: dt.datetime) -> Batch:
    return Batch(sent_at=sent_at, entries=entries)
