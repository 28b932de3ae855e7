"""When a crew passed, as those may know it who could guess its next hours from the last ones: a half-day."""

import datetime as dt
from enum import IntEnum

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOON = dt.time(12)


class Half(IntEnum):
    """A half of a day in local time, in order; an evening is of the second one, the small hours of the first."""

    BEFORE_NOON = 0
    AFTER_NOON = 1

    @property
    def label(self) -> str | Promise:
        return _LABELS[self]


_LABELS = {Half.BEFORE_NOON: _("entre minuit et midi"), Half.AFTER_NOON: _("entre midi et minuit")}


def half_day_of(moment: dt.datetime) -> tuple[dt.date, Half]:
    """Return the local day of an aware moment and the half of that day."""
    local = timezone.localtime(moment)
    return local.date(), Half.BEFORE_NOON if local.time() < NOON else Half.AFTER_NOON
