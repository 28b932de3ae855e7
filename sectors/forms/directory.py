"""Which sectors to list; what is asked stays in the address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sectors.models import AgreementState
from sectors.services.directory import SectorLine

WANTS_AN_ACT, NONE = "a-suivre", "aucune"
VACANT, ORPHAN = "vacants", "aucun"


class SectorFilter(forms.Form):
    """Which sectors, by where their agreement stands and how many référents they have."""

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
    referents = forms.ChoiceField(
        label=_("Référents"),
        required=False,
        choices=[("", _("Tous")), (VACANT, _("Mandat vacant")), (ORPHAN, _("Aucun référent"))],
    )

    def narrow(self, lines: list[SectorLine]) -> list[SectorLine]:
        """Keep the sectors asked for."""
        return [line for line in lines if self._has_agreement(line) and self._has_referents(line)]

    def _has_agreement(self, line: SectorLine) -> bool:
        asked = self.cleaned_data["convention"]
        return line.wants_an_act if asked == WANTS_AN_ACT else asked in ("", line.state or NONE)

    def _has_referents(self, line: SectorLine) -> bool:
        asked = self.cleaned_data["referents"]
        return not asked or (line.is_orphan if asked == ORPHAN else line.vacant_mandates > 0)
