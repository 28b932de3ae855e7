"""What can go wrong with the registry of absences, in words for the person at the screen."""


class AbsencesError(Exception):
    """La demande sur un logement vacant ne peut pas aboutir."""


class OutsideCommune(AbsencesError):
    """Ce point est hors de la commune : choisissez une adresse de la commune, ou ramenez-y le repère."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class AlreadyOver(AbsencesError):
    """Ces jours sont déjà passés : une absence se déclare pour aujourd'hui ou plus tard."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class ChangedMeanwhile(AbsencesError):
    """Quelqu'un d'autre a modifié cette fiche entre-temps : rien n'est enregistré et votre saisie est gardée."""

    def __init__(self, key: int) -> None:
        super().__init__(self.__doc__)
        self.key = key


class NotNow(AbsencesError):
    """Ce changement n'est pas possible dans l'état où se trouve la fiche."""

    def __init__(self, why: str) -> None:
        super().__init__(why)


class UnreadableList(AbsencesError):
    """La liste ne peut pas être lue."""

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        place = f"{where} : " if where else ""
        super().__init__(f"{place}{problem[:1].upper()}{problem[1:]} {remedy}".strip())


class CodeNotOpen(AbsencesError):
    """Ce code n'ouvre rien : il a déjà servi, il a expiré, ou il est mal recopié. La police en remet un autre."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NotEntrustable(AbsencesError):
    """Ce logement ne peut pas être confié ces jours-là : l'absence est finie, ou aucun secteur ne le couvre."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class UnreadableLooks(AbsencesError):
    """Ce que le téléphone envoie ne se lit pas."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)
