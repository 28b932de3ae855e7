"""The form of a shift."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patrols.models import Crew, Depot, Shift
from patrols.services.shifts import Hours, Pause, ShiftRefused

LONGEST_PAUSE_MIN = 120
PAUSE = ("pause_from", "pause_to", "pause_minutes")


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ShiftForm(forms.Form):
    """A crew, its hours, its depot and its break."""

    crew = forms.ModelChoiceField(label=_("Équipage"), queryset=Crew.objects.none(), empty_label=_("Choisissez"))
    begins = forms.TimeField(label=_("Début"), widget=TimeInput)
    ends = forms.TimeField(label=_("Fin"), widget=TimeInput, help_text=_("Avant l'heure de début : le lendemain."))
    depot = forms.ModelChoiceField(
        label=_("Poste de départ et de retour"), queryset=Depot.objects.none(), empty_label=_("Choisissez")
    )
    pause_from = forms.TimeField(label=_("Pause, au plus tôt"), widget=TimeInput, required=False)
    pause_to = forms.TimeField(label=_("Pause, commencée au plus tard"), widget=TimeInput, required=False)
    pause_minutes = forms.IntegerField(
        label=_("Durée de la pause, en minutes"), min_value=5, max_value=LONGEST_PAUSE_MIN, required=False
    )

    def __init__(self, *args: Any, crews: Iterable[Crew], depots: Iterable[Depot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["crew"].queryset = crews  # type: ignore[attr-defined]
        self.fields["depot"].queryset = depots  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A break is said whole, or not at all."""
        cleaned: dict[str, Any] = super().clean() or {}
        parts = [cleaned.get(name) for name in PAUSE if name not in self.errors]
        if any(part is not None for part in parts) and None in parts:
            self.add_error("pause_from", _("Donnez les deux heures et la durée de la pause, ou aucune des trois."))
        return cleaned

    def hours_on(self, day: dt.date) -> Hours:
        """The hours, once the form is valid."""
        said = self.cleaned_data
        pause = None
        if said["pause_minutes"]:
            pause = Pause(earliest=said["pause_from"], latest=said["pause_to"], minutes=said["pause_minutes"])
        return Hours(
            crew=said["crew"],
            day=day,
            begins=said["begins"],
            ends=said["ends"],
            start_depot=said["depot"],
            end_depot=said["depot"],
            pause=pause,
        )

    def tell(self, refusal: ShiftRefused) -> None:
        """Show a refusal at the field that it is about."""
        self.add_error(refusal.field or None, str(refusal))


class EndForm(forms.Form):
    """When a crew stops."""

    ends = forms.TimeField(label=_("S'arrête à"), widget=TimeInput)


def said_of(shift: Shift) -> dict[str, object]:
    """Return what the form of a shift shows."""
    pause = shift.breaks.first()
    local = timezone.localtime
    told: dict[str, object] = {
        "crew": shift.crew_id,
        "begins": local(shift.starts_at).time(),
        "ends": local(shift.ends_at).time(),
        "depot": shift.start_depot_id,
    }
    if pause is not None:
        told |= {
            "pause_from": local(pause.earliest_at).time(),
            "pause_to": local(pause.latest_at).time(),
            "pause_minutes": pause.duration_s // 60,
        }
    return told
