"""Which part of the audit chain to show; what is asked stays in the address, where references alone may stand."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.audit.wording import KINDS
from accounts.presentation.forms import DayInput

# What a key of the database can be.
LARGEST_KEY = 2**63 - 1
A_WEEK = dt.timedelta(days=6)
LONGEST = dt.timedelta(days=366)
ROW = re.compile(r"([a-z]+\.[a-z]+):([0-9a-fA-FW-]{1,36})")


class JournalFilter(forms.Form):
    """Days, outcome, one account; without days, the last seven."""

    du = forms.DateField(label=_("Du"), required=False, widget=DayInput)
    au = forms.DateField(label=_("Au"), required=False, widget=DayInput)
    issue = forms.ChoiceField(
        label=_("Issue"),
        required=False,
        choices=[("", _("Toutes")), ("done", _("Fait")), ("refused", _("Refusé"))],
    )
    compte = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    objet = forms.RegexField(ROW, required=False, widget=forms.HiddenInput)

    @classmethod
    def read(cls, query: QueryDict) -> "JournalFilter":
        """Read what the address asks for, with the last seven days in place of days that it leaves out."""
        asked = query.dict()
        if not (asked.get("du") or asked.get("au")):
            today = timezone.localdate()
            asked |= {"du": (today - A_WEEK).isoformat(), "au": today.isoformat()}
        return cls(cls._rewrite(asked))

    @classmethod
    def _rewrite(cls, asked: dict[str, Any]) -> dict[str, Any]:
        return asked

    def clean(self) -> dict[str, Any]:
        """Fill in the days and refuse those that are in the wrong order or too many."""
        cleaned: dict[str, Any] = super().clean() or {}
        last = cleaned.get("au") or timezone.localdate()
        first = cleaned.get("du") or last - A_WEEK
        if first > last:
            raise forms.ValidationError(_("Le premier jour vient après le dernier : inversez-les."))
        if last - first > LONGEST:
            raise forms.ValidationError(_("Demandez un an au plus à la fois."))
        return {**cleaned, "first_day": first, "last_day": last}


class FullJournalFilter(JournalFilter):
    """The same for whoever reads the rows: what the acts were about, and which one."""

    sur = forms.ChoiceField(
        label=_("Sur"),
        required=False,
        choices=[("", _("Tout")), *((kind, capfirst(one)) for kind, (one, _several) in KINDS.items())],
    )
    numero = forms.IntegerField(label=_("Numéro"), required=False, min_value=1, max_value=LARGEST_KEY)
    field_order = ("du", "au", "sur", "numero", "issue")

    @classmethod
    def _rewrite(cls, asked: dict[str, Any]) -> dict[str, Any]:
        """Show in the fields the row that a link of the list names."""
        found = ROW.fullmatch(asked.get("objet", ""))
        if found and found[1] in KINDS and found[2].isdecimal() and not asked.get("numero"):
            rest = {name: value for name, value in asked.items() if name != "objet"}
            return {**rest, "sur": found[1], "numero": found[2]}
        return asked

    def clean(self) -> dict[str, Any]:
        """Refuse a number alone: a home and an account may bear the same."""
        cleaned = super().clean()
        if cleaned.get("numero") and not cleaned.get("sur") and not self.has_error("sur"):
            self.add_error("sur", _("Dites de quoi c'est le numéro."))
        return cleaned

    @property
    def kind(self) -> str:
        """The kind of rows asked for, empty for all."""
        return self.row[0] if self.row else str(self.cleaned_data["sur"])

    @property
    def row(self) -> tuple[str, str] | None:
        """The row asked for, by kind and key."""
        if number := self.cleaned_data["numero"]:
            return self.cleaned_data["sur"], str(number)
        found = ROW.fullmatch(self.cleaned_data.get("objet") or "")
        return (found[1], found[2]) if found else None
