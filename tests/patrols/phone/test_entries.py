import json
from uuid import UUID

import pytest

from patrols.errors import UnreadableBatch, UnreadableEntry
from patrols.services.phone.entries import read_batch, read_call, read_passage
from tests.builders import at

PASSAGE = {
    "stop": 3,
    "home": 5,
    "done_at": "2026-08-12T18:05:00+02:00",
    "result": "anomaly",
    "anomaly": "opening",
    "checked": ["windows", "door"],
    "wrong": ["door"],
    "presence": "within",
    "note": " Volet  \u0000ouvert ",
}
CALL = {
    "passage": str(UUID(int=7)),
    "step": "owner",
    "outcome": "reached",
    "started_at": "2026-08-12T18:06:00+02:00",
    "ended_at": "2026-08-12T18:07:30+02:00",
}
ENVELOPE = {"reference": str(UUID(int=1)), "crew": 4, "kind": "passage", "sha256": "0" * 64, "content": "{}"}


def body(**changes: object) -> bytes:
    return json.dumps({"sent_at": "2026-08-12T18:10:00Z", "entries": [{**ENVELOPE, **changes}]}).encode()


def test_a_passage_is_read_with_its_checks_in_the_order_of_the_list():
    said = read_passage(json.dumps(PASSAGE))

    assert (said.stop, said.home, said.done_at) == (3, 5, at(18, 5))
    assert (said.result, said.anomaly, said.checked, said.wrong) == (
        "anomaly",
        "opening",
        ("door", "windows"),
        ("door",),
    )
    assert (said.presence, said.note) == ("within", "Volet  ouvert")


def test_a_passage_may_have_lost_its_stop():
    assert read_passage(json.dumps({**PASSAGE, "stop": None})).stop is None


@pytest.mark.parametrize(
    "changes",
    [
        {"home": "5"},
        {"home": True},
        {"home": 0},
        {"home": 2**63},
        {"stop": 1.5},
        {"done_at": "18 h 05"},
        {"done_at": "2026-08-12T18:05:00"},
        {"done_at": 1},
        {"result": "ok"},
        {"result": "ras"},
        {"anomaly": ""},
        {"anomaly": "burglary"},
        {"checked": "door"},
        {"checked": ["roof"], "wrong": []},
        {"checked": [], "wrong": ["door"]},
        {"presence": [4.88, 44.93]},
        {"note": "x" * 281},
        {"note": None},
    ],
)
def test_a_passage_that_says_what_it_cannot_is_refused(changes):
    with pytest.raises(UnreadableEntry):
        read_passage(json.dumps({**PASSAGE, **changes}))


@pytest.mark.parametrize("content", ["", "[]", "null", "{", "[" * 3_000, json.dumps({"home": 5})])
def test_what_is_no_passage_is_refused(content):
    with pytest.raises(UnreadableEntry):
        read_passage(content)


def test_a_call_is_read():
    said = read_call(json.dumps(CALL))

    assert (said.passage, said.step, said.outcome) == (UUID(int=7), "owner", "reached")
    assert (said.started_at, said.ended_at) == (at(18, 6), at(18, 7).replace(second=30))


@pytest.mark.parametrize(
    "changes",
    [
        {"passage": "x"},
        {"passage": 7},
        {"step": "neighbour"},
        {"outcome": ""},
        {"ended_at": "2026-08-12T18:05:59+02:00"},
    ],
)
def test_a_call_that_says_what_it_cannot_is_refused(changes):
    with pytest.raises(UnreadableEntry):
        read_call(json.dumps({**CALL, **changes}))


def test_a_batch_is_read_without_its_contents():
    batch = read_batch(body())

    assert batch.sent_at == at(20, 10)
    assert [(e.reference, e.crew, e.kind, e.content) for e in batch.entries] == [(UUID(int=1), 4, "passage", "{}")]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"entries": []}',
        b'{"sent_at": "2026-08-12T18:10:00", "entries": []}',
        b"[" * 100_000,
        body(reference="1"),
        body(crew="4"),
        body(kind="track"),
        body(sha256="0" * 65),
        body(content={}),
        json.dumps({"sent_at": "2026-08-12T18:10:00Z", "entries": [ENVELOPE] * 201}).encode(),
    ],
)
def test_what_is_no_batch_is_refused_whole(sent):
    with pytest.raises(UnreadableBatch, match="rien n'en a été enregistré"):
        read_batch(sent)
