"""Which sectors to list; what is asked stays in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sectors.models import AgreementState
from sectors.services.directory import SectorLine

WANTS_AN_ACT, NONE = "a-suivre", "aucune"


class SectorFilter(forms.Form):
    """Which sectors, by where their agreement stands."""

    convention = forms.ChoiceField(
        label=_("Convention"),
        required=False,
        choices=[
            ("", _("Toutes")),
            (WANTS_AN_ACT, _("À suivre")),
            (NONE, _("Aucune")),
            *AgreementState.choices,
        ],
    )

    def narrow(self, lines: list[SectorLine]) -> list[SectorLine]:
        """Keep the sectors asked for."""
        asked = self.cleaned_data["convention"]
        if asked == WANTS_AN_ACT:
            return [line for line in lines if line.wants_an_act]
        return [line for line in lines if asked in ("", line.state or NONE)]
