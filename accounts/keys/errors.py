"""What can go wrong with the keys, in words for whoever keeps them. No message carries a key."""

from pathlib import Path

from accounts.sealing.errors import SealingError


class KeysError(SealingError):
    """Les clés ne peuvent pas servir."""


class KeysMissing(KeysError):
    """Un fichier de clés manque."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Le fichier de clés {path} manque : les données scellées sont illisibles sans lui. Si Ronde est neuf "
            "ici, lancez « manage.py keys create » ; sinon remettez la copie des clés (docs/guide/cles.md), "
            "sans en créer d'autres."
        )


class KeysAlreadyThere(KeysError):
    """Des clés existent déjà dans le dossier."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Le dossier {folder} contient déjà des clés : rien n'est créé.")


class KeysOpenToOthers(KeysError):
    """D'autres comptes de la machine peuvent lire les clés."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"D'autres comptes de cette machine peuvent lire {path} : les clés ne servent pas tant que c'est "
            f"le cas. Lancez « chmod go= {path} »."
        )


class KeysUnreadable(KeysError):
    """Ronde n'a pas le droit de lire ou d'écrire les clés."""

    def __init__(self, path: Path, reason: str | None) -> None:
        super().__init__(
            f"Ronde ne peut pas ouvrir {path} ({reason or 'cause inconnue'}) : le dossier et ses fichiers doivent "
            "appartenir au compte qui fait tourner Ronde."
        )


class KeysCorrupted(KeysError):
    """Un fichier de clés est abîmé."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Le fichier de clés {path} est abîmé : remettez la copie des clés (docs/guide/cles.md). "
            "Rien n'a été changé."
        )


class WrongWrappingKey(KeysError):
    """La clé maîtresse n'ouvre pas les clés des semaines."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"La clé maîtresse n'ouvre pas {path} : les deux fichiers ne viennent pas de la même copie. Remettez "
            "les deux fichiers d'une même copie."
        )


class WeekDestroyed(KeysError):
    """La clé d'une semaine a été détruite : ce qu'elle scellait est effacé."""

    def __init__(self, week: str) -> None:
        super().__init__(
            f"La clé de la semaine {week} a été détruite à la fin de la durée de conservation : ce qu'elle "
            "scellait est effacé et ne peut pas être retrouvé."
        )


class WeekUnknown(KeysError):
    """Aucune clé n'existe pour une semaine."""

    def __init__(self, week: str) -> None:
        super().__init__(
            f"Aucune clé n'existe pour la semaine {week} : le dossier des clés est plus ancien que la base, ou "
            "celui d'une autre installation. Remettez la dernière copie des clés."
        )
