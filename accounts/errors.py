"""What can go wrong with people, rights and sealed data, in words for the person at the screen."""


class AccountsError(Exception):
    """La demande sur les comptes ou les droits ne peut pas aboutir."""
