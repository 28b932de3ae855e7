"""Words in disguise, laid bare: figures for letters, letters apart, doubled, starred, turned round."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from reports.guard.data_files import read_json
from reports.guard.folding import Folded
from reports.guard.phrases import SHORTEST_APART, SHORTEST_DISGUISED, Lexicon

LEET: dict[str, str] = read_json("folding")["leet"]
LEET_SECOND: dict[str, str] = LEET | read_json("folding")["leet_second"]
LONGEST_WORD = 20
# Letters apart, at least: « c o n »; « y a » are two words.
FEWEST_APART = 3
# « mu sul man »: words in pieces, each short; two pieces may be longer.
LONGEST_PIECE, MOST_PIECES, SHORTEST_PIECED = 5, 6, 6
SHORTEST_REVERSED = 5
SHORTEST_SQUEEZED = 5
FEWEST_SHOWN = 2
_LOOSE = re.compile(r"[a-z0-9@$!|+]+")
_STARRED = re.compile(r"(?<![a-z])[a-z][a-z*#%]{2,19}(?![a-z])")
_TIGHT_GAP = re.compile(r"[^ \na-z0-9']{1,3}")
_RUNS = re.compile(r"([a-z])\1+")
_LONG_RUNS = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True)
class Bare:
    """A word laid bare, and where it stands; beginnings of words count where the word is whole."""

    word: str
    start: int
    end: int
    is_whole: bool = False
    # A short word, or one that letters were left out of, must be in the list as it stands.
    is_exact: bool = False

    def is_of(self, lexicon: Lexicon) -> bool:
        """Say whether the word is one of the list, in one of its forms where that is likely."""
        if self.is_exact:
            return any(
                word in lexicon.alone or word in lexicon.beginnings
                for word in (self.word, self.word.removesuffix("s"))
            )
        return lexicon.begins(self.word) if self.is_whole else lexicon.has(self.word)


type Piece = tuple[str, int, int]


def lay_bare(folded: Folded) -> Iterator[Bare]:
    """Yield the words that the text may hide."""
    pieces = [(found.group(), found.start(), found.end()) for found in _LOOSE.finditer(folded.text)]
    for piece in pieces:
        yield from _one(piece)
    yield from _apart(folded.text, pieces)
    yield from _chained(folded.text, pieces)
    yield from _in_pieces(folded.text, pieces)


def starred(folded: Folded) -> Iterator[tuple[str, int, int]]:
    """Yield words with stars: « c*nnard »."""
    for found in _STARRED.finditer(folded.text):
        shown = sum(character.isalpha() for character in found.group())
        if FEWEST_SHOWN <= shown < len(found.group()):
            yield found.group(), found.start(), found.end()


def fits(star: str, lexicon: Lexicon) -> bool:
    """Say whether a starred word is one of the list."""
    return any(
        len(word) == len(star) and all(shown in "*#%" + letter for shown, letter in zip(star, word, strict=True))
        for known in lexicon.alone | lexicon.beginnings
        for word in (known, known + "s", known + "e", known + "es")
    )


def _letters(text: str) -> Iterator[str]:
    """Yield the readings of figures and marks as letters."""
    for reading in (LEET, LEET_SECOND):
        yield "".join(reading.get(character, character) for character in text)


def _one(piece: Piece) -> Iterator[Bare]:
    text, start, end = piece
    text = text.rstrip("!+|")
    if len(text) < SHORTEST_APART or not any(character.isalpha() for character in text):
        return
    if len(text) < SHORTEST_DISGUISED:
        yield from (Bare(word, start, end, is_exact=True) for word in _letters(text) if word != text)
        return
    for word in dict.fromkeys(_letters(text)):
        if word != text:
            yield Bare(word, start, end, is_whole=True)
        for squeezed in {_LONG_RUNS.sub(r"\1", word), _LONG_RUNS.sub(r"\1\1", word)} - {word}:
            yield Bare(squeezed, start, end, is_whole=True)
        squeezed = _RUNS.sub(r"\1", word)
        if squeezed != word and len(squeezed) >= SHORTEST_SQUEEZED:
            yield Bare(squeezed, start, end, is_exact=True)
        if len(word) >= SHORTEST_REVERSED:
            yield Bare(word[::-1], start, end)


def _apart(text: str, pieces: list[Piece]) -> Iterator[Bare]:
    """Yield what letters that stand apart spell: « a r a b e », « c.o.n.n.a.r.d »."""
    run: list[Piece] = []
    for piece in [*pieces, ("", len(text), len(text))]:
        if len(piece[0]) == 1 and (not run or piece[1] - run[-1][2] <= FEWEST_APART):
            run.append(piece)
            continue
        if len(run) >= FEWEST_APART:
            yield from _within(run)
        run = [piece] if len(piece[0]) == 1 else []


def _within(run: list[Piece]) -> Iterator[Bare]:
    spelt = "".join(piece[0] for piece in run)
    for word in dict.fromkeys(_letters(spelt)):
        if len(run) == FEWEST_APART:
            yield Bare(word, run[0][1], run[-1][2])
        for first in range(len(run)):
            for last in range(first + SHORTEST_DISGUISED, min(first + LONGEST_WORD, len(run)) + 1):
                yield Bare(word[first:last], run[first][1], run[last - 1][2])


def _chained(text: str, pieces: list[Piece]) -> Iterator[Bare]:
    """Yield pieces held together by marks as one word: « ara-be », « con_nard »."""
    chain: list[Piece] = pieces[:1]
    for before, piece in pairwise([*pieces, ("", len(text), len(text))]):
        if piece[0] and _TIGHT_GAP.fullmatch(text, before[2], piece[1]):
            chain.append(piece)
            continue
        if len(chain) > 1:
            joined = "".join(part[0] for part in chain)
            if len(joined) <= 2 * LONGEST_WORD:
                yield from (Bare(word, chain[0][1], chain[-1][2], is_whole=True) for word in _letters(joined))
        chain = [piece]


def _in_pieces(text: str, pieces: list[Piece]) -> Iterator[Bare]:
    """Yield neighbours as one word: « mu sul man », « con nard »."""
    for at in range(len(pieces)):
        joined = pieces[at][0]
        for count in range(2, MOST_PIECES + 1):
            neighbours = pieces[at : at + count]
            if len(neighbours) < count or text[neighbours[-2][2] : neighbours[-1][1]] != " ":
                break
            joined += neighbours[-1][0]
            if count > 2 and any(len(piece[0]) > LONGEST_PIECE for piece in neighbours):
                break
            if SHORTEST_PIECED <= len(joined) <= LONGEST_WORD:
                yield from (Bare(word, neighbours[0][1], neighbours[-1][2]) for word in _letters(joined))
