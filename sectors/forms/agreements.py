"""An agreement as it was signed, its signed copy, and its denunciation."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from sectors.forms.past_days import refuse_slip
from sectors.forms.pdf_files import PdfField
from sectors.models import Agreement
from sectors.services.agreements import Signature

OFFICES = {
    Agreement.Party.MAYOR: gettext_lazy("Maire"),
    Agreement.Party.PREFECT: gettext_lazy("Préfet"),
    Agreement.Party.POLICE: gettext_lazy("Directeur départemental de la police nationale"),
}
PARTIES = {
    Agreement.Party.MAYOR: gettext_lazy("Pour la mairie"),
    Agreement.Party.PREFECT: gettext_lazy("Pour la préfecture"),
    Agreement.Party.POLICE: gettext_lazy("Pour la police"),
}


class SignedCopyForm(forms.Form):
    """The signed document, read to its end before it is kept."""

    copy = PdfField(
        label=gettext_lazy("Convention signée (PDF)"),
        help_text=gettext_lazy("5 Mo au plus, sans mot de passe ni fichier joint. Gardée dans la base de Ronde."),
    )


class AgreementForm(SignedCopyForm):
    """An agreement that was signed: when, from when, by whom."""

    signed_on = forms.DateField(label=gettext_lazy("Signée le"), widget=DayInput)
    first_day = forms.DateField(
        label=gettext_lazy("En vigueur à partir du"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Le jour de la signature si vous n'écrivez rien."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["copy"].required = False
        for party, words in PARTIES.items():
            self.fields[f"{party}_name"] = forms.CharField(
                label=_("%(party)s, nom et prénom") % {"party": words},
                max_length=120,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"{party}_office"] = forms.CharField(
                label=_("%(party)s, fonction") % {"party": words}, max_length=80, initial=OFFICES[party]
            )
        self.order_fields([name for name in self.fields if name != "copy"])

    def clean_signed_on(self) -> dt.date:
        """Refuse a signature to come: an agreement is recorded once it is signed."""
        signed_on: dt.date = self.cleaned_data["signed_on"]
        if signed_on > self.today:
            raise forms.ValidationError(_("Ce jour n'est pas encore venu : enregistrez la convention signée."))
        refuse_slip(signed_on)
        return signed_on

    def clean(self) -> dict[str, Any]:
        """Hold the days to their order."""
        cleaned: dict[str, Any] = super().clean() or {}
        signed_on, first_day = cleaned.get("signed_on"), cleaned.get("first_day")
        if signed_on and first_day and first_day < signed_on:
            self.add_error("first_day", _("La convention ne vaut pas avant d'être signée."))
        return cleaned

    @property
    def in_force_from(self) -> dt.date:
        """The first day, once the form is valid."""
        day: dt.date = self.cleaned_data["first_day"] or self.cleaned_data["signed_on"]
        return day

    @property
    def signatures(self) -> list[Signature]:
        """Who signed, once the form is valid."""
        given = self.cleaned_data
        return [
            Signature(party=party, office=given[f"{party}_office"], name=given[f"{party}_name"])
            for party in Agreement.Party
        ]


class DenunciationForm(forms.Form):
    """Who denounces an agreement, when, and its last day."""

    by = forms.ChoiceField(
        label=gettext_lazy("Dénoncée par"),
        choices=[("", gettext_lazy("Choisissez")), *Agreement.Party.choices],
    )
    on = forms.DateField(label=gettext_lazy("Dénoncée le"), widget=DayInput)
    last_day = forms.DateField(
        label=gettext_lazy("Dernier jour en vigueur"),
        widget=DayInput,
        help_text=gettext_lazy("Le dernier jour du terme en cours est proposé."),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> dt.date:
        """Refuse a day to come."""
        day: dt.date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(_("Ce jour n'est pas encore venu."))
        return day
