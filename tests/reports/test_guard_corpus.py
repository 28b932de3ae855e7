"""What the guard finds of the labelled corpus (README there), the held-out third apart."""

import pytest

from benchmarks.guard import RETYPED, Score, Sentence, false_alarms, recall, retyped, sentences

CLEAN, PLAIN, DISGUISED = (list(sentences(part)) for part in ("clean", "plain", "disguised"))


def held_out(read: list[Sentence]) -> list[Sentence]:
    return [sentence for sentence in read if sentence.is_held_out]


def test_the_corpus_is_large_and_says_nothing_twice():
    texts = [sentence.text for sentence in CLEAN + PLAIN + DISGUISED]

    assert len(CLEAN) + len(PLAIN) >= 1000
    assert len(DISGUISED) >= 300
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("part", [PLAIN, held_out(PLAIN)], ids=["all", "held out"])
def test_what_is_written_plainly_is_found(part: list[Sentence]):
    assert recall(part).share >= 0.99


@pytest.mark.parametrize("part", [DISGUISED, held_out(DISGUISED)], ids=["all", "held out"])
def test_what_is_disguised_is_found(part: list[Sentence]):
    assert recall(part).share >= 0.90


@pytest.mark.parametrize("part", [CLEAN, held_out(CLEAN)], ids=["all", "held out"])
def test_clean_sentences_pass(part: list[Sentence]):
    assert false_alarms(part).share <= 0.05


@pytest.mark.parametrize("way", RETYPED)
def test_without_capitals_to_go_by_nearly_as_much_is_found(way: str):
    assert recall(retyped(PLAIN, RETYPED[way])).share >= 0.97
    assert false_alarms(retyped(CLEAN, RETYPED[way])).share <= 0.05


def test_a_score_counts_labels_not_sentences():
    two_labels = [sentence for sentence in PLAIN if len(sentence.kinds) == 2]

    assert recall(two_labels).of == 2 * len(two_labels)
    assert Score(3, 4).share == 0.75
