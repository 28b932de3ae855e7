"""What can go wrong with a seal. No message carries a value, a key or a sealed text."""

from accounts.errors import AccountsError


class SealingError(AccountsError):
    """Des données scellées ne peuvent pas être lues ou écrites."""


class SealBroken(SealingError):
    """Un texte scellé a été modifié, tronqué ou déplacé depuis une autre ligne : il ne sera pas montré."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} : le texte scellé a été modifié, tronqué ou déplacé ; il ne sera pas montré. "
            "Reprenez cette ligne dans une sauvegarde et prévenez le DPO."
        )


class KeyDoesNotOpen(SealingError):
    """La clé d'une ligne ne s'ouvre pas avec la clé de sa semaine."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} : la clé de la ligne ne s'ouvre pas avec la clé de sa semaine. Le dossier des clés est "
            "celui d'une autre installation, ou la ligne a été modifiée : vérifiez RONDE_KEYS, puis les "
            "sauvegardes."
        )


class UnknownSealVersion(SealingError):
    """Un texte scellé est d'un format inconnu."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} : format de scellement inconnu. La ligne a été écrite par une version plus récente de "
            "Ronde, ou elle a été modifiée."
        )


class KeyBroken(SealingError):
    """Une clé n'a pas la longueur attendue."""

    def __init__(self) -> None:
        super().__init__("Une clé doit compter 32 octets : le fichier de clés est abîmé.")


class NotAWeek(SealingError):
    """Une semaine s'écrit comme 2027-W14."""

    def __init__(self) -> None:
        super().__init__("Une semaine s'écrit comme 2027-W14, et doit exister dans le calendrier.")
