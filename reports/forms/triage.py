"""What the police say of a relayed report, and by what their list is narrowed."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from geo.models import Commune
from reports.choices import WITH_POLICE, Category, Kind, State
from reports.forms.received import NOT_CHOSEN, RejectForm
from reports.forms.texts import TextField
from reports.models.reports import ReportQuerySet
from sectors.models import Sector

FOR_REFERENT = gettext_lazy("500 signes au plus ; l'auteur ne le lit pas.")


class CategoryForm(forms.Form):
    """What it is taken for."""

    category = forms.ChoiceField(label=gettext_lazy("Qualification"), choices=[NOT_CHOSEN, *Category.choices])


class CloseForm(CategoryForm):
    """What it was taken for, and a sentence that may be left out."""

    text = TextField(label=gettext_lazy("Réponse au référent"), help_text=FOR_REFERENT, required=False)


class ReplyForm(forms.Form):
    """What the référent will read."""

    text = TextField(label=gettext_lazy("Réponse au référent"), help_text=FOR_REFERENT)


class DismissForm(RejectForm):
    """Why it is not followed up, and a sentence of the police."""

    text = TextField(label=gettext_lazy("Phrase pour le référent"), help_text=FOR_REFERENT)


class TriageFilter(forms.Form):
    """What narrows the list and the map, as it stands in the address; what is not of the lists narrows nothing."""

    secteur = forms.ModelChoiceField(
        label=gettext_lazy("Secteur du référent"),
        required=False,
        queryset=Sector.objects.none(),
        empty_label=gettext_lazy("Tous"),
    )
    etat = forms.ChoiceField(
        label=gettext_lazy("État"),
        required=False,
        choices=[
            ("", gettext_lazy("Tous")),
            *((state, state.label) for state in (*WITH_POLICE, State.REJECTED)),
        ],
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("Nature"), required=False, choices=[("", gettext_lazy("Toutes")), *Kind.choices]
    )
    attente = forms.TypedChoiceField(
        label=gettext_lazy("Sans réponse"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", gettext_lazy("Tous")),
            (1, gettext_lazy("depuis 1 jour")),
            (3, gettext_lazy("depuis 3 jours")),
            (7, gettext_lazy("depuis 7 jours")),
        ],
    )
    patrouille = forms.BooleanField(label=gettext_lazy("Passage demandé"), required=False)

    def __init__(self, data: Any, *, commune: Commune) -> None:
        super().__init__(data, auto_id="%s")
        self.fields["secteur"].queryset = Sector.objects.filter(commune=commune).order_by("number")  # type: ignore[attr-defined]
        self.is_valid()

    def narrow(self, reports: ReportQuerySet, *, now: dt.datetime) -> ReportQuerySet:
        """Return the reports that are asked for."""
        asked = self.cleaned_data
        if asked.get("secteur"):
            reports = reports.filter(sector=asked["secteur"])
        if asked.get("etat"):
            reports = reports.filter(state=asked["etat"])
        if asked.get("nature"):
            reports = reports.filter(kind=asked["nature"])
        if asked.get("attente"):
            reports = reports.without_answer_since(now - dt.timedelta(days=asked["attente"]))
        if asked.get("patrouille"):
            reports = reports.wishing_patrol()
        return reports
