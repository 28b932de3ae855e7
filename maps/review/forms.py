"""What may be asked of the review: a period, a measure, and the cut on which coverage is told."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.presentation.forms import DayInput
from maps.review.measures import BEGUN, INDICATORS
from maps.review.periods import Kind, Period
from sectors.importers.perimeter_files import MAX_BYTES


class FiguresForm(forms.Form):
    """Which period is told, among those that were published, and which measure is on the map."""

    periode = forms.ChoiceField(label=_("Période"))
    mesure = forms.ChoiceField(label=_("Sur la carte"))

    def __init__(self, data: Any, *, periods: Sequence[Period]) -> None:
        first = next((each for each in periods if each.kind is Kind.YEAR), periods[0])
        asked = {name: data[name] for name in self.base_fields if name in data}
        super().__init__({"periode": first.key, "mesure": BEGUN, **asked})
        self.fields["periode"].choices = [  # type: ignore[attr-defined]
            (kind.label, [(period.key, str(period)) for period in some])
            for kind, some in groupby(periods, key=lambda period: period.kind)
        ]
        self.fields["mesure"].choices = [  # type: ignore[attr-defined]
            (indicator.title, [(measure.key, measure.label) for measure in indicator.measures])
            for indicator in INDICATORS
            if indicator.measures
        ]


class DayForm(forms.Form):
    """The day whose perimeters are told."""

    jour = forms.DateField(label=_("Périmètres au"), required=False, widget=DayInput())

    def day(self, otherwise: dt.date) -> dt.date:
        """Return the day asked for, or another where none is, or none that can be read."""
        return (self.is_valid() and self.cleaned_data["jour"]) or otherwise


class CutForm(forms.Form):
    """Polygons that somebody gives: another cut of the ground, looked at and kept nowhere."""

    fichier = forms.FileField(
        label=_("Fichier de polygones"),
        help_text=_("GeoJSON, GeoPackage, Shapefile zippé, GPX ou KML, 8 Mio au plus ; rien n'en est gardé."),
        max_length=255,
    )

    def clean_fichier(self) -> Any:
        given = self.cleaned_data["fichier"]
        if given.size > MAX_BYTES:
            raise forms.ValidationError(_("Le fichier dépasse 8 Mio."))
        return given
