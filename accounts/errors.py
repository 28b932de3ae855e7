"""What can go wrong with people, rights and sealed data, in words for the person at the screen."""


class AccountsError(Exception):
    """La demande sur les comptes ou les droits ne peut pas aboutir."""


class InvitationNotOpen(AccountsError):
    """Ce lien d'invitation ne peut pas servir : il a déjà servi, il a expiré ou il a été remplacé."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)
