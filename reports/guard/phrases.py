"""Word lists as phrases: which begin at a word, and which kind a word alone has."""

from dataclasses import dataclass, field
from functools import cache

from reports.guard.data_files import read_lines
from reports.guard.folding import Token, fold_word

# Phrases do not go on into the next sentence.
STOPS = frozenset(".!?;\n")
# Shorter words are too many to be looked for in others; those of three letters only where they stand apart.
SHORTEST_DISGUISED, SHORTEST_APART = 4, 3
SHORTEST_PLURAL = 3


@dataclass(frozen=True)
class Element:
    """One place of a phrase: words, words with a capital, beginnings of words, a number, or a gap."""

    words: frozenset[str]
    capitals: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    number: bool = False
    gap: int = 0

    def takes(self, token: Token) -> bool:
        word = token.word
        return (
            word in self.words
            or (token.is_capitalised and word in self.capitals)
            or (len(word) > SHORTEST_PLURAL and word[-1] in "sx" and word[:-1] in self.words)
            or any(word.startswith(beginning) for beginning in self.beginnings)
            or (self.number and word[0].isdigit())
        )


type Phrase = tuple[Element, ...]


@dataclass(frozen=True)
class Lexicon:
    """The phrases of one list, found by their first word."""

    by_word: dict[str, list[Phrase]] = field(default_factory=dict)
    by_beginning: dict[str, list[Phrase]] = field(default_factory=dict)
    # Single words that are looked for in disguise too, and beginnings of such.
    alone: set[str] = field(default_factory=set)
    beginnings: set[str] = field(default_factory=set)

    def add(self, phrase: Phrase) -> None:
        """Take a phrase in."""
        first = phrase[0]
        for word in first.words:
            self.by_word.setdefault(word, []).append(phrase)
        for beginning in first.beginnings:
            self.by_beginning.setdefault(beginning, []).append(phrase)
        if len(phrase) == 1 and len(first.words) + len(first.beginnings) == 1:
            self.alone.update(word for word in first.words if len(word) >= SHORTEST_APART)
            self.beginnings.update(word for word in first.beginnings if len(word) >= SHORTEST_DISGUISED)

    def longest(self, tokens: tuple[Token, ...], at: int) -> int:
        """Return how many words from `at` on the longest phrase takes, 0 if none."""
        word = tokens[at].word
        candidates = list(self.by_word.get(word, ()))
        if len(word) > SHORTEST_PLURAL and word[-1] in "sx":
            candidates += self.by_word.get(word[:-1], ())
        for length in range(2, len(word) + 1):
            candidates += self.by_beginning.get(word[:length], ())
        return max((_length(phrase, 0, tokens, at) for phrase in candidates), default=0)

    def has(self, word: str) -> bool:
        """Say whether a disguised word, laid bare, is one of the list or its feminine or plural."""
        return any(
            bare in self.alone or bare in self.beginnings
            for bare in (word, word.removesuffix("s"), word.removesuffix("e"), word.removesuffix("es"))
        )

    def begins(self, word: str) -> bool:
        """Say whether a word is of the list or goes on from a beginning of it."""
        return self.has(word) or any(
            word[:length] in self.beginnings for length in range(SHORTEST_DISGUISED, len(word))
        )


def _length(phrase: Phrase, place: int, tokens: tuple[Token, ...], at: int) -> int:
    """Return the words that the phrase takes from `at` on, 0 if it does not stand there."""
    if place == len(phrase):
        return 0
    element = phrase[place]
    if element.gap:
        return _length_after_gap(phrase, place, tokens, at)
    if at >= len(tokens) or (place > 0 and not STOPS.isdisjoint(tokens[at].gap)) or not element.takes(tokens[at]):
        return 0
    if place + 1 == len(phrase):
        return 1
    rest = _length(phrase, place + 1, tokens, at + 1)
    return rest + 1 if rest else 0


def _length_after_gap(phrase: Phrase, place: int, tokens: tuple[Token, ...], at: int) -> int:
    for skipped in range(phrase[place].gap + 1):
        crossed = tokens[at : at + skipped]
        if any(not STOPS.isdisjoint(token.gap) for token in crossed):
            return 0
        rest = _length(phrase, place + 1, tokens, at + skipped)
        if rest:
            return rest + skipped
    return 0


@cache
def word_sets() -> dict[str, frozenset[str]]:
    """Return the named sets of words."""
    named = (line.split(": ") for line in read_lines("sets"))
    return {name: frozenset(fold_word(words).split()) for name, words in named}


def parse(line: str) -> Phrase:
    """Return the phrase that a line of a list writes: `word`, `Word`, `word*`, `a|b`, `<set>`, `#`, `~2`."""
    return tuple(_element(part) for part in line.split())


def _element(part: str) -> Element:
    if part.startswith("~"):
        return Element(frozenset(), gap=int(part[1:]))
    words: set[str] = set()
    capitals: set[str] = set()
    beginnings: list[str] = []
    for piece in part.split("|"):
        if piece.startswith("<"):
            words |= word_sets()[piece[1:-1]]
        elif piece.endswith("*"):
            beginnings.append(fold_word(piece[:-1]))
        elif piece[0].isupper():
            capitals.add(fold_word(piece))
        elif piece != "#":
            words.add(fold_word(piece))
    return Element(frozenset(words), frozenset(capitals), tuple(beginnings), number="#" in part)


@cache
def lexicon(name: str) -> Lexicon:
    """Return a list of phrases, read once."""
    return lexicon_of(read_lines(name))


def lexicon_of(lines: tuple[str, ...]) -> Lexicon:
    """Return the phrases that lines write."""
    made = Lexicon()
    for line in lines:
        made.add(parse(line))
    return made
