"""Who an account belongs to: asked of whoever creates it, and of its holder."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.phones import LONGEST_PHONE, refuse_no_phone

LONGEST_NAME, LONGEST_EMAIL = 120, 254


class HolderForm(forms.Form):
    """Name, phone and e-mail address of an account's holder; sealed as soon as they are sent."""

    name = forms.CharField(
        label=_("Nom et prénom"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Téléphone"),
        required=False,
        max_length=LONGEST_PHONE,
        validators=[refuse_no_phone],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        required=False,
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
