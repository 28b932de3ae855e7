"""What an owner says of a home that they entrust, and a watcher or a référent of the days of the watch."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences.services.watch.owning import OwnHome
from accounts.presentation.forms import DayInput
from geo import french

LONGEST_CODE = 60
WEEKDAYS = list(enumerate(day.capitalize() for day in french.WEEKDAYS))


class CodeForm(forms.Form):
    """The code that the police handed over with the record of a home."""

    code = forms.CharField(
        label=gettext_lazy("Code de la fiche"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("La police municipale le remet à qui a déclaré l'absence. Il sert une fois."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )


class EntrustForm(forms.Form):
    """From which day to which, within the absence; ``prefix`` tells the forms of a page apart."""

    first_day = forms.DateField(label=gettext_lazy("Du"), widget=DayInput)
    last_day = forms.DateField(label=gettext_lazy("Au"), widget=DayInput)

    def __init__(self, *args: Any, home: OwnHome, today: dt.date, **kwargs: Any) -> None:
        kwargs["prefix"] = f"h{home.key}"
        super().__init__(*args, **kwargs)
        self.first, self.last = max(home.first_day, today), home.last_day
        for name, day in (("first_day", self.first), ("last_day", self.last)):
            self.fields[name].initial = day
            self.fields[name].widget.attrs |= {"min": f"{self.first}", "max": f"{self.last}"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and not self.first <= first <= last <= self.last:
            said = {"first": french.day(self.first), "last": french.day(self.last)}
            raise forms.ValidationError(
                _("Choisissez des jours de l'absence, dans l'ordre : du %(first)s au %(last)s.") % said
            )
        return cleaned


class TurnForm(forms.Form):
    """The weekdays of a watcher's turn."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Les jours de votre tour"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Un rappel vient ces jours-là. Vous pouvez regarder les autres jours aussi."),
    )
