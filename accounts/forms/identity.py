"""Who an account belongs to: asked of whoever creates it, and of its holder."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

LONGEST_NAME, LONGEST_PHONE, LONGEST_EMAIL = 120, 30, 254
# From nine digits, as everywhere a call may come from.
PHONE_PATTERN = r"^(?=(?:\D*\d){9,15}\D*$)\+?[0-9][0-9 .()-]{5,28}$"


class HolderForm(forms.Form):
    """Name, phone and e-mail address of an account's holder; sealed as soon as they are sent."""

    name = forms.CharField(
        label=_("Nom et prénom"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Téléphone"),
        required=False,
        max_length=LONGEST_PHONE,
        validators=[RegexValidator(PHONE_PATTERN, _("Écrivez un numéro, par exemple 04 75 00 00 00."))],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        required=False,
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
