"""A meeting of a sector, and its minutes."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from sectors.forms.past_days import refuse_slip
from sectors.forms.pdf_files import PdfField
from sectors.services.referents import MANDATES

MOST_PRESENT = 2_000


class MinutesForm(forms.Form):
    """The minutes of a meeting, read to their end before they are kept."""

    content = PdfField(
        label=gettext_lazy("Compte rendu (PDF)"),
        help_text=gettext_lazy("5 Mo au plus, sans mot de passe ni fichier joint. Gardé dans la base de Ronde."),
    )


class MeetingForm(forms.Form):
    """When and where a sector met, and how many came."""

    held_on = forms.DateField(label=gettext_lazy("Jour de la réunion"), widget=DayInput)
    place_name = forms.CharField(
        label=gettext_lazy("Lieu"),
        max_length=80,
        help_text=gettext_lazy("Un lieu public, comme « Maison de quartier » ; jamais le domicile de quelqu'un."),
    )
    present = forms.IntegerField(
        label=gettext_lazy("Nombre de présents, référents compris"), min_value=1, max_value=MOST_PRESENT
    )
    referents_present = forms.IntegerField(
        label=gettext_lazy("Dont référents du secteur"),
        min_value=0,
        max_value=MANDATES,
        error_messages={"max_value": gettext_lazy("Un secteur a deux référents au plus : comptez les siens.")},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_held_on(self) -> dt.date:
        """Refuse a day to come: a meeting is noted once it was held."""
        day: dt.date = self.cleaned_data["held_on"]
        if day > self.today:
            raise forms.ValidationError(_("Ce jour n'est pas encore venu : notez la réunion une fois tenue."))
        refuse_slip(day)
        return day

    def clean(self) -> dict[str, Any]:
        """Count the référents among those present."""
        cleaned: dict[str, Any] = super().clean() or {}
        present, referents = cleaned.get("present"), cleaned.get("referents_present")
        if present is not None and referents is not None and referents > present:
            self.add_error("referents_present", _("Les référents sont comptés parmi les présents."))
        return cleaned
