"""What has a shape: telephone numbers, plates, electronic addresses, accounts, numbers of a person."""

import re
from collections.abc import Iterator
from functools import cache

from reports.guard.data_files import read_json
from reports.guard.findings import Finding, Kind
from reports.guard.folding import Folded, Token

DIGIT_LETTERS: dict[str, str] = read_json("folding")["digit_letters"]
# A telephone number told in words has five groups; one of them may be in figures.
FEWEST_NUMBER_WORDS = 4
PHONE_DIGITS = 9
# With fewer words it is told whole, from its zero on; « cinquante six » counts as 50 and 6.
WHOLE_PHONE_DIGITS = 10
_LETTERS = re.compile(r"[a-z]+")
_LETTERS_OR_FIGURES = re.compile(r"[a-z]+|[0-9]+")
_PLATE = re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{3}[a-z]{2}(?![a-z0-9])")


def find_shapes(folded: Folded, tokens: tuple[Token, ...]) -> Iterator[Finding]:
    """Yield what has a forbidden shape, in folded characters."""
    clean = _blank(folded.text)
    whole, blanked = _readings(folded.text), _readings(clean)
    is_shouted = folded.is_shouted
    for kind, pattern, options in _patterns():
        for text in whole if options.get("dates") else blanked:
            for found in pattern.finditer(text):
                pieces = _forbidden(found, options)
                if _is_told(pieces, " " in found[0].strip(), folded, is_shouted, options):
                    yield Finding(pieces[0][0], pieces[-1][1], kind)
    yield from _phones_in_words(tokens, clean)
    yield from _plates_spelt(tokens)


def _readings(text: str) -> dict[str, None]:
    return dict.fromkeys((text, digits_restored(text)))


def digits_restored(text: str) -> str:
    """Return the text where o, l and i beside a digit are digits: « O6 l2 » gives « 06 12 »."""
    restored = list(text)
    for at, character in enumerate(text):
        before = restored[at - 1] if at else ""
        after = text[at + 1 : at + 2]
        if character in DIGIT_LETTERS and (before.isdigit() or after.isdigit()):
            restored[at] = DIGIT_LETTERS[character]
    return "".join(restored)


def _blank(text: str) -> str:
    for pattern in read_json("shapes")["blanked"]:
        text = re.sub(pattern, lambda found: " " * len(found.group()), text)
    return text


def _forbidden(found: re.Match[str], options: dict[str, bool]) -> list[tuple[int, int]]:
    """Return what is forbidden of a match: the pieces of a plate, not the words before and between them."""
    if not options.get("group"):
        return [found.span()]
    return [found.span(group) for group in range(1, len(found.groups()) + 1) if found[group] is not None]


def _is_told(
    pieces: list[tuple[int, int]], is_spaced: bool, folded: Folded, is_shouted: bool, options: dict[str, bool]
) -> bool:
    words = [word for piece in pieces for word in _LETTERS.findall(folded.text[slice(*piece)])]
    in_capitals = all(folded.upper[at] for piece in pieces for at in range(*piece) if folded.text[at].isalpha())
    if options.get("capitals") and not in_capitals:
        return False
    # « ET 917 KB » is a plate where the rest is in small letters, « la 206 de » is none.
    in_prose = options.get("words") and is_spaced and (not in_capitals or is_shouted)
    return not (in_prose and any(word in _short_words() for word in words))


@cache
def _short_words() -> frozenset[str]:
    return frozenset(read_json("shapes")["short_words"].split())


@cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str], dict[str, bool]], ...]:
    return tuple(
        (Kind(shape["kind"]), re.compile(shape["pattern"]), shape) for shape in read_json("shapes")["shapes"]
    )


def _phones_in_words(tokens: tuple[Token, ...], clean: str) -> Iterator[Finding]:
    """Yield runs of numbers, in words or figures, that make a telephone number; a date ends a run."""
    run: list[Token] = []
    numbers: list[str] = []
    for token in (*tokens, None):
        told = _numbers_of(token) if token is not None and clean[token.start] != " " else []
        if token is not None and told:
            run.append(token)
            numbers += told
            continue
        if _is_phone(numbers):
            yield Finding(run[0].start, run[-1].end, Kind.PHONE)
        run, numbers = [], []


def _is_phone(numbers: list[str]) -> bool:
    figures: dict[str, str] = read_json("shapes")["number_words"]
    digits = "".join(figures.get(number, number) for number in numbers)
    words = [number for number in numbers if number in figures]
    if len(words) >= FEWEST_NUMBER_WORDS:
        return len(digits) >= PHONE_DIGITS and digits.startswith(("0", "33"))
    return any(figures[word] for word in words) and len(digits) >= WHOLE_PHONE_DIGITS and digits.startswith("0")


def _numbers_of(token: Token) -> list[str]:
    """Return the words and figures that a word is made of, « zero6 » of two; none if it says something else."""
    pieces: list[str] = _LETTERS_OR_FIGURES.findall(token.word)
    figures: dict[str, str] = read_json("shapes")["number_words"]
    return pieces if all(piece.isdigit() or piece in figures for piece in pieces) else []


def _plates_spelt(tokens: tuple[Token, ...]) -> Iterator[Finding]:
    """Yield plates whose letters stand alone or are spelt: « alpha bravo 1 2 3 puis Charlie Delta »."""
    number_words: dict[str, str] = read_json("shapes")["number_words"]
    alphabet = frozenset(read_json("shapes")["spelling_alphabet"])
    spelt = ""
    owners: list[int] = []
    for at, token in enumerate(tokens):
        piece = token.word[0] if token.word in alphabet else number_words.get(token.word, token.word)
        spelt += piece if piece.isdigit() or len(piece) <= 1 else " "
        owners += [at] * (len(spelt) - len(owners))
    for found in _PLATE.finditer(spelt):
        yield Finding(tokens[owners[found.start()]].start, tokens[owners[found.end() - 1]].end, Kind.PLATE)
