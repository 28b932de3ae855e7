"""Names of persons: after a title, a word that names, or known by themselves; never those of streets and shops."""

from collections.abc import Iterator
from functools import cache

from reports.guard.data_files import read_json, read_lines
from reports.guard.folding import Token, fold_word
from reports.guard.phrases import SHORTEST_DISGUISED, Lexicon, lexicon_of

# What may stand between the words of one name: « Jean-Paul », « Le Goff », « d'Hervé », « J. Morel ».
NAME_GAPS = frozenset({" ", "-", "'", ". ", ".", ".-", "  "})
LONGEST_PLACE = 6
LONGEST_NAME = 5
MOST_PARTICLES = 3
PLURALS = "sxz"
OF = frozenset({"de", "du", "des", "d"})


@cache
def words(name: str) -> frozenset[str]:
    """Return a set of words of `naming.json`."""
    return frozenset(read_json("naming")[name].split())


@cache
def _naming() -> Lexicon:
    return lexicon_of(tuple(read_json("naming")["naming"]))


@cache
def known_names(which: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of a list that no common word has, and the others."""
    listed = " ".join(read_lines(which)).split()
    return (
        frozenset(fold_word(name) for name in listed if not name.endswith("?")),
        frozenset(fold_word(name[:-1]) for name in listed if name.endswith("?")),
    )


def is_name(word: str) -> bool:
    """Say whether a word is a first or last name, even one that is a common word too."""
    return any(word in names for which in ("first_names", "last_names") for names in known_names(which))


def is_certain(word: str) -> bool:
    """Say whether a word is a name and nothing else."""
    return word in known_names("first_names")[0] or word in known_names("last_names")[0]


def is_hidden_name(bare: str, typed: str) -> bool:
    """Say whether a word laid bare is a name: « K3vin », « d u p o n t »; « du jardin » is no Dujardin."""
    if len(bare) < SHORTEST_DISGUISED or not is_certain(bare):
        return False
    pieces = typed.split()
    return all(len(piece) == 1 for piece in pieces) or pieces[0] not in words("not_hidden")


def road_words(tokens: tuple[Token, ...]) -> frozenset[int]:
    """Return the words of « pont des Anglais », « lycée Pasteur »: streets, and places right after their kind."""
    named: set[int] = set()
    for at, token in enumerate(tokens):
        if token.word in words("ways"):
            named.update(
                _named_place(tokens, at, words("way_words") if token.word in words("roads") else frozenset())
            )
    return frozenset(named)


def place_words(tokens: tuple[Token, ...]) -> frozenset[int]:
    """Return the words that are part of the name of a street, a place, a shop or a make."""
    placed: set[int] = set()
    for at, token in enumerate(tokens):
        if token.word in words("ways"):
            placed.update(_named_place(tokens, at, words("way_words")))
        elif token.word in words("shops"):
            placed.update(_named_place(tokens, at, frozenset()))
        elif token.word in words("saints"):
            placed.update(_named_place(tokens, at, frozenset({"de", "du", "d", "l", "la", "le", "les"})))
    return frozenset(placed)


def _named_place(tokens: tuple[Token, ...], at: int, linking: frozenset[str]) -> Iterator[int]:
    """Yield the words after a word of place that name it: those with a capital, names, and what links them."""
    for place in range(at + 1, min(at + 1 + LONGEST_PLACE, len(tokens))):
        token = tokens[place]
        is_title = token.word in words("titles") or token.word in ("monsieur", "madame", "mademoiselle")
        is_home = tokens[at].word in words("of_families") and _is_family(tokens, place)
        if token.gap not in NAME_GAPS or is_title or is_home:
            return
        if not (
            token.is_capitalised or token.word in linking or is_name(token.word) or token.word in words("saints")
        ):
            return
        yield place


def find_names(tokens: tuple[Token, ...], passed_over: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last word of each name."""
    at = 0
    while at < len(tokens):
        found = None if at in passed_over else _name_at(tokens, at, passed_over)
        if found is None:
            at += 1
        else:
            yield at, found
            at = found + 1


def _name_at(tokens: tuple[Token, ...], at: int, passed_over: frozenset[int]) -> int | None:
    """Return the last word of the name that begins or is led in at a word, none if there is none."""
    token = tokens[at]
    if token.word in words("titles") or token.word in words("full_titles"):
        return _after_title(tokens, at)
    naming = _naming().longest(tokens, at)
    if naming:
        is_strict = tokens[at + naming - 1].word not in ("certain", "certaine")
        named = _after_naming(tokens, at + naming, is_strict=is_strict)
        if named is not None:
            return named
    if at + 1 not in passed_over and _is_family(tokens, at):
        return _end_of_name(tokens, at + 1)
    if token.word in words("kin") or (token.word in words("of_group") and not token.opens_sentence):
        return _after_kin(tokens, at, passed_over)
    if is_certain(token.word) and not _is_common(token.word):
        return _end_of_name(tokens, at)
    return _by_capitals(tokens, at, passed_over)


def _is_family(tokens: tuple[Token, ...], at: int) -> bool:
    """Say whether a plural article leads a last name, which takes no plural: « des Petit », « chez les petit »."""
    name = _follows(tokens, at + 1)
    if tokens[at].word not in words("plural_articles") or name is None or name.word in words("brands"):
        return False
    if name.word[-1] in PLURALS or not any(name.word in names for names in known_names("last_names")):
        return False
    following = _follows(tokens, at + 2)
    if name.is_capitalised:
        # « les Petit Poucet »
        return not (name.word in words("places") and following is not None and following.is_capitalised)
    # Those who leave an s out write « les petit vélos », « des pierre », « le chien des voisin ».
    is_alone = following is None or following.word in _after_family()
    leads = at > 0 and tokens[at - 1].word in words("of_families")
    return leads and is_alone and name.word not in words("relatives")


@cache
def _after_family() -> frozenset[str]:
    return words("after_family") | words("says") | (words("after_title") - OF)


def _is_common(word: str) -> bool:
    return word in words("brands") or word in words("places")


def _follows(tokens: tuple[Token, ...], at: int) -> Token | None:
    return tokens[at] if at < len(tokens) and tokens[at].gap in NAME_GAPS else None


def _past_particles(tokens: tuple[Token, ...], at: int, particles: frozenset[str]) -> int:
    """Return the first word from `at` on that is no particle, three at most being passed."""
    for place in range(at, at + MOST_PARTICLES):
        token = _follows(tokens, place)
        if token is None or token.word not in particles:
            return place
    return at + MOST_PARTICLES


def _is_initial(token: Token | None) -> bool:
    return token is not None and token.is_capitalised and len(token.word) == 1


def _is_measure(tokens: tuple[Token, ...], at: int) -> bool:
    """Say whether the m is of metres: « à 20 m. Petit bruit »."""
    return tokens[at].word == "m" and at > 0 and tokens[at - 1].word.isdigit()


def _after_title(tokens: tuple[Token, ...], at: int) -> int | None:
    title, first = tokens[at], at + 1
    # « Mme L. » is an initial, « M. l'inconnu » none.
    if not _is_initial(_follows(tokens, first)):
        first = _past_particles(tokens, first, words("particles"))
    token = _follows(tokens, first)
    if token is None or not token.word[0].isalpha() or _is_measure(tokens, at):
        return None
    is_marked = token.is_capitalised or "." in token.gap
    # « M. N'Diaye », « Mme K. »
    if token.word in words("after_title") and not (_is_initial(token) or (is_marked and is_name(token.word))):
        return None
    if title.word in words("titles"):
        return _end_of_name(tokens, first)
    is_short = len(title.word) <= 2
    if is_short and not (title.is_capitalised or "." in token.gap):
        return None
    if token.is_capitalised or is_certain(token.word) or (is_name(token.word) and title.word != "me"):
        return _end_of_name(tokens, first)
    return None


def _after_naming(tokens: tuple[Token, ...], at: int, *, is_strict: bool) -> int | None:
    token = tokens[at] if at < len(tokens) else None
    if token is None or not token.word[0].isalpha() or any(mark in token.gap for mark in ".!?;\n"):
        return None
    is_plain = token.word in words("after_title") or token.word in words("particles")
    if token.is_capitalised or is_name(token.word) or (is_strict and not is_plain and len(token.word) > 2):
        return _end_of_name(tokens, at)
    return None


def _after_kin(tokens: tuple[Token, ...], at: int, passed_over: frozenset[int]) -> int | None:
    if tokens[at].is_capitalised and not tokens[at].opens_sentence:
        return None
    first = _past_particles(tokens, at + 1, words("particles") | {"les", "aine", "cadet"})
    token = _follows(tokens, first)
    if token is None or first in passed_over or _is_common(token.word) or not token.word[0].isalpha():
        return None
    is_group = tokens[at].word in words("of_group")
    is_unknown = token.is_capitalised and not token.is_upper and not is_group
    if is_certain(token.word) or (token.is_capitalised and is_name(token.word)) or is_unknown:
        return _end_of_name(tokens, first)
    return None


def _by_capitals(tokens: tuple[Token, ...], at: int, passed_over: frozenset[int]) -> int | None:
    """Return the end of a name that its capitals show: « Pierre Durand », « J. Morel », « vu Zbigniew Kowal »."""
    token, following = tokens[at], _follows(tokens, at + 1)
    if not token.is_capitalised or _is_common(token.word) or not token.word.isalpha():
        return None
    follows = following is not None and at + 1 not in passed_over and not _is_common(following.word)
    has_second = follows and following is not None and following.is_capitalised and following.word.isalpha()
    if token.word in known_names("first_names")[1]:
        is_told = has_second or not token.opens_sentence
        is_told = is_told or (following is not None and following.word in words("says"))
        return _end_of_name(tokens, at) if is_told else None
    if len(token.word) == 1:
        is_initial = has_second and following is not None and len(following.word) > 2 and "." in following.gap
        return at + 1 if is_initial else None
    if token.opens_sentence or not has_second or following is None:
        return None
    is_known = is_name(token.word) or is_name(following.word)
    both_unknown = not (token.is_upper or following.is_upper) and len(following.word) > 2
    return _end_of_name(tokens, at) if is_known or both_unknown else None


def _end_of_name(tokens: tuple[Token, ...], at: int) -> int:
    """Return the last word of a name: further words with a capital, names, and particles between them."""
    last = at
    for place in range(at + 1, min(at + LONGEST_NAME, len(tokens))):
        token = tokens[place]
        if token.gap not in NAME_GAPS or (token.opens_sentence and len(tokens[place - 1].word) > 1):
            break
        if (token.is_capitalised and not _is_common(token.word)) or is_certain(token.word):
            last = place
        elif token.word not in words("particles"):
            break
    return last
