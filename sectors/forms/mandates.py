"""A mandate of référent: who is appointed, for which days, and when it ends."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput


class MandateForm(forms.Form):
    """Whom to appoint, told by an identifier, and the days of the mandate."""

    login = forms.CharField(
        label=gettext_lazy("Identifiant du compte"),
        max_length=40,
        help_text=gettext_lazy(
            "Comme « lilas-204 » : la personne le lit sur « Mon compte ». À qui n'en a pas, l'administrateur crée "
            "un compte avec ce rôle."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    first_day = forms.DateField(label=gettext_lazy("Premier jour"), widget=DayInput)
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Sans dernier jour, le mandat dure jusqu'à ce que vous y mettiez fin."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["first_day"].initial = today

    def clean_login(self) -> str:
        """Take an identifier as it is said: capitals are not told apart."""
        login: str = self.cleaned_data["login"]
        return login.lower()

    def clean_first_day(self) -> dt.date:
        """Refuse a day that has passed: what a mandate opens is never given back in time."""
        day: dt.date = self.cleaned_data["first_day"]
        if day < self.today:
            raise forms.ValidationError(_("Ce jour est passé : un mandat commence aujourd'hui ou plus tard."))
        return day

    def clean(self) -> dict[str, Any]:
        """Put the days in order."""
        cleaned: dict[str, Any] = super().clean() or {}
        first_day, last_day = cleaned.get("first_day"), cleaned.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", _("Le dernier jour vient avant le premier."))
        return cleaned

    def days(self) -> dict[str, Any]:
        """The first and the last day of the mandate."""
        return {name: self.cleaned_data[name] for name in ("first_day", "last_day")}


class EndOfMandateForm(forms.Form):
    """From which day a mandate opens nothing any more."""

    from_day = forms.DateField(
        label=gettext_lazy("Le mandat cesse à compter du"),
        widget=DayInput,
        help_text=gettext_lazy("Dès ce jour, la personne n'agit et ne lit plus comme référent."),
    )
