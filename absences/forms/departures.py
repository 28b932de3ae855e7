"""What is asked of a home and its departure: days, state, passages; closed lists, and no reason of the absence."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from absences import choices
from absences.forms.places import PlaceForm
from absences.models.absences import MAX_VEHICLES
from absences.services.declared import Hours
from accounts.presentation.forms import ChoiceNeededWhen, DayInput, DayNeededWhen, TimeNeededWhen

# Columns of the absence that the form writes as they are.
DEPARTURE = (
    "dwelling",
    "residence",
    "passages_per_week",
    "preferred_time",
    "alarm",
    "has_lights_on_timers",
    "animals",
    "vehicles_left",
    "vehicles_place",
    "shutters",
    "windows",
    "may_enter_garden",
    "may_be_watched",
    "seen_by",
    "seen_on",
)


@dataclass(frozen=True, kw_only=True)
class Group:
    """A part of a form under one heading."""

    key: str
    title: str | Promise
    fields: tuple[str, ...]


class DepartureForm(PlaceForm):
    """The home, its days and its state at departure: all that is not sealed."""

    first_day = forms.DateField(label=gettext_lazy("Premier jour d'absence"), widget=DayInput)
    last_day = forms.DateField(label=gettext_lazy("Dernier jour d'absence"), widget=DayInput)
    dwelling = forms.ChoiceField(label=gettext_lazy("Logement"), choices=choices.Dwelling.choices)
    residence = forms.ChoiceField(label=pgettext_lazy("logement", "Usage"), choices=choices.Residence.choices)
    passages_per_week = forms.TypedChoiceField(
        label=gettext_lazy("Passages souhaités"),
        choices=choices.PassagesPerWeek.choices,
        coerce=int,
        help_text=gettext_lazy("Un objectif, jamais une promesse au résident."),
    )
    preferred_time = forms.ChoiceField(label=gettext_lazy("Moment préféré"), choices=choices.PreferredTime.choices)
    opens = forms.TimeField(
        label=gettext_lazy("Passages seulement à partir de"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    closes = TimeNeededWhen(
        label=gettext_lazy("et jusqu'à"),
        needed_when=gettext_lazy("obligatoire avec la première heure"),
        help_text=gettext_lazy("Sans heures, un passage est possible à tout moment."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    alarm = forms.ChoiceField(label=gettext_lazy("Alarme"), choices=choices.Alarm.choices)
    has_lights_on_timers = forms.BooleanField(
        label=gettext_lazy("Des lampes s'allument par minuterie"), required=False
    )
    animals = forms.ChoiceField(
        label=gettext_lazy("Animaux"),
        choices=choices.Animals.choices,
        help_text=gettext_lazy("Pour la sécurité de l'équipage : le plus dangereux, s'il y en a plusieurs."),
    )
    vehicles_left = forms.IntegerField(
        label=gettext_lazy("Véhicules laissés"), min_value=0, max_value=MAX_VEHICLES, initial=0
    )
    vehicles_place = ChoiceNeededWhen(
        label=gettext_lazy("Où sont les véhicules"),
        needed_when=gettext_lazy("obligatoire s'il y en a"),
        choices=choices.VehiclesPlace.choices,
    )
    shutters = forms.ChoiceField(label=gettext_lazy("Volets au départ"), choices=choices.Shutters.choices)
    windows = forms.ChoiceField(label=gettext_lazy("Fenêtres au départ"), choices=choices.Windows.choices)
    may_enter_garden = forms.BooleanField(
        label=gettext_lazy("L'équipage peut entrer dans le jardin"), required=False
    )
    may_be_watched = forms.BooleanField(
        label=gettext_lazy("D'accord pour la veille par les voisins vigilants"), required=False
    )
    seen_by = forms.ChoiceField(
        label=gettext_lazy("Identité et domicile vérifiés par"),
        required=False,
        choices=choices.SeenBy.choices,
        help_text=gettext_lazy("Dites qui les a vérifiés ; aucun document n'est copié ni gardé."),
    )
    seen_on = DayNeededWhen(
        label=gettext_lazy("Vérifiés le"),
        needed_when=gettext_lazy("obligatoire si quelqu'un les a vérifiés"),
        widget=DayInput,
    )

    home_groups = (
        Group(
            key="logement",
            title=gettext_lazy("Logement"),
            fields=("address_text", "address_choice", "dwelling", "residence"),
        ),
        Group(key="jours", title=gettext_lazy("Jours d'absence"), fields=("first_day", "last_day")),
        Group(
            key="etat",
            title=gettext_lazy("État au départ"),
            fields=(
                "shutters",
                "windows",
                "alarm",
                "has_lights_on_timers",
                "animals",
                "vehicles_left",
                "vehicles_place",
                "may_enter_garden",
            ),
        ),
        Group(
            key="passages",
            title=gettext_lazy("Passages"),
            fields=("passages_per_week", "preferred_time", "opens", "closes", "may_be_watched"),
        ),
        Group(key="verification", title=gettext_lazy("Vérification"), fields=("seen_by", "seen_on")),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    @property
    def groups(self) -> tuple[Group, ...]:
        """The form in parts."""
        return self.home_groups

    def grouped(self) -> Iterator[tuple[Group, list[forms.BoundField]]]:
        """Each part of the form with its fields; the choice of an address only when there is one to make."""
        for group in self.groups:
            shown = [name for name in group.fields if name != "address_choice" or self.offers_choice]
            yield group, [self[name] for name in shown]

    def clean(self) -> dict[str, Any]:
        """Hold the days in their order, and what goes together together."""
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Le dernier jour vient avant le premier. Corrigez l'un des deux."))
        if bool(cleaned.get("opens")) != bool(cleaned.get("closes")):
            self.add_error("opens" if cleaned.get("closes") else "closes", _("Donnez les deux heures, ou aucune."))
        if cleaned.get("vehicles_left") and not cleaned.get("vehicles_place"):
            self.add_error("vehicles_place", _("Dites où se trouvent les véhicules laissés."))
        if cleaned.get("vehicles_left") == 0:
            cleaned["vehicles_place"] = choices.VehiclesPlace.NOWHERE
        self._check_seen(cleaned)
        return cleaned

    @property
    def departure(self) -> dict[str, object]:
        """The columns of the absence, once the form is valid."""
        return {name: self.cleaned_data[name] for name in DEPARTURE}

    @property
    def hours(self) -> Hours | None:
        """The hours of passages, once the form is valid."""
        opens, closes = self.cleaned_data["opens"], self.cleaned_data["closes"]
        return Hours(opens=opens, closes=closes) if opens and closes else None

    def _check_seen(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("seen_by") and not cleaned.get("seen_on"):
            self.add_error("seen_on", _("Dites quel jour, ou choisissez « Personne encore »."))
        if cleaned.get("seen_on") and not cleaned.get("seen_by"):
            self.add_error("seen_by", _("Dites par qui."))
        if cleaned.get("seen_on") and cleaned["seen_on"] > self.today:
            self.add_error("seen_on", _("Ce jour n'est pas encore venu."))
