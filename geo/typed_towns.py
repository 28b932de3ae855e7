"""Whether the town at the end of a typed address is another one than the commune that is looked in.

``towns_of_france.txt`` has the names of the Code officiel géographique (INSEE, 2023, Licence Ouverte), one a line,
as ``fold`` makes them.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.db.models import Func, Q, QuerySet, Value
from django.db.models.functions import Concat

from geo.address_search import fold, read_typed
from geo.models import Address, Commune, StreetName

_TOWNS = Path(__file__).parent / "towns_of_france.txt"
_POSTCODE_AND_TOWN = re.compile(r"[\s,]+(\d{5})\b[\s,]*(\D*?)[\s,]*(?:\bcedex\b.*)?$", re.IGNORECASE)
_SET_APART = re.compile(r"\s*(?:,|\(|\s[-–—]\s)\s*([^\s,\d()–—-][^,\d()]*)\)?$")
# What people write after the street and that is no town.
_WITHIN_A_HOUSE = re.compile(
    r"^(appartement|appt|apt|bat|batiment|entree|escalier|etage|france|immeuble|lotissement|porte|residence|villa)\b"
)
_LONG_FORMS = {"st": "saint", "ste": "sainte"}
# After these the name goes on: « rue de Lyon », « pont de la Roche ».
_LINK = re.compile(r"\b(a|aux?|d|de|des|du|en|et|l|la|les?|saint|sainte|sous|ste?|sur)$")
# Nobody is called so, as somebody may be Lyon or Saint-Étienne.
_ONLY_A_TOWN = re.compile(r"\w (en|le|les|sous|sur) \w")


def set_town_aside(commune: Commune, text: str) -> tuple[str, str]:
    """Split a typed address from the town it ends with, when that is no town of the commune.

    Parameters
    ----------
    text
        As it was typed: « 10 rue de la République, 69001 Lyon ».

    Returns
    -------
    tuple
        The address without that town, and the town (its postcode where no name follows); the whole text and
        nothing when it names no town, or one of the commune's. Without a postcode, what a last comma, dash or
        parenthesis sets apart may be a town; where nothing does, only a town of France is one, after a street of
        the commune or with a name that no person bears.
    """
    found = _POSTCODE_AND_TOWN.search(text) or _SET_APART.search(text)
    streets = StreetName.objects.filter(commune=commune)
    if found is None or not _has_letters(text[: found.start()]):
        return next(_towns_run_on(commune, streets, text), (text, ""))
    town = found[found.lastindex or 0].strip(" .")
    is_a_street = found.re is _SET_APART and _are_named(streets, text).exists()
    if is_a_street or _is_of(commune, town, found[1]) or _WITHIN_A_HOUSE.match(fold(town)):
        return text, ""
    return text[: found.start()], town or found[1]


def town_after(commune: Commune, text: str, street: str) -> str:
    """Return the town that a typed address ends with, once it is known which street of the commune is meant.

    The street may be misspelt: a town is what is left of the text by as many words as the street has.
    """
    # After a number, « r » is a street rather than a suffix.
    streets = [reading.street.rstrip(" .") for reading in read_typed(text) if reading.suffix.lower() != "r"]
    typed = min(streets, key=lambda each: len(each.split()), default="")
    spare = len(_words_that_tell(typed)) - len(_words_that_tell(street))
    for gap in re.finditer(r"\s+", typed):
        town = typed[gap.end() :]
        name = _written_out(town)
        is_spare = len(_words_that_tell(town)) == spare and name in towns_of_france()
        if is_spare and not _WITHIN_A_HOUSE.match(name) and not _is_of(commune, town):
            return town
    return ""


@cache
def towns_of_france() -> frozenset[str]:
    """Return the names of all towns, as ``fold`` makes them."""
    return frozenset(_TOWNS.read_text(encoding="ascii").splitlines())


def _has_letters(text: str) -> bool:
    return re.search(r"[^\W\d]", text) is not None


def _is_of(commune: Commune, town: str, postcode: str = "") -> bool:
    own = Address.objects.filter(commune=commune).order_by()
    if not town:
        return own.filter(postcode=postcode).exists()
    names = {commune.name, *own.values_list("city", flat=True).distinct()}
    streets = StreetName.objects.filter(commune=commune, name__iexact=town)
    return any(_words(town) <= _words(name) for name in names) or streets.exists()


def _words(name: str) -> set[str]:
    return set(_written_out(name).split())


def _words_that_tell(name: str) -> list[str]:
    """The words of a name but those that link them, which one leaves out or adds."""
    return [word for word in _written_out(name).split() if not _LINK.fullmatch(word)]


def _written_out(name: str) -> str:
    return " ".join(_LONG_FORMS.get(word, word) for word in fold(name).split())


def _towns_run_on(commune: Commune, streets: "QuerySet[StreetName]", text: str) -> Iterator[tuple[str, str]]:
    """Split a text before each town that surely ends it, the longest name first."""
    for gap in re.finditer(r"\s+", text.rstrip(" .")):
        street, town = text[: gap.start()], text[gap.end() :].rstrip(" .")
        name = _written_out(town)
        if (
            name in towns_of_france()
            and _has_letters(street)
            and not _LINK.search(fold(street))
            and not _WITHIN_A_HOUSE.match(name)
            and not _are_named(streets, text).exists()
            and _is_after(streets, street, name)
            and not _is_of(commune, town)
        ):
            yield street, town


def _is_after(streets: "QuerySet[StreetName]", street: str, town: str) -> bool:
    """Say whether a street ends before a town: one that is known whole, or whose name cannot go on so."""
    if _are_named(streets, street).exists():
        return not _begin_as(streets, street).exists()
    named = min((reading.street.split() for reading in read_typed(street)), key=len)
    is_one_of_ours = streets.filter(searchable__endswith=Concat(Value(" "), _searchable(town))).exists()
    return len(named) > 1 and _ONLY_A_TOWN.search(town) is not None and not is_one_of_ours


def _are_named(streets: "QuerySet[StreetName]", text: str) -> "QuerySet[StreetName]":
    return streets.filter(searchable__in=[_searchable(reading.street) for reading in read_typed(text)])


def _begin_as(streets: "QuerySet[StreetName]", text: str) -> "QuerySet[StreetName]":
    """Streets with a longer name, which may be meant: one types them, or with a slip."""
    longer = Q()
    for reading in read_typed(text):
        longer |= Q(searchable__startswith=Concat(_searchable(reading.street), Value(" ")))
    return streets.filter(longer)


def _searchable(text: str) -> Func:
    return Func(Value(text), function="public.geo_searchable")
