"""Days of what was signed or held: a year that cannot be is a slip of the hand."""

import datetime as dt

from django import forms
from django.utils.translation import gettext as _

from geo import french
from sectors.agreement_terms import OLDEST_DAY


def refuse_slip(day: dt.date) -> None:
    """Refuse a day before any such network was there."""
    if day < OLDEST_DAY:
        raise forms.ValidationError(
            _("Vérifiez l'année : aucun réseau de ce genre n'existait avant le %(day)s.")
            % {"day": french.day(OLDEST_DAY)}
        )
