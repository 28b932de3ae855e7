"""What can go wrong with people, rights and sealed data, in words for the person at the screen."""


class AccountsError(Exception):
    """La demande sur les comptes ou les droits ne peut pas aboutir."""


class InvitationNotOpen(AccountsError):
    """Ce lien d'invitation ne peut pas servir : il a déjà servi, il a expiré ou il a été remplacé."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class AppAlreadyThere(AccountsError):
    """Votre compte a déjà une application d'authentification : retirez-la avant d'en mettre une autre."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class LastSecondFactor(AccountsError):
    """Votre rôle demande une double authentification : ajoutez un autre moyen avant de retirer celui-ci."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class DeviceLabelTaken(AccountsError):
    """Un de vos appareils porte déjà ce nom : choisissez-en un autre, ou retirez d'abord l'ancien."""

    def __init__(self, label: str) -> None:
        super().__init__(self.__doc__)
        self.label = label


class UnknownDevice(AccountsError):
    """Cet appareil n'existe pas ou n'est plus enregistré."""

    def __init__(self, key: int) -> None:
        super().__init__(self.__doc__)
        self.key = key


class TokenLabelTaken(AccountsError):
    """Un jeton en service porte déjà ce nom : choisissez-en un autre, ou retirez d'abord l'ancien."""

    def __init__(self, label: str) -> None:
        super().__init__(self.__doc__)
        self.label = label


class UnknownToken(AccountsError):
    """Ce jeton n'existe pas ou a déjà été retiré."""

    def __init__(self, key: int) -> None:
        super().__init__(self.__doc__)
        self.key = key


class LoginTaken(AccountsError):
    """Cet identifiant est déjà pris : choisissez-en un autre."""

    def __init__(self, login: str) -> None:
        super().__init__(self.__doc__)
        self.login = login


class SectorHasTwoMandates(AccountsError):
    """Ce secteur a déjà deux référents ces jours-là : mettez fin à un mandat, ou choisissez d'autres jours."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class AccountNotActive(AccountsError):
    """Ce compte est désactivé : réactivez-le avant de l'inviter de nouveau."""

    def __init__(self, key: int) -> None:
        super().__init__(self.__doc__)
        self.key = key


class LastAdministrator(AccountsError):
    """Ce compte est le dernier qui administre la commune : créez-en d'abord un autre, qui se sera connecté."""

    def __init__(self, key: int) -> None:
        super().__init__(self.__doc__)
        self.key = key
