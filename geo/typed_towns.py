"""Whether the town at the end of a typed address is another one than the commune that is looked in."""

import re

from geo.address_search import fold
from geo.models import Address, Commune, StreetName

_POSTCODE_AND_TOWN = re.compile(r"[\s,]+(\d{5})\b[\s,]*(\D*?)[\s,]*(?:\bcedex\b.*)?$", re.IGNORECASE)
_SET_APART = re.compile(r"\s*(?:,|\(|\s[-–—]\s)\s*([^\s,\d()–—-][^,\d()]*)\)?$")
# What people write after the street and that is no town.
_WITHIN_A_HOUSE = re.compile(
    r"^(appartement|appt|apt|bat|batiment|entree|escalier|etage|france|immeuble|lotissement|porte|residence|villa)\b"
)
_LONG_FORMS = {"st": "saint", "ste": "sainte"}


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
        nothing when it names no town, or one of the commune's. Without a postcode only what a last comma, dash or
        parenthesis sets apart may be a town.
    """
    found = _POSTCODE_AND_TOWN.search(text) or _SET_APART.search(text)
    if found is None or not re.search(r"[^\W\d]", text[: found.start()]):
        return text, ""
    town = found[found.lastindex or 0].strip(" .")
    if _is_of(commune, town, found[1]) or _WITHIN_A_HOUSE.match(fold(town)):
        return text, ""
    return text[: found.start()], town or found[1]


def _is_of(commune: Commune, town: str, postcode: str) -> bool:
    own = Address.objects.filter(commune=commune).order_by()
    if not town:
        return own.filter(postcode=postcode).exists()
    names = {commune.name, *own.values_list("city", flat=True).distinct()}
    streets = StreetName.objects.filter(commune=commune, name__iexact=town)
    return any(_words(town) <= _words(name) for name in names) or streets.exists()


def _words(name: str) -> set[str]:
    return {_LONG_FORMS.get(word, word) for word in fold(name).split()}
