"""What is said of a passage that a plan leaves out, as the hours go by."""

from collections.abc import Collection

from patrols.models import Omission
from patrols.planner import Reason
from patrols.planner.wording import describe_reason


def tell_left_out(omission: Omission, over: Collection[int]) -> str:
    """Return why a passage is left out, and what would bring it in while its crew is on its shift.

    Parameters
    ----------
    over
        The shifts that are over, by key: what the search proposed of them was true when it was saved.
    """
    return describe_reason(Reason(omission.reason)) if omission.remedy.get("shift") in over else omission.sentence
