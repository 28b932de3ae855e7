"""What was seen, when and where from closed lists first; then a short text, which the guard reads."""

import datetime as dt
import math
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from geo.address_search import MAX_TYPED_CHARACTERS, Candidate, search_addresses
from geo.models import WGS84, Address, Commune
from geo.typed_towns import set_town_aside
from reports.choices import Kind, PlaceKind
from reports.errors import ReportsError
from reports.forms.texts import TextField
from reports.services.placing import Place, place
from reports.services.telling import MAX_AGE, Told

MAX_LON, MAX_LAT = 180.0, 90.0
HOURS = [(hour, f"{hour} h") for hour in range(24)]


class TellForm(forms.Form):
    """Closed lists, a place and a text; ``told`` is what they say once all is valid."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Qu'avez-vous vu ?"), choices=Kind.choices, widget=forms.RadioSelect
    )
    day = forms.DateField(label=gettext_lazy("Quel jour ?"), widget=DayInput)
    hour = forms.TypedChoiceField(
        label=gettext_lazy("Vers quelle heure ?"),
        choices=HOURS,
        coerce=int,
        help_text=gettext_lazy("L'heure suffit : elle est gardée sans les minutes."),
    )
    address_text = forms.CharField(
        label=gettext_lazy("Où ?"),
        max_length=MAX_TYPED_CHARACTERS,
        help_text=gettext_lazy("Numéro et rue, ou une adresse proche."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-address": ""}),
    )
    address_choice = forms.TypedChoiceField(
        label=gettext_lazy("Laquelle de ces adresses ?"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    place_kind = forms.ChoiceField(
        label=gettext_lazy("Le fait s'est passé"),
        choices=[
            (PlaceKind.ADDRESS, gettext_lazy("à cette adresse, ou devant")),
            (PlaceKind.STREET, gettext_lazy("dans cette rue, sans adresse précise")),
            (PlaceKind.SPOT, gettext_lazy("à l'emplacement du repère que j'ai déplacé")),
        ],
        initial=PlaceKind.ADDRESS,
        widget=forms.RadioSelect,
    )
    address = forms.IntegerField(required=False, widget=forms.HiddenInput)
    address_shown = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-MAX_LON, max_value=MAX_LON, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-MAX_LAT, max_value=MAX_LAT, widget=forms.HiddenInput)
    text = TextField(label=gettext_lazy("Que s'est-il passé ?"))

    told: Told

    def __init__(self, *args: Any, commune: Commune, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commune, self.now = commune, timezone.localtime(now)
        self.offers_choice = False
        self.fields["day"].initial = self.now.date()
        self.fields["hour"].initial = self.now.hour
        self.fields["day"].widget.attrs |= {
            "min": f"{(self.now - MAX_AGE).date()}",
            "max": f"{self.now.date()}",
        }
        typed = str(self.data.get("address_text", ""))[:MAX_TYPED_CHARACTERS] if self.is_bound else ""
        if typed and self.data.get("address_choice"):
            self._offer(search_addresses(commune, set_town_aside(commune, typed)[0]))

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields in their order, without a choice of addresses where there is none to make."""
        return [field for field in self.visible_fields() if field.name != "address_choice" or self.offers_choice]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        address = self._find_address(cleaned) if cleaned.get("address_text") else None
        if address is None or address.point is None or self.errors:
            return cleaned
        try:
            self.told = Told(
                kind=Kind(cleaned["kind"]),
                happened_at=self._moment(cleaned["day"], cleaned["hour"]),
                place=self._place(address, address.point, cleaned),
                text=cleaned["text"],
            )
        except ReportsError as error:
            self.add_error("address_text", str(error))
        return cleaned

    def _moment(self, day: dt.date, hour: int) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))

    def _place(self, address: Address, at: Point, cleaned: dict[str, Any]) -> Place:
        kind, moved = PlaceKind(cleaned["place_kind"]), _point_of(cleaned)
        if kind is PlaceKind.SPOT and moved is not None:
            return place(self.commune, kind, moved)
        if kind is PlaceKind.STREET:
            found = place(self.commune, kind, at, address.street_name)
            return Place(**{**vars(found), "point": found.street_point})
        return place(self.commune, PlaceKind.ADDRESS, at, str(address))

    def _find_address(self, cleaned: dict[str, Any]) -> Address | None:
        text, shown = cleaned["address_text"], cleaned.get("address_shown", "")
        chosen = cleaned.get("address_choice") or (cleaned.get("address") if shown == text else None)
        if not chosen:
            found = search_addresses(self.commune, set_town_aside(self.commune, text)[0])
            certain = [each for each in found if each.is_exact and each.is_in_its_street and each.is_located]
            if len(certain) != 1 and not (certain and certain[0].score > certain[1].score):
                self._ask(found)
                return None
            chosen = certain[0].pk
        address = Address.objects.filter(pk=chosen, commune=self.commune, point__isnull=False).first()
        if address is None:
            self.add_error("address_text", _("Cette adresse n'a pas de position connue : prenez-en une proche."))
        return address

    def _ask(self, found: list[Candidate]) -> None:
        located = [each for each in found if each.is_located]
        self._offer(located)
        self.add_error(
            "address_text",
            _("Plusieurs adresses sont possibles : choisissez la bonne dessous.")
            if located
            else _("Aucune adresse de la commune ne ressemble à celle-ci. Vérifiez le nom de la rue."),
        )

    def _offer(self, found: list[Candidate]) -> None:
        self.offers_choice = bool(found)
        self.fields["address_choice"].choices = [(each.pk, each.label) for each in found]  # type: ignore[attr-defined]


def _point_of(cleaned: dict[str, Any]) -> Point | None:
    lon, lat = cleaned.get("lon"), cleaned.get("lat")
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    return Point(lon, lat, srid=WGS84)
