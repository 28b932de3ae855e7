"""The text as it is read: small ASCII letters, digits and marks, each knowing the character it was typed as."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from reports.guard.data_files import read_json

# Marks that sit on a letter, and characters that are not seen: what joins, turns or hides letters.
UNSEEN = frozenset({"Mn", "Me", "Cf"})
LOOKALIKES: dict[str, str] = read_json("folding")["lookalikes"]
_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE_END = re.compile(r"[.!?:;\n]")
# Text in capitals says nothing by them.
MOSTLY_CAPITALS = 0.6


@dataclass(frozen=True)
class Token:
    """A word or number of the folded text, and how it was typed."""

    word: str
    start: int
    end: int
    # What stands between the word before and this one.
    gap: str
    is_capitalised: bool
    is_upper: bool
    opens_sentence: bool


@dataclass(frozen=True)
class Folded:
    """A text folded; `origins[i]` is the typed character that folded character i came from."""

    text: str
    origins: tuple[int, ...]
    upper: tuple[bool, ...]

    @property
    def is_shouted(self) -> bool:
        """Say whether most letters are capitals."""
        letters = sum(character.isalpha() for character in self.text)
        return letters > 0 and sum(self.upper) > MOSTLY_CAPITALS * letters

    def tokens(self) -> tuple[Token, ...]:
        """Return the words in their order; no word is capitalised where most letters are."""
        return tuple(self._tokens(self.is_shouted))

    def _tokens(self, shouted: bool) -> Iterator[Token]:
        end = 0
        for found in _WORD.finditer(self.text):
            gap = self.text[end : found.start()]
            upper = self.upper[found.start() : found.end()]
            yield Token(
                word=found.group(),
                start=found.start(),
                end=found.end(),
                gap=gap,
                is_capitalised=upper[0] and not shouted,
                is_upper=all(upper) and not shouted,
                opens_sentence=end == 0 or _SENTENCE_END.search(gap) is not None,
            )
            end = found.end()


def fold(text: str) -> Folded:
    """Return the text without accents, capitals, unseen characters and look-alikes of other alphabets.

    What is neither a letter, a digit nor a mark of ASCII becomes a space; ends of lines stay.
    """
    folded: list[str] = []
    origins: list[int] = []
    upper: list[bool] = []
    for origin, typed in enumerate(text):
        small = typed.lower()
        is_upper = small != typed
        for character in _plain(small):
            folded.append(character)
            origins.append(origin)
            upper.append(is_upper)
    return Folded("".join(folded), tuple(origins), tuple(upper))


def fold_word(word: str) -> str:
    """Return a word of the lists as texts are read."""
    return fold(word).text


def _plain(small: str) -> str:
    if small in LOOKALIKES:
        return LOOKALIKES[small]
    plain = ""
    for character in unicodedata.normalize("NFKD", small).lower():
        if unicodedata.category(character) in UNSEEN:
            continue
        known = LOOKALIKES.get(character, character)
        plain += known if known == "" or known == "\n" or " " <= known[0] <= "~" else " "
    return plain
