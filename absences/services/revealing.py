"""Open what is sealed of one home, for somebody whose right it is; each field read leaves its trace."""

from dataclasses import dataclass

from absences.models import Absence, HouseholdAccess, HouseholdContacts
from accounts import audit
from accounts.unsealing import unseal, unseal_all


@dataclass(frozen=True, kw_only=True)
class Household:
    """Who lives in a home, in the clear; ``allowed`` by the key of the row. Kept by nobody beyond one answer."""

    name: str = ""
    phone: str = ""
    email: str = ""
    trusted_name: str = ""
    trusted_phone: str = ""
    access_instructions: str = ""
    allowed: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "Household(…)"


def reveal(absence: Absence) -> Household:
    """Open all that is sealed of a home, as far as the walls show it to whoever asks.

    Raises
    ------
    accounts.sealing.SealingError
        When a key is gone or a row was tampered with.
    """
    texts: dict[str, str] = {}
    for rows in (HouseholdAccess, HouseholdContacts):
        row = rows.objects.filter(absence=absence).select_related("absence").first()
        if row is not None:
            texts |= unseal(row, *row.sealed_names(), reason=audit.Reason.PATROL)
    people = list(absence.allowed_people.select_related("absence").order_by("pk"))
    names = unseal_all(people, "name", reason=audit.Reason.PATROL)
    return Household(
        **texts,
        allowed=tuple((str(person.pk), each["name"]) for person, each in zip(people, names, strict=True)),
    )
