"""An address as somebody types it: what is in doubt of it, and the form that asks for it, script or no script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib.gis.db.models import Collect
from django.contrib.gis.db.models.functions import Centroid, Distance
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.address_search import (
    LESS_THAN_LABEL,
    MAX_TYPED_CHARACTERS,
    Candidate,
    find_example,
    fold,
    read_typed,
    search_addresses,
)
from geo.models import WGS84, Address, Commune
from geo.typed_towns import set_town_aside, town_after

MAX_LON, MAX_LAT = 180.0, 90.0
NEIGHBOURS_NAMED = 4
# Forms write points with six decimals of a degree, a decimetre or so.
HALF_A_DECIMETRE_DEGREES = 6e-7


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


def names_number(text: str) -> bool:
    """Whether a typed text may begin with a house number."""
    return any(reading.number is not None for reading in read_typed(text))


def first_of_each_street(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the likeliest address of each street, in the order of the streets."""
    streets: dict[str, Candidate] = {}
    for each in found:
        streets.setdefault(each.whole_street, each)
    return list(streets.values())


@dataclass(frozen=True, kw_only=True)
class Found:
    """An address that is certain, the point that goes with it (moved or its own), and what was typed for it."""

    address: Address
    point: Point
    typed: str

    @property
    def is_moved(self) -> bool:
        """Whether the point is another than the address' own, beyond the decimals that a form keeps of one."""
        own = self.address.point
        return own is None or any(
            abs(moved - kept) > HALF_A_DECIMETRE_DEGREES for moved, kept in zip(self.point, own, strict=True)
        )


class AddressForm(forms.Form):
    """An address of the commune; ``found`` once it is certain.

    Fields ``address``, ``lon`` and ``lat`` are written by the combobox and the pin; ``address_text`` suffices.

    ``address_shown`` is the text that goes with ``address``: a text that was typed over it is found anew.
    ``address_typed`` is what was typed before it was chosen, where a number or a town may be another.
    """

    address_text = forms.CharField(
        label=gettext_lazy("Adresse"),
        max_length=MAX_TYPED_CHARACTERS,
        help_text=gettext_lazy("Numéro et rue."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-address": ""}),
    )
    address_choice = forms.TypedChoiceField(
        label=gettext_lazy("Laquelle de ces adresses ?"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    address = forms.IntegerField(required=False, widget=forms.HiddenInput)
    address_shown = forms.CharField(required=False, widget=forms.HiddenInput)
    address_typed = forms.CharField(required=False, max_length=MAX_TYPED_CHARACTERS, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-MAX_LON, max_value=MAX_LON, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-MAX_LAT, max_value=MAX_LAT, widget=forms.HiddenInput)

    found: Found | None = None

    def __init__(self, *args: Any, commune: Commune, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commune = commune
        self.candidates: list[Candidate] = []
        example = find_example(commune)
        if example:
            self.fields["address_text"].help_text = _("Numéro et rue, par exemple « %(example)s ».") % {
                "example": example
            }
        typed = self.data.get(self.add_prefix("address_text"), "") if self.is_bound else ""
        if typed and self.data.get(self.add_prefix("address_choice")):
            self._offer(self._search(set_town_aside(commune, typed)[0]))

    @property
    def is_of_a_street(self) -> bool:
        """Whether the name of a street says enough: the address in its middle then stands for it."""
        return False

    @property
    def offers_choice(self) -> bool:
        """Whether several addresses are offered for what was typed."""
        return bool(self.candidates)

    def clean(self) -> dict[str, Any]:
        """Find the address and its point."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("address_text"):
            self.found = self._find(cleaned)
        return cleaned

    def _find(self, cleaned: dict[str, Any]) -> Found | None:
        text, shown = cleaned["address_text"], cleaned.get("address_shown", "")
        if cleaned.get("address_choice"):
            return self._take(cleaned["address_choice"], None, typed=text)
        if cleaned.get("address") and shown in ("", text):
            return self._take(cleaned["address"], _point_of(cleaned), typed=cleaned.get("address_typed", ""))
        address, town = set_town_aside(self.commune, text)
        found = self._search(address)
        if found and not town:
            town = town_after(self.commune, text, found[0].street)
        certain = [each for each in found if each.is_exact and each.is_in_its_street]
        if town:
            doubts = [tell_other_town(self.commune, town)]
            if found and found[0].missing_number and found[0].is_in_its_street:
                doubts.append(tell_missing_number(found[0].street, found[0].missing_number))
            self.ask(" ".join(doubts), found)
        elif not found:
            self.add_error(
                "address_text",
                _("Aucune adresse de la commune ne ressemble à celle-ci. Vérifiez le nom de la rue."),
            )
        elif certain and (len(certain) == 1 or certain[0].score > certain[1].score):
            return self._take(certain[0].pk, Point(certain[0].lon, certain[0].lat, srid=WGS84), typed=text)
        elif found[0].missing_number and found[0].is_in_its_street:
            self.ask(tell_missing_number(found[0].street, found[0].missing_number), _of_the_first_street(found))
        elif not found[0].is_in_its_street:
            doubt = _("Aucune voie de la commune n'a exactement ce nom.")
            self.ask(f"{doubt} {tell_like_streets(found)}", found)
        else:
            self.ask(_("Plusieurs adresses sont possibles."), found)
        return None

    def ask(self, doubt: str, found: Sequence[Candidate]) -> None:
        """Refuse what was typed with what is in doubt of it, and offer the addresses that it may mean."""
        self._offer(found)
        choice = _("Choisissez la bonne adresse dessous, ou corrigez celle-ci.") if found else ""
        neighbours = tell_neighbours(found) if found and found[0].missing_number else ""
        self.add_error("address_text", " ".join(filter(None, (doubt, neighbours, choice))))

    def _search(self, text: str) -> list[Candidate]:
        found = search_addresses(self.commune, text)
        return found if names_number(text) or not self.is_of_a_street else _streets_of(found, text)

    def _take(self, key: int, point: Point | None, *, typed: str) -> Found | None:
        address = Address.objects.filter(pk=key, commune=self.commune).first()
        if address is None:
            self.add_error("address_text", _("Cette adresse n'est plus dans la commune : cherchez-la de nouveau."))
            return None
        at = point or address.point
        if at is None:
            self.add_error(
                "address_text",
                _("Cette adresse n'a pas de position connue : placez le repère, ou choisissez la plus proche."),
            )
            return None
        return Found(address=address, point=at, typed=typed)

    def _offer(self, found: Sequence[Candidate]) -> None:
        self.candidates = list(found)
        self.fields["address_choice"].needed_when = _("ou corrigez l'adresse")  # type: ignore[attr-defined]
        self.fields["address_choice"].choices = [(each.pk, each.label) for each in found]  # type: ignore[attr-defined]


def _point_of(cleaned: dict[str, Any]) -> Point | None:
    lon, lat = cleaned.get("lon"), cleaned.get("lat")
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    return Point(lon, lat, srid=WGS84)


def _streets_of(found: Sequence[Candidate], text: str) -> list[Candidate]:
    """Return each street once, at the address in its middle; first the one whose very words were typed."""
    middles = [(each, _middle_of_street(each.pk)) for each in first_of_each_street(found)]
    streets = [
        replace(
            each,
            pk=middle.pk,
            number="",
            label=each.whole_street,
            lon=middle.point.x,
            lat=middle.point.y,
            score=1.0 if fold(each.whole_street) == fold(text) else min(each.score, LESS_THAN_LABEL),
        )
        for each, middle in middles
        if middle and middle.point
    ]
    return sorted(streets, key=lambda street: -street.score)


def _middle_of_street(key: int) -> Address | None:
    """Return the address that is nearest to the middle of all those of its street, in its town."""
    one = Address.objects.get(pk=key)
    street = Address.objects.filter(
        commune=one.commune_id,
        street_name=one.street_name,
        postcode=one.postcode,
        city=one.city,
        point__isnull=False,
    )
    middle = street.aggregate(middle=Centroid(Collect("point")))["middle"]
    return street.annotate(away=Distance("point", middle)).order_by("away", "pk").first() if middle else None


def _of_the_first_street(found: Sequence[Candidate]) -> list[Candidate]:
    return [each for each in found if each.street == found[0].street]
