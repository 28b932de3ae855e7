"""How much of a labelled corpus the guard finds: `python -m benchmarks.guard`, kept in docs/benchmarks/guard.md.

A third of the sentences, chosen by their checksum, is held out: its misses are counted and never shown. Those in
`seen` were written later, and are all shown.
"""

import argparse
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from reports.guard import Kind, check

CORPUS = Path(__file__).parents[1] / "tests" / "reports" / "corpus"
PARTS = ("clean", "plain", "disguised")
HELD_OUT_SHARE = 3
# Residents type so too: no capital tells a name then.
RETYPED: dict[str, Callable[[str], str]] = {"in small letters": str.lower, "in capitals": str.upper}


@dataclass(frozen=True)
class Sentence:
    """A sentence of the corpus and the kinds that a reader finds in it."""

    text: str
    kinds: frozenset[Kind]
    is_held_out: bool

    @cached_property
    def found(self) -> frozenset[Kind]:
        return frozenset(finding.kind for finding in check(self.text))


def sentences(part: str) -> Iterator[Sentence]:
    """Yield the sentences of a part of the corpus."""
    for path in (CORPUS / f"{part}.tsv", CORPUS / "seen" / f"{part}.tsv"):
        for line in path.read_text(encoding="utf-8").splitlines():
            kinds, text = line.split("\t")
            is_held_out = path.parent == CORPUS and zlib.crc32(text.encode()) % HELD_OUT_SHARE == 0
            yield Sentence(text, frozenset(Kind(kind) for kind in kinds.split(",") if kind != "-"), is_held_out)


def retyped(read: list[Sentence], how: Callable[[str], str]) -> list[Sentence]:
    """Return the sentences typed otherwise."""
    return [replace(sentence, text=how(sentence.text)) for sentence in read]


@dataclass(frozen=True)
class Score:
    """How many of how many."""

    hits: int
    of: int

    def __str__(self) -> str:
        return f"{self.hits} / {self.of} ({100 * self.hits / self.of:.1f} %)" if self.of else "–"

    @property
    def share(self) -> float:
        return self.hits / self.of


def recall(read: list[Sentence], kind: Kind | None = None) -> Score:
    """Return how many labels (of a kind) are found, a sentence with two kinds counting twice."""
    labels = [(sentence, label) for sentence in read for label in sentence.kinds if kind in (None, label)]
    return Score(sum(label in sentence.found for sentence, label in labels), len(labels))


def false_alarms(read: list[Sentence]) -> Score:
    """Return how many clean sentences are refused."""
    return Score(sum(bool(sentence.found) for sentence in read), len(read))


def table() -> Iterator[str]:
    """Yield the lines of the table of docs/benchmarks/guard.md."""
    yield "| | tuned on | held out |"
    yield "|---|---|---|"
    corpus = {part: list(sentences(part)) for part in PARTS}
    for part, measure in (("plain", recall), ("disguised", recall), ("clean", false_alarms)):
        halves = [[one for one in corpus[part] if one.is_held_out is held] for held in (False, True)]
        name = "false alarms" if part == "clean" else f"recall, {part}"
        yield f"| **{name}** | {measure(halves[0])} | {measure(halves[1])} |"
        for kind in Kind if part != "clean" else ():
            if any(kind in one.kinds for one in corpus[part]):
                yield f"| {part}, {kind} | {recall(halves[0], kind)} | {recall(halves[1], kind)} |"
        for way, how in RETYPED.items() if part != "disguised" else ():
            yield f"| {name}, {way} | {' | '.join(str(measure(retyped(half, how))) for half in halves)} |"


def misses() -> Iterator[str]:
    """Yield what is wrong in the part that is tuned on."""
    for part in PARTS:
        for sentence in sentences(part):
            wrong = sentence.kinds - sentence.found or (sentence.found if not sentence.kinds else frozenset())
            if wrong and not sentence.is_held_out:
                yield f"{part} {', '.join(sorted(wrong))}: {sentence.text}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what is wrong, the held-out third left out")
    lines = misses() if parser.parse_args().misses else table()
    print("\n".join(lines))


if __name__ == "__main__":
    main()
