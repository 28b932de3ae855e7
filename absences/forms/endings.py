"""How an absence is extended or ended, and how one is found by a name."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput, DayNeededWhen

UNTIL = "jusquau"
LONGER = [
    ("7", gettext_lazy("une semaine de plus")),
    ("15", gettext_lazy("15 jours de plus")),
    (UNTIL, gettext_lazy("jusqu'au…")),
]
LONGEST_NAME_SOUGHT = 120


class RevisionForm(forms.Form):
    """Which revision of the record was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ExtendForm(RevisionForm):
    """How much longer an absence lasts."""

    longer = forms.ChoiceField(
        label=gettext_lazy("L'absence dure"), choices=LONGER, initial="7", widget=forms.RadioSelect
    )
    last_day = DayNeededWhen(
        label=gettext_lazy("Nouveau dernier jour"),
        needed_when=gettext_lazy("obligatoire avec « jusqu'au… »"),
        widget=DayInput,
    )

    def __init__(self, *args: Any, present: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean(self) -> dict[str, Any]:
        """Work out the last day."""
        cleaned: dict[str, Any] = super().clean() or {}
        longer = cleaned.get("longer")
        if longer == UNTIL and not cleaned.get("last_day") and "last_day" in cleaned:
            self.add_error("last_day", _("Dites jusqu'à quel jour."))
        elif longer and longer != UNTIL:
            cleaned["last_day"] = self.present + dt.timedelta(days=int(longer))
        return cleaned


class ReturnForm(RevisionForm):
    """The day from which a home is lived in again."""

    day = forms.DateField(label=gettext_lazy("Jour du retour"), widget=DayInput)


class NameForm(forms.Form):
    """A name to look for; it is sent in the body of the request, and kept nowhere."""

    name = forms.CharField(
        label=gettext_lazy("Nom du déclarant"),
        max_length=LONGEST_NAME_SOUGHT,
        help_text=gettext_lazy("Des mots entiers : « Goff » trouve « Le Goff », « Gof » ne le trouve pas."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
