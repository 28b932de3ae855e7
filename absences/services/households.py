"""Keep who lives in a home sealed for as long as the absence, and findable by name for as long."""

from collections.abc import Collection, Iterable, Mapping

from absences.models import Absence, AllowedPerson, HouseholdAccess, HouseholdContacts, NameToken
from absences.names import fingerprint, words_of
from absences.services.declared import Allowed
from accounts import audit
from accounts.keys.current import key_store
from accounts.keys.errors import WeekDestroyed
from accounts.sealing import Week
from accounts.unsealing import unseal

ACCESS_FIELDS = HouseholdAccess.sealed_names()
CONTACT_FIELDS = HouseholdContacts.sealed_names()


def keep_household(
    absence: Absence, texts: Mapping[str, str], *, trusted_has_keys: bool, allowed: Iterable[Allowed]
) -> None:
    """Seal who lives in a home that was just declared."""
    access = HouseholdAccess(absence=absence, **_some(texts, ACCESS_FIELDS))
    contacts = HouseholdContacts(
        absence=absence, trusted_has_keys=trusted_has_keys, **_some(texts, CONTACT_FIELDS)
    )
    for row in (access, contacts):
        row.keep_until(absence.kept_until)
        row.save()
    add_allowed(absence, allowed)
    index_name(absence, texts.get("name", ""))


def amend_household(absence: Absence, texts: Mapping[str, str], *, trusted_has_keys: bool) -> None:
    """Seal anew the texts that were typed, and leave the others as they are, unread."""
    access, contacts = _rows_of(absence)
    _change(access, _given(texts, ACCESS_FIELDS))
    contacts.trusted_has_keys = trusted_has_keys
    _change(contacts, _given(texts, CONTACT_FIELDS), also={"trusted_has_keys"})
    if "name" in texts:
        index_name(absence, texts["name"])


def add_allowed(absence: Absence, allowed: Iterable[Allowed]) -> None:
    """Seal the names of people who may be inside."""
    rows = [
        AllowedPerson(
            absence=absence,
            name=each.name,
            relation=each.relation,
            weekdays=sorted(each.weekdays),
            first_day=each.first_day,
            last_day=each.last_day,
        )
        for each in allowed
    ]
    for row in rows:
        row.keep_until(absence.kept_until)
    if rows:
        AllowedPerson.objects.bulk_create(rows)


def withdraw_allowed(absence: Absence, keys: Collection[str]) -> None:
    """Forget people who may no longer be inside."""
    rows = list(absence.allowed_people.filter(pk__in=keys))
    if rows:
        audit.record(AllowedPerson.update_action(), subjects=rows, reason=audit.Reason.PATROL)
        absence.allowed_people.filter(pk__in=[row.pk for row in rows]).delete()


def follow_end(absence: Absence) -> None:
    """Let what is sealed die with the absence's new end, sooner or later than before."""
    week = str(Week.of(absence.kept_until))
    rows = [*_rows_of(absence), *absence.allowed_people.select_for_update()]
    moved = [row for row in rows if row.dies_in != week]
    for row in moved:
        row.keep_until(absence.kept_until)
        row.save(update_fields=["dies_in", "wrapped_key"])
    access = next((row for row in moved if isinstance(row, HouseholdAccess)), None)
    if access is not None:
        # Its fingerprints are made with the key of the week: the name is read once, by the house itself.
        index_name(absence, unseal(access, "name", reason=audit.Reason.UPKEEP)["name"])


def erase_household(absence: Absence) -> None:
    """Erase all that is sealed of a home, at once."""
    for rows in (HouseholdAccess, HouseholdContacts, AllowedPerson, NameToken):
        rows.objects.filter(absence=absence).delete()


def index_name(absence: Absence, name: str) -> None:
    """Make a name findable: one fingerprint a word, with the key of the week in which its row dies."""
    week = Week.of(absence.kept_until)
    key = key_store().week_index_key(week, create=True)
    NameToken.objects.filter(absence=absence).delete()
    NameToken.objects.bulk_create(
        NameToken(absence=absence, week=str(week), token=fingerprint(word, key)) for word in words_of(name)
    )


def find_by_name(commune: str, name: str) -> list[Absence]:
    """Return the listed absences of a commune whose declarant's name has all the words of ``name``; traced.

    Nothing is opened: the words are compared by their fingerprints, week by week.

    Parameters
    ----------
    name
        At least one word of two letters; without any, nothing is found.
    """
    words = words_of(name)
    of_commune = Absence.objects.listed().filter(commune=commune)
    found = of_commune.filter(pk__in=_keys_with(words)) if words else of_commune.none()
    listed = list(found.select_related("address").order_by("first_day", "pk"))
    audit.record("absence.search_by_name", kind=Absence, subjects=listed or None, reason=audit.Reason.PATROL)
    return listed


def _keys_with(words: list[str]) -> set[int]:
    weeks = NameToken.objects.values_list("week", flat=True).distinct()
    keys: set[int] = set()
    for week in weeks.order_by("week"):
        try:
            key = key_store().week_index_key(Week.parse(week))
        except WeekDestroyed:
            # Rows that the purge has held back: their words are no longer anybody's.
            continue
        by_word = [
            set(
                NameToken.objects.filter(week=week, token=fingerprint(word, key)).values_list(
                    "absence_id", flat=True
                )
            )
            for word in words
        ]
        keys |= set.intersection(*by_word)
    return keys


def _rows_of(absence: Absence) -> tuple[HouseholdAccess, HouseholdContacts]:
    """Return the two rows of a home; empty ones where nothing was said of the household yet (old declarations)."""
    access = HouseholdAccess.objects.select_for_update().filter(absence=absence).first()
    contacts = HouseholdContacts.objects.select_for_update().filter(absence=absence).first()
    rows = (access or HouseholdAccess(absence=absence), contacts or HouseholdContacts(absence=absence))
    for row in rows:
        if row._state.adding:
            for name in row.sealed_names():
                setattr(row, name, "")
            row.keep_until(absence.kept_until)
            row.save()
    return rows


def _change(
    row: HouseholdAccess | HouseholdContacts, texts: Mapping[str, str], also: Collection[str] = ()
) -> None:
    for name, text in texts.items():
        setattr(row, name, text)
    changed = {*texts, *also}
    if changed:
        row.save(update_fields=changed)


def _some(texts: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: texts.get(name, "") for name in names}


def _given(texts: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: texts[name] for name in names if name in texts}
