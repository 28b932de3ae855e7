"""The file in which municipal police give their numbers of burglaries."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BurglariesForm(forms.Form):
    """A CSV or a workbook."""

    fichier = forms.FileField(
        label=_("Fichier des cambriolages"),
        help_text=_("CSV ou XLSX, avec les colonnes du modèle ; rien n'est gardé du fichier que ses nombres."),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
