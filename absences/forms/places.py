"""The address of a home: chosen by the combobox, or typed and found here when there is no script."""

import math
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.services.declared import Place
from geo.address_search import MAX_TYPED_CHARACTERS, Candidate, search_addresses
from geo.models import WGS84, Address, Commune

# A candidate as good as this, alone in being so, is what was typed.
CERTAIN = 0.95
OFFERED = 6
MAX_LON, MAX_LAT = 180.0, 90.0


class PlaceForm(forms.Form):
    """Fields ``address``, ``lon`` and ``lat`` are written by the combobox and the pin; ``address_text`` suffices.

    ``address_shown`` is the text that goes with ``address``: a text that was typed over it is found anew.
    """

    address_text = forms.CharField(
        label=gettext_lazy("Adresse du logement"),
        max_length=MAX_TYPED_CHARACTERS,
        help_text=gettext_lazy("Numéro et rue, par exemple « 12 bis rue du Moulin »."),
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
    lon = forms.FloatField(required=False, min_value=-MAX_LON, max_value=MAX_LON, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-MAX_LAT, max_value=MAX_LAT, widget=forms.HiddenInput)

    place: Place | None = None

    def __init__(self, *args: Any, commune: Commune, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commune = commune
        self.candidates: list[Candidate] = []
        typed = self.data.get(self.add_prefix("address_text"), "") if self.is_bound else ""
        if typed and self.data.get(self.add_prefix("address_choice")):
            self._offer(search_addresses(commune, typed, limit=OFFERED))

    @property
    def offers_choice(self) -> bool:
        """Whether several addresses are offered for what was typed."""
        return bool(self.candidates)

    def clean(self) -> dict[str, Any]:
        """Find the address and its point."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("address_text"):
            self.place = self._find(cleaned)
        return cleaned

    def _find(self, cleaned: dict[str, Any]) -> Place | None:
        text, shown = cleaned["address_text"], cleaned.get("address_shown", "")
        if cleaned.get("address_choice"):
            return self._place_of(cleaned["address_choice"], None)
        if cleaned.get("address") and shown in ("", text):
            return self._place_of(cleaned["address"], _point_of(cleaned))
        found = search_addresses(self.commune, text, limit=OFFERED)
        certain = [each for each in found if each.is_exact and each.score >= CERTAIN]
        if not found:
            self.add_error(
                "address_text",
                _("Aucune adresse de la commune ne ressemble à celle-ci. Vérifiez le nom de la rue."),
            )
        elif certain and (len(certain) == 1 or certain[0].score > certain[1].score):
            return self._place_of(certain[0].pk, Point(certain[0].lon, certain[0].lat, srid=WGS84))
        else:
            self._offer(found)
            self.add_error("address_text", _("Plusieurs adresses sont possibles : choisissez la bonne dessous."))
        return None

    def _place_of(self, key: int, point: Point | None) -> Place | None:
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
        return Place(address_id=address.pk, point=at)

    def _offer(self, found: list[Candidate]) -> None:
        self.candidates = found
        self.fields["address_choice"].choices = [(each.pk, each.label) for each in found]  # type: ignore[attr-defined]


def _point_of(cleaned: dict[str, Any]) -> Point | None:
    lon, lat = cleaned.get("lon"), cleaned.get("lat")
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    return Point(lon, lat, srid=WGS84)
