"""What the plan page sends, read and refused in French: JSON from a script, a form without one."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from patrols.errors import UnknownChange
from patrols.models import Calculation, Crew, PlanEdit
from patrols.services.editing import Change

LONGEST_S = 300.0
DEFAULT_S = 10.0
LONGEST_DELAY_MIN = 480
MOST_SHIFTS = 100
# A form has a field for each shift, where a script sends them together.
DELAY = "delay-"
NO_CHANGES = {PlanEdit.Kind.UNDO, PlanEdit.Kind.WITHDRAW}
ACTS = [each for each in PlanEdit.Kind if each not in NO_CHANGES]


def read_body(request: HttpRequest) -> Mapping[str, Any]:
    """Return what was sent, as JSON or as a form.

    Raises
    ------
    UnknownChange
        When it is neither.
    """
    if request.content_type != "application/json":
        sent = request.POST.dict()
        delays = {name.removeprefix(DELAY): late or "0" for name, late in sent.items() if name.startswith(DELAY)}
        return {**sent, "shifts": request.POST.getlist("shifts"), "delays": delays}
    try:
        sent = json.loads(request.body)
    except ValueError as error:
        raise UnknownChange from error
    if not isinstance(sent, dict):
        raise UnknownChange
    return sent


class CalculationForm(forms.Form):
    """A calculation to ask for."""

    day = forms.DateField(
        error_messages={"invalid": _("Le jour n'est pas une date."), "required": _("Donnez le jour.")}
    )
    kind = forms.ChoiceField(choices=Calculation.Kind.choices, required=False)
    service = forms.ChoiceField(choices=[("", ""), *Crew.Service.choices], required=False)
    seconds = forms.FloatField(
        min_value=0.5,
        max_value=LONGEST_S,
        required=False,
        error_messages={
            "min_value": _("La durée du calcul doit être d'au moins une demi-seconde."),
            "max_value": _("La durée du calcul ne peut pas dépasser cinq minutes."),
            "invalid": _("La durée du calcul n'est pas un nombre de secondes."),
        },
    )
    base = forms.IntegerField(min_value=1, required=False)
    weighs_facts = forms.BooleanField(required=False)

    def __init__(self, sent: Mapping[str, Any]) -> None:
        super().__init__(dict(sent))
        self.sent = sent

    def clean(self) -> dict[str, Any]:
        """Read the shifts chosen and the delays, which are lists of numbers."""
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            cleaned["shifts"] = tuple(int(shift) for shift in self.sent.get("shifts") or ())
            delays = {int(shift): float(late) for shift, late in (self.sent.get("delays") or {}).items()}
        except (TypeError, ValueError, AttributeError) as error:
            raise forms.ValidationError(_("Les vacations ou les retards ne sont pas compris.")) from error
        if len(cleaned["shifts"]) > MOST_SHIFTS or not all(
            0 <= each <= LONGEST_DELAY_MIN for each in delays.values()
        ):
            raise forms.ValidationError(_("Un retard se donne en minutes, de 0 à 480."))
        cleaned["delays_s"] = {shift: 60.0 * late for shift, late in delays.items()}
        cleaned["kind"] = Calculation.Kind(cleaned.get("kind") or Calculation.Kind.DAY)
        cleaned["seconds"] = cleaned.get("seconds") or DEFAULT_S
        # The rest of a plan is counted as the plan was.
        cleaned["weighs_facts"] = cleaned["weighs_facts"] and cleaned["kind"] != Calculation.Kind.REST
        return cleaned


class ChangeForm(forms.Form):
    """A change of a draft."""

    act = forms.ChoiceField(choices=[(each.value, each.label) for each in ACTS])
    absence = forms.IntegerField(min_value=1)
    number = forms.IntegerField(min_value=1, max_value=2, required=False)
    shift = forms.IntegerField(min_value=1, required=False)
    place = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the passage where the change is of one, and for the round and place where it goes."""
        cleaned: dict[str, Any] = super().clean() or {}
        act = cleaned.get("act")
        whole_home = act in (PlanEdit.Kind.EXCLUDE, PlanEdit.Kind.READMIT)
        lacks_place = act == PlanEdit.Kind.MOVE and not (cleaned.get("shift") and cleaned.get("place"))
        if not self.errors and (lacks_place or not (whole_home or cleaned.get("number"))):
            raise forms.ValidationError(str(UnknownChange()))
        return cleaned

    @property
    def change(self) -> Change:
        """The change, once the form is valid."""
        asked = self.cleaned_data
        return Change(
            act=PlanEdit.Kind(asked["act"]),
            absence=asked["absence"],
            number=asked["number"] or 0,
            shift=asked["shift"],
            place=asked["place"] or 0,
        )


class RevisionForm(forms.Form):
    """Which state of a draft the person was looking at; to publish, also which version they knew of.

    ``withdraw``: the stops that are not to be made any more leave the draft first.
    """

    revision = forms.IntegerField(min_value=1)
    over = forms.IntegerField(min_value=1, required=False)
    withdraw = forms.BooleanField(required=False)
