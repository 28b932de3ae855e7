"""What is said of a passage that a plan leaves out, as the hours go by and the plan is changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from absences.models import Absence
from patrols.models import Omission
from patrols.services.arrangement import Arrangement, InHand


class AtAddress(Protocol):
    """What a page knows of a home."""

    @property
    def absence(self) -> Absence: ...


def tell_left_out(
    omission: Omission, over: Collection[int], *, homes: Mapping[int, AtAddress], rivals: int = 0
) -> str:
    """Return why a passage is left out, and what would bring it in while its crew is on its shift.

    A stop that it would take the place of is named by its address too: only here, for what is saved also ends in
    messages.

    Parameters
    ----------
    over
        The shifts that are over, by key: what the search proposed of them was true when it was saved.
    homes
        Those of the plan, by absence.
    rivals
        How many others were given the place of the same stop.
    """
    if omission.remedy.get("shift") in over:
        return f"{omission.sentence.partition('. ')[0].removesuffix('.')}."
    given_up = homes.get(omission.remedy.get("absence") or 0)
    if given_up is None:
        return omission.sentence
    return f"{omission.sentence.removesuffix('.')} ({given_up.absence.address}).{_tell_rivals(rivals)}"


def count_rivals(omissions: Iterable[Omission]) -> dict[int, int]:
    """Return how many others were given the place of the same stop, by the key of each passage left out.

    Each advice is worked out alone: once it is followed, the stop is gone and the others' place with it.
    """
    visits = {omission.pk: omission.remedy.get("visit") for omission in omissions}
    wanted = Counter(visit for visit in visits.values() if visit)
    return {key: wanted[visit] - 1 if visit else 0 for key, visit in visits.items()}


def _tell_rivals(rivals: int) -> str:
    if not rivals:
        return ""
    if rivals == 1:
        return " Un autre passage a reçu le même conseil : il ne vaut que pour l'un des deux."
    return f" {rivals} autres passages ont reçu le même conseil : il ne vaut que pour l'un d'eux."


def tells_what_is_left_out(in_hand: InHand, arrangement: Arrangement) -> bool:
    """Say whether a plan tells already why an arrangement of it leaves out what it does.

    So it does where nothing but locks were added, of stops that no advice would give up, and the same homes are
    owed as when it was told.
    """
    saved, omissions = in_hand.saved, in_hand.plan.omissions.all()
    if arrangement.unlocked() != saved.unlocked() or saved.locked.keys() - arrangement.locked.keys():
        return False
    locked = {in_hand.day.visits[visit].absence.pk for visit in arrangement.locked.keys() - saved.locked.keys()}
    placed = {stop.visit for stops in arrangement.rounds.values() for stop in stops}
    owed = [due.absence.pk for visit, due in in_hand.day.visits.items() if visit not in placed]
    owed += [aside.visit.absence.pk for aside in in_hand.day.set_aside]
    is_owed_the_same = Counter(owed) == Counter(omission.absence_id for omission in omissions)
    return is_owed_the_same and not any(omission.remedy.get("absence") in locked for omission in omissions)
