"""What was seen, when and where from closed lists first; then a short text, which the guard reads."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from geo.models import Commune
from geo.typed_addresses import AddressForm, Found
from reports.choices import Kind, PlaceKind
from reports.errors import ReportsError
from reports.forms.texts import TextField
from reports.services.placing import Place, place, place_street
from reports.services.telling import MAX_AGE, Told

HOURS = [(hour, f"{hour} h") for hour in range(24)]


class TellForm(AddressForm):
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
    text = TextField(label=gettext_lazy("Que s'est-il passé ?"))

    told: Told
    field_order = ("kind", "day", "hour", "address_text", "address_choice", "place_kind", "text")

    def __init__(self, *args: Any, commune: Commune, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, commune=commune, **kwargs)
        self.now = timezone.localtime(now)
        where = self.fields["address_text"]
        where.label = gettext_lazy("Où ?")
        where.help_text = gettext_lazy(
            "%(number_and_street)s Une rue seule suffit pour « dans cette rue ». "
            "Dans un parc ou sur un chemin : l'adresse la plus proche, puis le repère."
        ) % {"number_and_street": where.help_text}
        self.fields["day"].initial = self.now.date()
        self.fields["hour"].initial = self.now.hour
        self.fields["day"].widget.attrs |= {
            "min": f"{(self.now - MAX_AGE).date()}",
            "max": f"{self.now.date()}",
        }

    @property
    def is_of_a_street(self) -> bool:
        return bool(self.data.get(self.add_prefix("place_kind")) == PlaceKind.STREET)

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields in their order, without a choice of addresses where there is none to make."""
        return [field for field in self.visible_fields() if field.name != "address_choice" or self.offers_choice]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.found and cleaned.get("place_kind") == PlaceKind.SPOT and not self.found.is_moved:
            self.add_error("place_kind", _("Déplacez le repère, ou choisissez une autre réponse."))
        if self.found is None or self.errors:
            return cleaned
        try:
            self.told = Told(
                kind=Kind(cleaned["kind"]),
                happened_at=self._moment(cleaned["day"], cleaned["hour"]),
                place=self._place(self.found, PlaceKind(cleaned["place_kind"])),
                text=cleaned["text"],
            )
        except ReportsError as error:
            self.add_error("address_text", str(error))
        return cleaned

    def _moment(self, day: dt.date, hour: int) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))

    def _place(self, found: Found, kind: PlaceKind) -> Place:
        address, at = found.address, found.address.point or found.point
        if kind is PlaceKind.SPOT:
            return place(self.commune, kind, found.point)
        if kind is PlaceKind.STREET:
            return place_street(self.commune, at, address.street_name)
        return place(self.commune, PlaceKind.ADDRESS, at, str(address))
