"""What the desk fills in about a passage: as it is told by radio, and as it is corrected."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from absences.models import Absence
from accounts.presentation.forms import DayInput
from patrols.errors import PassageRefused
from patrols.forms.shifts import TimeInput
from patrols.models import CallAttempt, Check, Crew, MissedStop, Passage, PassageAmendment, Stop
from patrols.models.passages import LONGEST_NOTE
from patrols.services.desk.finding import Finding
from patrols.services.desk.recording import ToldPassage
from patrols.services.desk.set_aside import DISMISSALS

ALL_WELL = Passage.Result.NOTHING_TO_REPORT.value
# One list, so that « all is well » and an anomaly cannot both be said.
FOUND = [(ALL_WELL, _("Rien à signaler (RAS)")), *Passage.Anomaly.choices]


class FindingForm(forms.Form):
    """What was found."""

    found = forms.ChoiceField(label=_("Constat"), choices=FOUND, widget=forms.RadioSelect)
    wrong = forms.MultipleChoiceField(
        label=_("Points en cause"), choices=Check.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Where all was well, nothing is wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("found") == ALL_WELL and cleaned.get("wrong"):
            self.add_error(
                "wrong", _("Avec « RAS », aucun point n'est en cause : décochez-les, ou dites l'anomalie.")
            )
        return cleaned

    def finding(self) -> Finding:
        """What was found, once the form is valid."""
        found, wrong = self.cleaned_data["found"], self.cleaned_data["wrong"]
        return Finding(
            anomaly="" if found == ALL_WELL else found,
            wrong=tuple(check for check in Check.values if check in wrong),
        )

    def tell(self, refusal: PassageRefused) -> None:
        """Show a refusal at the field that it is about."""
        self.add_error(refusal.field or None, str(refusal))


class RadioForm(FindingForm):
    """A passage as a crew tells it: who, when, what was found."""

    field_order = ("reference", "crew", "day", "hour", "found", "wrong", "note", "confirmed")

    reference = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    crew = forms.ModelChoiceField(label=_("Équipage"), queryset=Crew.objects.none(), empty_label=_("Choisissez"))
    day = forms.DateField(label=_("Jour du passage"), widget=DayInput)
    hour = forms.TimeField(label=_("Heure du passage"), widget=TimeInput)
    note = forms.CharField(
        label=_("Note courte"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=_("Scellée. Ni nom, ni plaque."),
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 3}),
    )
    confirmed = forms.BooleanField(
        label=_("C'est un autre passage"), required=False, widget=forms.HiddenInput, initial=False
    )

    def __init__(self, *args: Any, crews: QuerySet[Crew], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crew"].queryset = crews  # type: ignore[attr-defined]
        if self.is_bound and self.data.get("confirmed") == "on":
            self._show_confirmation()

    def told(self, absence: Absence, stop: Stop | None) -> ToldPassage:
        """What is told, once the form is valid; ``stop`` counts where it is that of the crew chosen."""
        said = self.cleaned_data
        reference: UUID = said["reference"]
        is_its_stop = stop is not None and stop.route.shift.crew_id == said["crew"].pk
        return ToldPassage(
            reference=reference,
            absence=absence,
            crew=said["crew"],
            stop=stop if is_its_stop else None,
            done_at=timezone.make_aware(dt.datetime.combine(said["day"], said["hour"])),
            finding=self.finding(),
            note=said["note"].strip(),
        )

    def tell(self, refusal: PassageRefused) -> None:
        """Show a refusal, and the box by which it is overcome where there is one."""
        if refusal.field == "confirmed":
            self._show_confirmation()
        super().tell(refusal)

    def _show_confirmation(self) -> None:
        self.fields["confirmed"].widget = forms.CheckboxInput()


class AmendForm(FindingForm):
    """What a passage should say, and why; ``read_as_of`` is the last correction that its reader has seen."""

    field_order = ("read_as_of", "found", "wrong", "why")

    why = forms.ChoiceField(
        label=_("Motif de la correction"), choices=[("", _("Choisissez")), *PassageAmendment.Why.choices]
    )
    read_as_of = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_read_as_of(self) -> dt.datetime | None:
        """A moment, or none; what is neither is another's form."""
        said = self.cleaned_data["read_as_of"]
        try:
            return dt.datetime.fromisoformat(said) if said else None
        except ValueError as error:
            raise forms.ValidationError(_("Rechargez la page, puis corrigez.")) from error


class TwiceForm(forms.Form):
    """Whether two passages that were joined are one visit, told twice, or two."""

    ONE, TWO = "one", "two"

    visits = forms.ChoiceField(choices=[(ONE, _("Un seul passage")), (TWO, _("Deux passages"))])


class JoinForm(forms.Form):
    """Which passage tells the same visit as one that stands by itself."""

    other = forms.ModelChoiceField(queryset=Passage.objects.none())

    def __init__(self, *args: Any, alike: QuerySet[Passage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = alike  # type: ignore[attr-defined]


class MissedForm(forms.Form):
    """Why nobody passed at a stop that the plan took for made."""

    why = forms.ChoiceField(label=_("Motif"), choices=[("", _("Choisissez")), *MissedStop.Why.choices])


class DismissalForm(forms.Form):
    """Why nothing is kept of what a phone sent."""

    settlement = forms.ChoiceField(label=_("Suite donnée"), choices=[("", _("Choisissez")), *DISMISSALS])


class OutcomeForm(forms.Form):
    """How a call ended."""

    call = forms.CharField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(choices=CallAttempt.Outcome.choices)
