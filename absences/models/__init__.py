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

__all__ = [
    "MAX_PASSAGES_PER_WEEK",
    "Absence",
    "AbsenceQuerySet",
    "AllowedHours",
    "AllowedPerson",
    "Draft",
    "HouseholdAccess",
    "HouseholdContacts",
    "NameToken",
    "ended_before",
    "is_over",
]
