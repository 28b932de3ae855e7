"""What the planner found, said in French."""

import math
from collections.abc import Mapping

from patrols.planner.plan import Omission, Reason, Remedy, RemedyKind

REASONS = {
    Reason.NOTHING: "rien ne s'y oppose, et aucun calcul ne l'a placé",
    Reason.NO_TIME_LEFT: "il ne reste pas assez de temps aux équipages",
    Reason.WINDOW: "aucun équipage n'est libre aux heures où ce passage peut se faire",
    Reason.UNREACHABLE: "aucun équipage autorisé ne peut s'y rendre et en revenir",
    Reason.EXCLUDED: "aucun équipage en service n'est autorisé à y passer",
}
BOUND_BY_HOURS = (Reason.NO_TIME_LEFT, Reason.WINDOW)

OTHER_PASSAGE = "l'autre passage"

LEAST_TOLD_S = 60.0
"""Nobody moves a shift by seconds."""


def describe(
    omission: Omission,
    *,
    places: Mapping[str, str] | None = None,
    apart_s: float = 0.0,
    other: str = OTHER_PASSAGE,
) -> str:
    """Return why the visit was left out and what would bring it in, in two French sentences.

    Parameters
    ----------
    places
        What to call a visit of the plan that would give way, by its id, such as "de l'arrêt 3 de l'équipage Alpha"
        (with its preposition); its id where it is not given.
    apart_s
        How far it must be from the other passage of its home, in seconds; 0 where there is none.
    other
        What to call that passage.
    """
    reason = describe_reason(omission.reason, apart_s=apart_s, other=other)
    return f"{reason} {describe_remedy(omission.remedy, places=places)}"


def describe_reason(reason: Reason, *, apart_s: float = 0.0, other: str = OTHER_PASSAGE) -> str:
    """Return why a visit was left out, as one French sentence; `apart_s` and `other` as for `describe`."""
    words = REASONS[reason]
    if apart_s and reason in BOUND_BY_HOURS:
        words += f", {duration(apart_s)} au moins avant ou après {other} au même logement"
    return f"{words[0].upper()}{words[1:]}."


def describe_remedy(remedy: Remedy, *, places: Mapping[str, str] | None = None) -> str:
    """Return what would bring a visit in, as one French sentence; `places` as for `describe`."""
    instead = (places or {}).get(remedy.visit or "", f"du passage {remedy.visit}")
    length = duration(max(remedy.seconds, LEAST_TOLD_S))
    sentences = {
        RemedyKind.ADD: f"Il tient dans la tournée de l'équipage {remedy.crew}, telle qu'elle est.",
        RemedyKind.EXTEND_SHIFT: (
            f"Il tiendrait en prolongeant la vacation de l'équipage {remedy.crew} de {length}."
        ),
        RemedyKind.START_EARLIER: (
            f"Il tiendrait si la vacation de l'équipage {remedy.crew} commençait {length} plus tôt."
        ),
        RemedyKind.WIDEN_WINDOW: (
            f"Il tiendrait dans la tournée de l'équipage {remedy.crew} si la plage horaire du "
            f"logement {'ouvrait plus tôt' if remedy.opens else 'fermait plus tard'} de {length}."
        ),
        RemedyKind.SHORTEN_SERVICE: (
            f"Il tiendrait dans la tournée de l'équipage {remedy.crew} en restant {length} de moins sur place."
        ),
        RemedyKind.REDUCE_SEPARATION: (
            f"Il tiendrait dans la tournée de l'équipage {remedy.crew} si l'écart entre les passages du "
            f"logement était réduit de {length}."
        ),
        RemedyKind.REPLACE: f"Il tiendrait à la place {instead}.",
        RemedyKind.ALLOW_CREW: f"Il tiendrait dans la tournée de l'équipage {remedy.crew}, qui en est exclu.",
        RemedyKind.NONE: "Aucun changement simple ne le ferait entrer.",
    }
    return sentences[remedy.kind]


def duration(seconds: float) -> str:
    """Return a duration as one reads it: ``45 s``, ``7 min``, ``1 h 05``; minutes are rounded up."""
    if seconds < 60:
        return f"{math.ceil(seconds)} s"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"
