import hashlib

from hypothesis import given
from hypothesis import strategies as st

from accounts.audit.chain import START, Fault, Head, Link, What, digest_of, find_faults

FIELDS = ("absence.address", "absences.absence", "7,31", "patrol", "done")


def chain(stream: str, length: int, *, after: Head = START) -> list[Link]:
    """Entries that say their own number, each behind the one before, with a head at the end."""
    links, last = [], after
    for number in range(after.number + 1, after.number + 1 + length):
        digest = digest_of(last.digest, (stream, str(number), *FIELDS))
        links.append(Link(stream, None, number, last.digest, digest, digest))
        last = Head(number, digest)
    return [link._replace(head=last) for link in links]


def faults(links, *, starts=None, kept=None) -> list[Fault]:
    return list(find_faults(links, starts=starts or {}, kept=kept or {}))


def found(links, **what) -> list[tuple[int, What]]:
    return [(fault.number, fault.what) for fault in faults(links, **what)]


def test_the_hash_covers_the_previous_one_and_each_field_behind_its_length():
    # "é" is two bytes in UTF-8, "ab" two as well: their lengths are written 00000002.
    by_hand = hashlib.sha256(bytes(32) + b"\0\0\0\x02\xc3\xa9" + b"\0\0\0\x02ab" + b"\0\0\0\0")

    assert digest_of(bytes(32), ("é", "ab", "")) == by_hand.digest()


def test_fields_that_are_cut_elsewhere_give_another_hash():
    assert digest_of(bytes(32), ("ab", "c")) != digest_of(bytes(32), ("a", "bc"))


def test_a_sound_chain_has_no_fault():
    assert faults(chain("account:1", 5) + chain("account:2", 3)) == []


def test_no_entry_at_all_has_no_fault():
    assert faults([]) == []


def test_a_changed_entry_is_named():
    links = chain("account:1", 3)
    links[1] = links[1]._replace(expected=bytes(32))

    assert found(links) == [(2, What.CHANGED)]


def test_a_removed_entry_is_named():
    links = chain("account:1", 4)
    del links[1]

    assert found(links) == [(2, What.MISSING)]


def test_a_beginning_removed_without_a_cut_is_named():
    assert found(chain("account:1", 4)[2:]) == [(1, What.MISSING)]


def test_a_beginning_cut_in_order_has_no_fault():
    whole = chain("account:1", 4)
    second = Head(2, whole[1].digest)

    assert found(whole[2:], starts={"account:1": second}) == []


def test_an_end_removed_is_named():
    assert found(chain("account:1", 4)[:2]) == [(3, What.BEHEADED)]


def test_an_entry_put_after_the_end_is_named():
    links = chain("account:1", 3)
    longer = [link._replace(head=links[-1].head) for link in chain("account:1", 4)]

    assert found(longer) == [(4, What.ADDED)]


def test_two_entries_in_each_other_s_place_are_named():
    first, second, third = chain("account:1", 3)
    swapped = [first, third._replace(number=2), second._replace(number=3)]

    assert [number for number, what in found(swapped) if what is What.MISPLACED] == [2, 3]


def test_a_forged_entry_breaks_the_one_that_follows():
    links = chain("account:1", 3)
    forged = digest_of(links[0].digest, ("account:1", "2", "another content"))
    links[1] = links[1]._replace(digest=forged, expected=forged)

    assert found(links) == [(3, What.MISPLACED)]


def test_a_forged_last_entry_differs_from_the_head():
    links = chain("account:1", 2)
    forged = digest_of(links[0].digest, ("account:1", "2", "another content"))
    links[1] = links[1]._replace(digest=forged, expected=forged)

    assert found(links) == [(2, What.HEAD_CHANGED)]


def test_a_stream_whose_head_is_gone_is_named():
    assert found([link._replace(head=None) for link in chain("account:1", 2)]) == [(1, What.UNKNOWN_STREAM)]


def test_a_stream_emptied_with_its_head_left_is_named():
    head = Head(2, bytes(32))

    assert found([Link("account:1", head, None, b"", b"", b"")]) == [(1, What.BEHEADED)]


def test_a_stream_wholly_cut_in_order_has_no_fault():
    head = Head(2, bytes(32))

    assert found([Link("account:1", head, None, b"", b"", b"")], starts={"account:1": head}) == []


def test_a_chain_written_anew_from_end_to_end_differs_from_what_was_kept():
    before = chain("account:1", 3)
    anew = chain("account:1", 3, after=Head(0, b"\1" * 32))
    anew[0] = anew[0]._replace(previous=bytes(32))

    assert (3, What.NOT_AS_KEPT) in found(anew, kept={("account:1", 3): before[2].digest})


def test_an_end_removed_with_its_head_put_back_differs_from_what_was_kept():
    before, after = chain("account:1", 4), chain("account:1", 2)

    assert found(after, kept={("account:1", 4): before[3].digest}) == [(4, What.LOST_SINCE_KEPT)]


def test_what_was_kept_and_has_since_been_cut_in_order_has_no_fault():
    whole = chain("account:1", 4)
    kept = {("account:1", 1): whole[0].digest}

    assert found(whole[2:], starts={"account:1": Head(2, whole[1].digest)}, kept=kept) == []


lengths = st.lists(st.integers(min_value=1, max_value=8), min_size=1, max_size=4)


def chains(drawn: list[int]) -> list[Link]:
    return [link for account, length in enumerate(drawn) for link in chain(f"account:{account}", length)]


@st.composite
def tampered(draw) -> list[Link]:
    """A sound chain on which one thing was done, by someone who can hash."""
    links = [link for account, length in enumerate(draw(lengths)) for link in chain(f"account:{account}", length)]
    at = draw(st.integers(min_value=0, max_value=len(links) - 1))
    target = links[at]
    forged = digest_of(target.previous, (target.stream, str(target.number), "forged"))
    done = draw(st.sampled_from(["change", "forge", "remove", "repeat", "relink"]))
    replacement = {
        "change": [target._replace(expected=forged)],
        "forge": [target._replace(digest=forged, expected=forged)],
        # A stream keeps its head when it loses its last entry.
        "remove": [target._replace(number=None)] if target.head.number == 1 else [],
        "repeat": [target, target],
        "relink": [target._replace(previous=forged)],
    }
    return links[:at] + replacement[done] + links[at + 1 :]


@given(lengths)
def test_whatever_the_streams_a_sound_chain_has_no_fault(drawn):
    assert (
        faults([link for account, length in enumerate(drawn) for link in chain(f"account:{account}", length)])
        == []
    )


@given(tampered())
def test_whatever_is_done_to_one_entry_is_found(links):
    assert faults(links)
