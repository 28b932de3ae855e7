"""A thousand cuts: whatever the network does to requests and answers, each entry is recorded once."""

import random
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import pytest
from django.db import transaction

from patrols.models import CallAttempt, PassageOrigin, Receipt
from patrols.services.phone import exchange
from patrols.services.phone.entries import Entry
from patrols.services.phone.exchange import Answer, State
from tests.patrols.phone.phones import ANOMALY, batch, call, on_behalf_of, passage, sender_of

CUTS = 1_000
BEFORE, DURING, AFTER, NONE = "before", "during", "after", "none"
# Most cuts come before the request arrives, and cost the test nothing.
LIKELY = (*[BEFORE] * 5, DURING, AFTER, NONE)
# A piece of work of the server that a cut may strike.
STEPS = ("_take_passages", "_take_calls", "_refuse_changed", "_answer")


class ConnectionCut(Exception):
    pass


class BadNetwork:
    """Carries batches to the server: cuts before, during or after, and brings some again long after."""

    def __init__(self, crew, now, draw: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
        self.crew, self.now, self.draw, self.monkeypatch = crew, now, draw, monkeypatch
        self.cuts: Counter[str] = Counter()
        self.delayed: list[list[Entry]] = []

    def carry(self, entries: list[Entry]) -> list[Answer]:
        if self.delayed and self.draw.random() < 0.2:
            self._serve(self.delayed.pop())
        where = self.draw.choice(LIKELY)
        self.cuts[where] += 1
        if where == BEFORE:
            if self.draw.random() < 0.1:
                self.delayed.append(entries)
            raise ConnectionCut
        if where == DURING:
            self._serve_until(self.draw.choice(STEPS), entries)
            raise ConnectionCut
        answers = self._serve(entries)
        if where == AFTER:
            raise ConnectionCut
        return answers

    def _serve(self, entries: Iterable[Entry]) -> list[Answer]:
        with on_behalf_of(self.crew):
            return exchange.take_in(batch(*entries, sent_at=self.now), sender_of(self.crew), now=self.now)

    def _serve_until(self, step: str, entries: list[Entry]) -> None:
        """Let the server do a step and die at its end, as when its process is killed."""
        work = getattr(exchange, step)

        def die_after(*given: object) -> None:
            work(*given)
            raise ConnectionCut

        with self.monkeypatch.context() as patch:
            patch.setattr(exchange, step, die_after)
            with pytest.raises(ConnectionCut):
                self._serve(entries)


def spend_night(network: BadNetwork, noted: list[Entry], draw: random.Random) -> None:
    """Send an outbox, in parts and out of order, until nothing waits."""
    outbox = {entry.reference: entry for entry in noted}
    while outbox:
        size = draw.randint(1, min(8, len(outbox)))
        try:
            answers = network.carry(draw.sample(list(outbox.values()), size))
        except ConnectionCut:
            continue
        for answer in answers:
            if answer.state in {State.RECORDED, State.REFUSED}:
                outbox.pop(answer.reference, None)


def note_night(place, now, night: int) -> list[Entry]:
    """Six passages, the first with an anomaly and two calls."""
    first = 100 * night
    passages = [
        passage(place, first + n, done_at=now, home=n % 3, **(ANOMALY if n == 1 else {})) for n in range(1, 7)
    ]
    return [*passages, *(call(place, first + n, after=first + 1, ended_at=now) for n in (11, 12))]


def test_a_thousand_cuts_lose_nothing_and_record_nothing_twice(place, crew, now, monkeypatch):
    draw = random.Random(26999)  # noqa: S311
    network = BadNetwork(crew, now, draw, monkeypatch)
    noted: list[Entry] = []

    with transaction.atomic():
        while sum(network.cuts[where] for where in (BEFORE, DURING, AFTER)) < CUTS:
            tonight = note_night(place, now, len(noted) + 1)
            noted += tonight
            spend_night(network, tonight, draw)

    assert min(network.cuts[where] for where in (BEFORE, DURING, AFTER)) > 100
    recorded = [
        *PassageOrigin.objects.values_list("reference", flat=True),
        *CallAttempt.objects.values_list("reference", flat=True),
    ]
    assert Counter(recorded) == Counter({entry.reference: 1 for entry in noted})
    assert set(Receipt.objects.values_list("reference", "outcome")) == {(e.reference, "recorded") for e in noted}
    calls = CallAttempt.objects.values_list("reference", "passage__origin__reference")
    assert all(after == UUID(int=reference.int - reference.int % 100 + 1) for reference, after in calls)
