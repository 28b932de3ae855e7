"""What is kept of a home that is left: the absence, and, sealed, who lives there and how they are reached."""

from absences.models.absences import (
    MAX_PASSAGES_PER_WEEK,
    Absence,
    AbsenceQuerySet,
    AllowedHours,
    ended_before,
    is_over,
)
from absences.models.drafts import Draft
from absences.models.households import AllowedPerson, HouseholdAccess, HouseholdContacts, NameToken
from absences.models.watch import HomeCode, HomeOwner, Look, WatchConsent, Watcher

__all__ = [
    "MAX_PASSAGES_PER_WEEK",
    "Absence",
    "AbsenceQuerySet",
    "AllowedHours",
    "AllowedPerson",
    "Draft",
    "HomeCode",
    "HomeOwner",
    "HouseholdAccess",
    "HouseholdContacts",
    "Look",
    "NameToken",
    "WatchConsent",
    "Watcher",
    "ended_before",
    "is_over",
]
