"""How a name is cut into words that are compared: without accents, case, hyphens or particles' apostrophes."""

import hashlib
import hmac
import re
import unicodedata

TOKEN_BYTES = 8
# A letter alone is an initial, and would find half of the town.
SHORTEST_WORD = 2
MAX_WORDS = 8
_WORDS = re.compile(r"[^a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def words_of(name: str) -> list[str]:
    """Return the words of a name, each once, in order: « Éloïse Le Goff-Martin » gives eloise, le, goff, martin.

    Parameters
    ----------
    name
        As it was typed; at most its first 8 words of two letters or more count.
    """
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LIGATURES))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    words = [word for word in _WORDS.split(plain) if len(word) >= SHORTEST_WORD]
    return list(dict.fromkeys(words))[:MAX_WORDS]


def fingerprint(word: str, key: bytes) -> bytes:
    """Return the keyed fingerprint of a word: HMAC-SHA-256 cut to 8 bytes."""
    return hmac.digest(key, word.encode(), hashlib.sha256)[:TOKEN_BYTES]
