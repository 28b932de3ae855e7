"""What can go wrong with patrols, in words for the person who can mend it."""

import datetime as dt
from collections.abc import Iterable


class PatrolError(Exception):
    """Base of the errors of this app; its text is shown as it is."""


class NoShift(PatrolError):
    """Aucune vacation n'est prévue ce jour."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"Aucune vacation n'est prévue le {day:%d/%m/%Y} : il n'y a pas d'équipage à qui confier une tournée. "
            "Saisissez les vacations de ce jour, puis recommencez."
        )


class UnknownCrew(PatrolError):
    """Un équipage demandé n'est pas de service ce jour."""

    def __init__(self, names: Iterable[str], on_shift: Iterable[str]) -> None:
        super().__init__(
            f"Pas de vacation ce jour pour : {', '.join(names)}. Équipages de service : {', '.join(on_shift)}."
        )


class DepotTooFarFromStreet(PatrolError):
    """Un dépôt est trop loin de toute rue."""

    def __init__(self, depot: str, distance: str, mode: str) -> None:
        super().__init__(
            f"Le dépôt « {depot} » est à {distance} de toute rue ({mode}). Corrigez sa position, ou importez un "
            "extrait OpenStreetMap qui couvre ce lieu."
        )


class PlanBreaksRules(PatrolError):
    """Le plan calculé enfreint une règle ; il n'est pas enregistré."""

    def __init__(self, violations: Iterable[str]) -> None:
        super().__init__(
            "Le plan calculé enfreint une règle et n'est pas enregistré. Signalez ce défaut du calcul avec le "
            f"message suivant : {' '.join(violations)}"
        )


class NoPlan(PatrolError):
    """Aucun plan n'est enregistré."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"Aucun plan n'est enregistré pour le {day:%d/%m/%Y}. Calculez-le : "
            f".venv/bin/python manage.py plan_patrols --date {day.isoformat()}"
        )


class UnreadableBatch(PatrolError):
    """L'envoi du téléphone n'a pas la forme attendue."""

    def __init__(self) -> None:
        super().__init__(
            "L'envoi n'a pas la forme attendue, et rien n'en a été enregistré. Mettez la page de la tournée à "
            "jour, puis renvoyez : ce qui attend reste sur le téléphone."
        )


class UnreadableEntry(PatrolError):
    """Un passage ou un appel n'a pas la forme attendue."""
