"""What a référent answers to a report, and by what the reports of a sector are narrowed."""

from django import forms
from django.utils.translation import gettext_lazy

from reports.choices import Kind, Rejection, State
from reports.forms.texts import TextField

RELAYED_WORDS = gettext_lazy(
    "Vos mots, pas ceux de l'habitant, qui pourraient le faire reconnaître : un fait, un lieu, une heure. "
    "La police ne lit que ce texte."
)


class RelayForm(forms.Form):
    """What the police will read."""

    text = TextField(label=gettext_lazy("Texte pour la police"), help_text=RELAYED_WORDS)


class AnswerForm(forms.Form):
    """What the author will read."""

    text = TextField(label=gettext_lazy("Réponse à l'auteur"), help_text=gettext_lazy("500 signes au plus."))


NOT_CHOSEN = ("", gettext_lazy("Choisissez"))


class RejectForm(forms.Form):
    """Why a report is not followed up."""

    reason = forms.ChoiceField(label=gettext_lazy("Raison"), choices=[NOT_CHOSEN, *Rejection.choices])
    text = TextField(label=gettext_lazy("Phrase pour l'auteur"), help_text=gettext_lazy("500 signes au plus."))


class InboxFilter(forms.Form):
    """What narrows the list, as it stands in the address; what is not of the lists narrows nothing."""

    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        required=False,
        choices=[("", gettext_lazy("Tous")), *State.choices],
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"), required=False, choices=[("", gettext_lazy("Toutes")), *Kind.choices]
    )
    numero = forms.RegexField(
        label=gettext_lazy("Numéro dit à l'habitant"),
        required=False,
        regex=r"^\s*([0-9]\s*){8}$",
        error_messages={"invalid": gettext_lazy("Un numéro a huit chiffres.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
