"""A training of référents."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from sectors.forms.past_days import refuse_slip
from sectors.models.trainings import LONGEST_TITLE


class TrainingForm(forms.Form):
    """When a training was held, about what, and who came."""

    held_on = forms.DateField(label=gettext_lazy("Jour de la formation"), widget=DayInput)
    title = forms.CharField(
        label=gettext_lazy("Intitulé"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("Comme « Accueil des nouveaux référents » ; jamais un nom."),
    )
    mandates = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Référents présents"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Hors de leur secteur et de la police, on ne lit que leur nombre."),
    )

    def __init__(self, *args: Any, today: dt.date, mandates: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["mandates"].choices = mandates  # type: ignore[attr-defined]

    def clean_held_on(self) -> dt.date:
        """Refuse a day to come: a training is noted once it was held."""
        day: dt.date = self.cleaned_data["held_on"]
        if day > self.today:
            raise forms.ValidationError(_("Ce jour n'est pas encore venu : notez la formation une fois tenue."))
        refuse_slip(day)
        return day
