import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.sealing import (
    KeyBroken,
    KeyDoesNotOpen,
    Place,
    RowKey,
    SealBroken,
    SealingError,
    UnknownSealVersion,
    Week,
    new_key,
)
from accounts.sealing.errors import NotAWeek
from accounts.sealing.rows import cipher_of

ROW = uuid.UUID("0b0e3f0c-5d0a-4a5e-8b1c-2f6f7f0f9a11")
PLACE = Place("accounts.identity", ROW)
WEEK = Week(2027, 14)
CANARY = "Zoé Canari"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
weeks = st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)).map(Week.of)

# Written once with version 1 by the keys 00…1f (row) and 20…3f (week): what towns have sealed must open forever.
ROW_KEY = bytes(range(32))
WEEK_KEY = bytes(range(32, 64))
FROZEN_TEXT = bytes.fromhex(
    "016465666768696a6b6c6d6e6f12741dcf59aa37f05f103668da656afd42c2060a8b6cf372a7d1ac48fba3a548b686fd"
    "e9c3aa0dcbaa7a26fb27b9e0dd"
)
FROZEN_KEY = bytes.fromhex(
    "0178797a7b7c7d7e7f80818283794b67238e76d65e8568a014fb20fc54b155bb6ddadaa51d57a1cd4688ea9ef008e211"
    "f1de7719d1c82ab13747d7e674"
)


def flipped(sealed: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(sealed)
    changed[place % len(sealed)] ^= 1 << bit
    return bytes(changed)


@given(texts)
def test_what_is_sealed_opens_again(text):
    key = RowKey.new(PLACE)
    assert key.open("name", key.seal("name", text)) == text


@given(texts, weeks, weeks)
def test_a_row_whose_key_was_wrapped_again_opens_with_the_new_week_alone(text, first, second):
    first_cipher, second_cipher = cipher_of(new_key()), cipher_of(new_key())
    key = RowKey.new(PLACE)
    sealed = key.seal("name", text)
    moved = RowKey.unwrap(key.wrap(first, first_cipher), PLACE, first, first_cipher).wrap(second, second_cipher)
    assert RowKey.unwrap(moved, PLACE, second, second_cipher).open("name", sealed) == text
    with pytest.raises(KeyDoesNotOpen):
        RowKey.unwrap(moved, PLACE, second, first_cipher)


@given(texts, st.integers(0, 10_000), st.integers(0, 7))
def test_one_changed_bit_anywhere_is_refused(text, place, bit):
    key = RowKey.new(PLACE)
    with pytest.raises((SealBroken, UnknownSealVersion)):
        key.open("name", flipped(key.seal("name", text), place, bit))


@given(texts, st.integers(0, 400))
def test_a_text_cut_short_is_refused(text, length):
    key = RowKey.new(PLACE)
    sealed = key.seal("name", text)
    with pytest.raises(SealBroken):
        key.open("name", sealed[: min(length, len(sealed) - 1)])


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_one_changed_bit_of_a_wrapped_key_is_refused(place, bit):
    cipher = cipher_of(new_key())
    wrapped = RowKey.new(PLACE).wrap(WEEK, cipher)
    with pytest.raises((KeyDoesNotOpen, UnknownSealVersion)):
        RowKey.unwrap(flipped(wrapped, place, bit), PLACE, WEEK, cipher)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        pytest.param(PLACE, "phone", id="to another field"),
        pytest.param(Place("accounts.identity", uuid.UUID(int=1)), "name", id="to another row"),
        pytest.param(Place("absences.household", ROW), "name", id="to another table"),
    ],
)
def test_a_text_moved_elsewhere_is_refused_even_with_the_same_key(place, name):
    sealed = RowKey(PLACE, ROW_KEY).seal("name", CANARY)
    with pytest.raises(SealBroken):
        RowKey(place, ROW_KEY).open(name, sealed)


@pytest.mark.parametrize(
    ("place", "week"),
    [
        pytest.param(Place("accounts.identity", uuid.UUID(int=1)), WEEK, id="of another row"),
        pytest.param(Place("absences.household", ROW), WEEK, id="of another table"),
        pytest.param(PLACE, Week(2027, 15), id="said to die in another week"),
    ],
)
def test_a_wrapped_key_is_refused_for_what_it_was_not_made_for(place, week):
    cipher = cipher_of(WEEK_KEY)
    wrapped = RowKey.new(PLACE).wrap(WEEK, cipher)
    with pytest.raises(KeyDoesNotOpen):
        RowKey.unwrap(wrapped, place, week, cipher)


def test_a_wrapped_key_does_not_pass_for_a_text():
    # Both sealed by one key: only the field's name, which no field can bear, tells them apart.
    row = RowKey(PLACE, WEEK_KEY)
    with pytest.raises(SealBroken):
        row.open("name", RowKey.new(PLACE).wrap(WEEK, cipher_of(WEEK_KEY)))


def test_boundaries_between_what_is_bound_cannot_be_shifted():
    # "ab" + "c" against "a" + "bc": each part stands behind its length.
    assert Place("ab", ROW).bind("c") != Place("a", ROW).bind("bc")
    assert PLACE.bind("name", "x") != PLACE.bind("namex")


def test_version_1_opens_forever():
    assert RowKey(PLACE, ROW_KEY).open("name", FROZEN_TEXT) == CANARY
    opened = RowKey.unwrap(FROZEN_KEY, PLACE, WEEK, cipher_of(WEEK_KEY))
    assert opened.open("name", FROZEN_TEXT) == CANARY


def test_the_length_of_a_short_name_does_not_show():
    # 1 version + 12 nonce + 32 padded + 16 tag; "é" takes two bytes, and the mark one: 31 bytes of text still fit.
    key = RowKey.new(PLACE)
    assert {len(key.seal("name", text)) for text in ("", "A", "é" * 15, "x" * 31)} == {61}
    assert len(key.seal("name", "x" * 32)) == 93


def test_the_same_text_never_seals_to_the_same_bytes():
    key = RowKey.new(PLACE)
    assert len({key.seal("name", CANARY) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(KeyBroken, match="32 octets"):
        RowKey(PLACE, bytes(length))


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_error_carries_what_was_sealed_nor_a_key(place, bit):
    sealed = RowKey(PLACE, ROW_KEY).seal("name", CANARY)
    with pytest.raises(SealingError) as refusal:
        RowKey(PLACE, ROW_KEY).open("name", flipped(sealed, place, bit))
    told = f"{refusal.value!r} {refusal.value} {refusal.value.__cause__} {refusal.value.args}"
    assert "Canari" not in told
    assert sealed.hex()[26:58] not in told
    assert ROW_KEY.hex() not in told


def test_a_key_does_not_show_itself():
    shown = repr(RowKey(PLACE, ROW_KEY))
    assert repr(ROW_KEY) not in shown
    assert "_key" not in shown


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_a_day_is_in_its_week_and_the_week_ends_on_a_sunday(day):
    week = Week.of(day)
    assert Week.parse(str(week)) == week
    assert week.last_day.isoweekday() == 7
    assert 0 <= (week.last_day - day).days <= 6


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_weeks_are_in_the_order_of_their_days_as_objects_and_as_texts(first, second):
    earlier, later = sorted([first, second])
    assert Week.of(earlier) <= Week.of(later)
    assert str(Week.of(earlier)) <= str(Week.of(later))


def test_the_weeks_around_a_long_year():
    # 2026 has 53 ISO weeks: its last one ends on Sunday 3 January 2027.
    assert Week.of(dt.date(2027, 1, 3)) == Week(2026, 53)
    assert [str(week) for week in Week(2026, 52).following(3)] == ["2026-W52", "2026-W53", "2027-W01"]
    assert not Week(2026, 53).is_over(dt.date(2027, 1, 3))
    assert Week(2026, 53).is_over(dt.date(2027, 1, 4))


@pytest.mark.parametrize("text", ["2027-W54", "2027-W00", "2027-53", "27-W14", "2027-W14 ", "", "2025-W53"])
def test_what_is_no_week_is_refused(text):
    with pytest.raises(NotAWeek, match="2027-W14"):
        Week.parse(text)
