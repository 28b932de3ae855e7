"""Joining the network: the registration that is handed out, and what a resident chooses."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.own_account import NewPasswordForm
from accounts.presentation.forms import DayInput
from sectors.models.vigilants import MOST_LETTERS

FEWEST_LETTERS = 3


class PseudonymField(forms.CharField):
    """A name that is nobody's: letters, digits and spaces, and never an address or a number."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Pseudonyme"),
            min_length=FEWEST_LETTERS,
            max_length=MOST_LETTERS,
            help_text=gettext_lazy(
                "Votre référent vous connaît sous ce nom. Ni votre nom, ni votre adresse, ni votre téléphone."
            ),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def clean(self, value: Any) -> str:
        """Refuse what could be a way to reach somebody: an e-mail address, a telephone number."""
        text: str = super().clean(value)
        if "@" in text or sum(sign.isdigit() for sign in text) > FEWEST_LETTERS:
            raise forms.ValidationError(_("Un pseudonyme ne porte ni adresse ni numéro : changez-le."))
        return text


class PseudonymForm(forms.Form):
    """The pseudonym, chosen anew."""

    pseudonym = PseudonymField()


class RegistrationForm(NewPasswordForm):
    """What a resident chooses who follows a registration."""

    pseudonym = PseudonymField()
    field_order = ("pseudonym", "password", "again")


class HandOutForm(forms.Form):
    """Until when the vigilant stays one."""

    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour de l'inscription"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Si elle a un terme ; sinon elle dure tant que la personne reste."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_last_day(self) -> dt.date | None:
        """Refuse a day that has passed."""
        day: dt.date | None = self.cleaned_data["last_day"]
        if day is not None and day < self.today:
            raise forms.ValidationError(_("Ce jour est passé."))
        return day
