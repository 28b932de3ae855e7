"""What can go wrong with patrols, in words for the person who can mend it."""

import datetime as dt
from collections.abc import Iterable

from geo import french


class PatrolError(Exception):
    """Base of the errors of this app; its text is shown as it is."""


class NoShift(PatrolError):
    """Aucune vacation n'est prévue ce jour."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"Aucune vacation n'est prévue le {day:%d/%m/%Y} : il n'y a pas d'équipage à qui confier une tournée. "
            "Saisissez les vacations de ce jour, puis recommencez."
        )


class DayIsOver(PatrolError):
    """Les équipages de ce jour ont tous fini."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"La journée du {french.day(day)} est finie : ses équipages sont rentrés, il n'y a plus de tournée à "
            "calculer ni à publier."
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


class PlanIsPublished(PatrolError):
    """Un plan publié ne change plus."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"La version {version} est publiée : elle ne change plus. Commencez un brouillon à partir d'elle."
        )


class PlanHasChanged(PatrolError):
    """Quelqu'un d'autre a changé le plan entre-temps."""

    def __init__(self, revision: int, changes: Iterable[str]) -> None:
        self.revision = revision
        told = " ".join(changes)
        super().__init__(
            f"Le plan a changé entre-temps : {told or 'il a été recalculé.'} Votre changement n'est pas fait : "
            "regardez le plan tel qu'il est, puis refaites-le s'il convient encore."
        )


class NewerVersion(PatrolError):
    """Une version plus récente a été publiée entre-temps."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"La version {version} a été publiée entre-temps. Regardez la différence, puis publiez de nouveau "
            "si ce plan doit la remplacer."
        )


class PlanNoLongerHolds(PatrolError):
    """Le plan ne tient plus tel quel ; il n'est pas publié."""

    def __init__(self, sentences: Iterable[str]) -> None:
        super().__init__(
            f"Le plan ne tient plus : {' '.join(sentences)} Corrigez-le, ou recalculez autour des verrous."
        )


class UnknownVisit(PatrolError):
    """Ce passage n'est pas dans le plan."""

    def __init__(self) -> None:
        super().__init__(
            "Ce passage n'est plus à faire ce jour : le logement est peut-être de nouveau habité, un passage y a "
            "déjà été fait, ou un autre équipage s'en charge. Rechargez la page."
        )


class UnknownRound(PatrolError):
    """Cet équipage n'est pas dans le plan."""

    def __init__(self) -> None:
        super().__init__("Cet équipage n'est pas dans ce plan : recalculez le plan avec sa vacation.")


class StopIsDone(PatrolError):
    """Cet arrêt est déjà fait."""

    def __init__(self) -> None:
        super().__init__(
            "Cet arrêt est déjà fait : il ne se déplace plus. Choisissez une place après les arrêts faits."
        )


class NoPlaceFor(PatrolError):
    """Aucune place ne convient au passage à ajouter."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Aucune place ne convient sans retard. {reason}".strip())


class NothingToUndo(PatrolError):
    """Aucun changement à annuler."""

    def __init__(self) -> None:
        super().__init__("Il n'y a pas de changement à annuler dans ce brouillon.")


class UnknownChange(PatrolError):
    """Le changement demandé n'existe pas."""

    def __init__(self) -> None:
        super().__init__("Ce changement n'est pas compris : rechargez la page, puis recommencez.")


class NoHome(PatrolError):
    """Aucun logement n'est à visiter ce jour."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"Aucun passage n'est dû le {day:%d/%m/%Y} : aucun logement n'est vacant, ou d'autres "
            "équipages s'en chargent déjà. Déclarez les absences de ce jour, puis recalculez."
        )


class NothingFound(PatrolError):
    """Le calcul a été arrêté avant d'avoir trouvé un plan."""

    def __init__(self) -> None:
        super().__init__("Le calcul a été arrêté avant le premier plan : il n'y a rien à garder. Relancez-le.")


class WorkerIsEnding(PatrolError):
    """La machine qui calculait s'arrête : le calcul attend de nouveau."""


class NotYourService(PatrolError):
    """Ces équipages sont ceux de l'autre service."""

    def __init__(self) -> None:
        super().__init__(
            "Ces équipages sont ceux de l'autre service : planifiez les vôtres, ou la journée commune des deux."
        )


class NoShiftChosen(PatrolError):
    """Une vacation choisie n'est pas de ce jour."""

    def __init__(self) -> None:
        super().__init__("Une des vacations choisies n'existe plus ce jour : rechargez la page et choisissez-les.")


class NoBase(PatrolError):
    """Il manque le plan dont on part."""

    def __init__(self) -> None:
        super().__init__("Il n'y a pas encore de plan à reprendre ce jour : calculez d'abord la journée entière.")


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


class PassageRefused(PatrolError):
    """Ce passage ne peut pas être enregistré ainsi ; ``field`` est le champ du formulaire en cause."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
