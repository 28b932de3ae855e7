"""Where a home is, and in what its address differs from what was typed for it."""

from collections.abc import Sequence

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from absences.services.declared import Place
from geo.address_search import Candidate, search_addresses
from geo.models import Address, Commune
from geo.typed_towns import set_town_aside, town_after

NEIGHBOURS_NAMED = 4


def place_at(commune: Commune, address: Address, point: Point, *, typed: str) -> Place:
    """Return the place of an address that was chosen for what was typed.

    Parameters
    ----------
    typed
        What was typed before the address was chosen; nothing where nobody typed.
    """
    sought, town = set_town_aside(commune, typed)
    town = town or town_after(commune, typed, address.street_name)
    offered = {each.pk: each.missing_number for each in search_addresses(commune, sought)}
    return Place(address_id=address.pk, point=point, missing_number=offered.get(address.pk, ""), other_town=town)


def tell_missing_number(street: str, number: str) -> str:
    """Say that a street has no such number, as far as the address file knows."""
    return _("%(street)s : la base d'adresses n'a pas de n° %(number)s.") % {"street": street, "number": number}


def tell_other_town(commune: Commune, town: str) -> str:
    """Say that a town is not the one of this site."""
    return _("« %(town)s » n'est pas la commune de ce site, %(commune)s.") % {
        "town": town,
        "commune": commune.name,
    }


def tell_neighbours(found: Sequence[Candidate]) -> str:
    """Name the numbers of its street that are offered for one that is not there, the nearest first."""
    numbers = [each.number for each in found if each.number and each.is_in_its_street][:NEIGHBOURS_NAMED]
    return _("Numéros voisins : %(numbers)s.") % {"numbers": ", ".join(numbers)} if numbers else ""


def tell_like_streets(found: Sequence[Candidate]) -> str:
    """Name the streets that are offered for one that is not there, the likest first."""
    streets = list(dict.fromkeys(each.street for each in found))[:NEIGHBOURS_NAMED]
    words = _("Voies ressemblantes : %(streets)s.") if len(streets) > 1 else _("Voie ressemblante : %(streets)s.")
    return words % {"streets": ", ".join(streets)}
