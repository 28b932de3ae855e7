"""House numbers and street names as people and files write them, brought to comparable forms (pure text)."""

import re
import unicodedata

# Ways of writing that differ between the open address file and the map for one and the same street.
ABBREVIATIONS = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "ch": "chemin",
    "che": "chemin",
    "crs": "cours",
    "dr": "docteur",
    "fg": "faubourg",
    "gal": "general",
    "imp": "impasse",
    "mal": "marechal",
    "pdt": "president",
    "pl": "place",
    "pr": "professeur",
    "qu": "quai",
    "r": "rue",
    "rte": "route",
    "sq": "square",
    "st": "saint",
    "ste": "sainte",
}
# What « b », « t », « q » may stand for.
SUFFIX_WORDS = {"bis": "b", "ter": "t", "quater": "q", "quinquies": "c"}
_NUMBER_AND_SUFFIX = re.compile(r"^(\d{1,5})\s*([a-zA-Z]{1,12}\d{0,2})?$")
_WORDS = re.compile(r"[a-z0-9]+")


def split_house_number(text: str) -> tuple[str, str]:
    """Split « 16 Bis » into ("16", "bis"); anything else (« 27 - 29 ») stays whole in the first part."""
    found = _NUMBER_AND_SUFFIX.match(text.strip())
    if found is None:
        return text.strip(), ""
    return str(int(found[1])), (found[2] or "").lower()


def listed_house_numbers(text: str) -> list[str]:
    """Return the numbers of a list « 31, 33;35 »; a range « 27 - 29 » is one number, as written."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;,]", text) if part.strip()))


def comparable_number(house_number: str, suffix: str) -> str:
    """Return a form in which two writings of one house number are equal; « 5 b » and « 5 bis » are two."""
    return f"{house_number.strip().casefold().lstrip('0')} {suffix.strip().casefold()}".strip()


def loose_number(house_number: str, suffix: str) -> str:
    """Return a form in which « 5 b » and « 5 bis » are one house."""
    tail = suffix.strip().casefold()
    return comparable_number(house_number, SUFFIX_WORDS.get(tail, tail))


def comparable_street(name: str) -> str:
    """Return a form in which two writings of one street name are equal: no accents, case or punctuation."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "oe"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return " ".join(ABBREVIATIONS.get(word, word) for word in _WORDS.findall(plain))
