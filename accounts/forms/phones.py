"""What is a telephone number: the one rule of every field that asks for one, and of the cells of a list."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_PHONE = 30
# Ten digits from 0, or +33 and nine; from other countries as many as E.164 allows, fifteen.
_NUMBER = re.compile(r"(?:0|(?:\+|00)33)[1-9]\d{8}|(?:\+|00)(?!33)[1-9]\d{6,14}", re.ASCII)
_WITHOUT_ZERO = re.compile(r"[1-9]\d{8}", re.ASCII)
# « +33 (0)6 12 34 56 78 » writes both beginnings.
_BETWEEN_DIGITS = re.compile(r"(?<=33)\s?\(0\)|[\s.()-]")


def refuse_no_phone(typed: str) -> None:
    """Refuse what is no telephone number, as a validator of forms does.

    Raises
    ------
    ValidationError
    """
    if not _NUMBER.fullmatch(_bare(typed)):
        raise ValidationError(
            _("Écrivez un numéro de dix chiffres, par exemple 06 12 34 56 78, ou avec + ou 00 d'un autre pays.")
        )


def lacks_zero(said: str) -> bool:
    """Say whether it is a French number from which a spreadsheet took the first zero: nine digits from 1 to 9."""
    return _WITHOUT_ZERO.fullmatch(_bare(said)) is not None


def _bare(typed: str) -> str:
    return _BETWEEN_DIGITS.sub("", typed)
