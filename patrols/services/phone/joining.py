"""A visit that was told by radio, and then by the phone of the crew that made it: one, told twice."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import connection

from accounts import audit
from patrols.models import JoinedPassage, Passage

# Past the walls: after the shift the crew is shown its passages no more (patrols/sql/crew_visits_told.sql).
TOLD = "SELECT stop_id, passage_id, done_at, result, is_amended FROM walls.crew_visits_told()"
PASSAGES_TOLD = "SELECT crew_id, reference, passage_id FROM walls.crew_passages_told()"
# In one order, so that two who wait for each other's homes never do so both ways.
TURNS = """
    SELECT pg_advisory_xact_lock(hashtext('patrols_visit'), hashtext(home::text)) FROM unnest(%s::bigint[]) AS home
"""


class Telling(Protocol):
    """What is asked of two passages that tell one visit, to know which of them counts."""

    @property
    def is_amended(self) -> bool: ...
    @property
    def is_anomaly(self) -> bool: ...
    @property
    def is_told(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class ToldVisit:
    """A passage that the desk noted by radio, and that no phone has sent yet."""

    passage: int
    done_at: dt.datetime
    result: str
    is_amended: bool

    is_told: ClassVar[bool] = True

    @property
    def is_anomaly(self) -> bool:
        return self.result == Passage.Result.ANOMALY


def weigh(telling: Telling) -> tuple[bool, bool, bool]:
    """Weigh a passage against another that tells the same visit: the heavier counts.

    What the crew noted at the door counts, unless police have corrected what was told since, or that alone tells
    an anomaly: none is lost because it was not typed.
    """
    return telling.is_amended, telling.is_anomaly, not telling.is_told


def take_turns_at(homes: Iterable[int]) -> None:
    """Let those who record passages at the same homes go one after the other, to the end of the transaction.

    What the desk notes and what a phone sends at one moment would else not see each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(TURNS, [sorted(homes)])


def join_told(sent: Collection[Passage]) -> None:
    """Join passages that phones have just sent with those that were told of the same visits.

    The same visit is the same stop: one crew's shift, one home, its first or second passage there. Where there are
    several, the nearest in hour are the same, each of one other; what is left stands by itself.
    """
    take_turns_at({passage.absence_id for passage in sent})
    told = _read_told()
    pairs = [(visit, passage) for passage in sent if passage.stop_id for visit in told.get(passage.stop_id, ())]
    joined: dict[int, JoinedPassage] = {}
    for visit, passage in sorted(pairs, key=lambda pair: abs(pair[0].done_at - pair[1].done_at)):
        if visit.passage not in joined and passage.pk not in joined:
            joined[visit.passage] = joined[passage.pk] = _join(visit, passage)
    rows = set(joined.values())
    JoinedPassage.objects.bulk_create(rows)
    audit.record("passage.join", kind=Passage, subjects=[row.pk for row in rows], reason=audit.Reason.PATROL)


def read_passages_told() -> Mapping[tuple[int, UUID], int]:
    """Read the passages that the crews of whoever asks told by radio, which no phone has sent."""
    with connection.cursor() as cursor:
        cursor.execute(PASSAGES_TOLD)
        return {(crew, reference): passage for crew, reference, passage in cursor.fetchall()}


def _read_told() -> Mapping[int, list[ToldVisit]]:
    """The visits that were told by radio, by the stops that they may be of."""
    visits: dict[int, list[ToldVisit]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(TOLD)
        for stop, passage, done_at, result, is_amended in cursor.fetchall():
            visits[stop].append(ToldVisit(passage=passage, done_at=done_at, result=result, is_amended=is_amended))
    return visits


def _join(visit: ToldVisit, sent: Passage) -> JoinedPassage:
    beneath, counts = (sent.pk, visit.passage) if weigh(visit) > weigh(sent) else (visit.passage, sent.pk)
    return JoinedPassage(passage_id=beneath, counts_as_id=counts, joined_at=TransactionNow())
