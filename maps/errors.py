"""What can go wrong when a plan leaves the house, in words for the person who can mend it."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from geo import french


class MapsError(Exception):
    """Base of the errors of this app; its text is shown as it is."""


class UnknownPlan(MapsError):
    """Le plan demandé n'existe pas."""

    def __init__(self, plan_id: int) -> None:
        super().__init__(f"Le plan {plan_id} n'existe pas. Vérifiez son numéro, ou donnez le jour avec --date.")
        self.plan_id = plan_id


class UnknownVersion(MapsError):
    """Ce jour n'a pas de plan de ce numéro."""

    def __init__(self, day: dt.date, number: int) -> None:
        super().__init__(f"Le {french.day(day)} n'a pas de plan n° {number}. Revenez au dernier plan du jour.")


class CrewNotInPlan(MapsError):
    """L'équipage demandé n'a pas de tournée dans ce plan."""

    def __init__(self, names: Iterable[str], known: Iterable[str]) -> None:
        wanted = ", ".join(f"« {name} »" for name in names)
        listed = ", ".join(f"« {name} »" for name in known) or "aucun"
        super().__init__(f"Pas de tournée pour {wanted} dans ce plan. Équipages du plan : {listed}.")


class EmptyPlan(MapsError):
    """Le plan ne compte aucune tournée."""

    def __init__(self, plan_id: int) -> None:
        super().__init__(
            f"Le plan {plan_id} ne compte aucune tournée : il n'y a pas de fichier par équipage à écrire. "
            "Exportez-le en geojson, ou recalculez-le avec des équipages en service."
        )
        self.plan_id = plan_id


class NotWritable(MapsError):
    """Le fichier ne peut pas être écrit à l'endroit demandé."""

    def __init__(self, place: Path, cause: OSError) -> None:
        super().__init__(
            f"Impossible d'écrire dans « {place} » : {cause.strerror or cause}. Rien n'a été modifié. "
            "Choisissez un dossier où vous avez le droit d'écrire."
        )
        self.place = place


class AssetMissing(MapsError):
    """Un fichier nécessaire à la carte n'a pas été construit."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Le fichier « {name} » manque : les fichiers de l'interface ne sont pas construits. "
            "Lancez script/demo, ou « npm ci && npm run build » dans frontend/."
        )
        self.name = name


class UnknownGuidePage(MapsError):
    """Le guide n'a pas de page de ce nom."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Le guide n'a pas de page « {name} ». Ouvrez-le par le lien « Aide ».")
        self.name = name


class QueryRefused(MapsError):
    """Un outil demande quelque chose que le service ne comprend pas."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"Paramètre « {parameter} » : {reason}")
        self.parameter = parameter


class NotPublished(MapsError):
    """Le bilan de cette année n'est pas publié."""

    def __init__(self, year: int) -> None:
        super().__init__(f"Le bilan de {year} n'est pas publié. Il l'est trois jours après la fin de l'année.")
        self.year = year
