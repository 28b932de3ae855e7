"""What can go wrong with the ground data, in words for the person who brought the file."""

from collections.abc import Sequence
from pathlib import Path

from geo import french


class GeoError(Exception):
    """Les données du territoire ne peuvent pas être importées."""


class InvalidFile(GeoError):
    """Le fichier ne peut pas être importé."""

    def __init__(self, file: Path, problem: str, *, where: str = "", remedy: str = "") -> None:
        self.file, self.problem, self.where, self.remedy = file, problem, where, remedy
        place = f", {where}" if where else ""
        advice = f" {remedy}" if remedy else ""
        super().__init__(f"« {file.name} »{place} : {problem}{advice} La base de données n'a pas changé.")


class UnknownCommune(GeoError):
    """La commune n'est pas dans la base."""

    def __init__(self, insee_code: str) -> None:
        self.insee_code = insee_code
        super().__init__(
            f"La commune {insee_code} n'est pas dans la base. Importez d'abord son contour : "
            ".venv/bin/python manage.py import_boundaries FICHIER --communes"
        )


class CommuneNotChosen(GeoError):
    """La commune à traiter n'est pas précisée."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = tuple(known)
        super().__init__(
            f"Plusieurs communes sont dans la base ({', '.join(known)}). "
            "Précisez la vôtre avec --commune CODE_INSEE."
            if known
            else "Aucune commune n'est dans la base. Importez d'abord son contour : "
            ".venv/bin/python manage.py import_boundaries FICHIER --communes"
        )


class TooManyRemovals(GeoError):
    """Le fichier ferait disparaître trop de données."""

    def __init__(self, file: Path, label: str, removed: int, existing: int) -> None:
        self.removed, self.existing = removed, existing
        super().__init__(
            f"« {file.name} » ferait disparaître {french.whole(removed)} des {french.whole(existing)} {label} de "
            "la commune : il est sans doute tronqué, ou ne couvre pas la commune. "
            "La base de données n'a pas changé. Si c'est bien voulu, ajoutez --accept-removals."
        )


class UnknownDepartment(GeoError):
    """Le département de la commune n'existe pas."""

    def __init__(self, insee_code: str) -> None:
        self.insee_code = insee_code
        super().__init__(
            f"« {insee_code} » n'est pas le code INSEE d'une commune française (cinq caractères, comme 26362)."
        )


class DownloadFailed(GeoError):
    """Le téléchargement n'a pas abouti."""

    def __init__(self, label: str, url: str, problem: str, remedy: str) -> None:
        self.label, self.url, self.problem = label, url, problem
        super().__init__(f"Téléchargement de « {label} » impossible depuis {url} : {problem} {remedy}")
