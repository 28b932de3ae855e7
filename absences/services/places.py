"""Where a home is, and what of its address differs from what was typed for it."""

from django.contrib.gis.geos import Point

from absences.services.declared import Place
from geo.address_search import search_addresses
from geo.models import Address, Commune
from geo.typed_towns import set_town_aside, town_after


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
