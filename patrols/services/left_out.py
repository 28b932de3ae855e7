"""What is said of a passage that a plan leaves out, as the hours go by and the plan is changed."""

from collections import Counter
from collections.abc import Collection

from patrols.models import Omission
from patrols.planner import Reason
from patrols.planner.wording import describe_reason
from patrols.services.arrangement import Arrangement, InHand


def tell_left_out(omission: Omission, over: Collection[int]) -> str:
    """Return why a passage is left out, and what would bring it in while its crew is on its shift.

    Parameters
    ----------
    over
        The shifts that are over, by key: what the search proposed of them was true when it was saved.
    """
    return describe_reason(Reason(omission.reason)) if omission.remedy.get("shift") in over else omission.sentence


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
