"""What a password must not be, beside Django's own rules: endless, among the commonest in France, or a pattern."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Account

LONGEST = 128  # signs; hashing more costs time and protects no better
FEWEST_SIGNS = 5  # different ones
LONGEST_RUN = 5  # signs that follow each other on a keyboard, in the alphabet or among the digits
KEYBOARD = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm")
ALPHABET, DIGITS = "abcdefghijklmnopqrstuvwxyz", "01234567890"
RUNS = (*KEYBOARD, ALPHABET, DIGITS)
NOT_LETTERS_AROUND = re.compile(r"^[^a-z]+|[^a-z]+$")
LOOK_ALIKE = str.maketrans("0134578@$!", "oieastbasi")
# What people in France try first, and the words of this trade, in lower case and without accents. One of them, or
# some in a row, is no password whatever digits and signs are about it.
# fmt: off
COMMON_WORDS = frozenset((
    "motdepasse", "mot", "de", "passe", "password", "pass", "mdp", "secret", "code", "acces", "connexion",
    "compte", "bonjour", "bonsoir", "salut", "coucou", "bienvenue", "merci", "soleil", "chocolat", "amour",
    "jetaime", "je", "taime", "mon", "ma", "mes", "le", "la", "les", "un", "une", "moncoeur", "coeur", "cheri",
    "cherie", "doudou", "loulou", "chouchou", "princesse", "papillon", "poussin", "nounours", "tigrou", "minou",
    "chat", "chaton", "chien", "cheval", "licorne", "maison", "maman", "papa", "famille", "vacances",
    "doudoune", "caramel", "vanille", "france", "paris", "marseille", "lyon", "toulouse", "nantes", "bordeaux",
    "lille", "bretagne", "football", "foot", "rugby", "olympique", "om", "psg", "zidane", "nicolas", "thomas",
    "julien", "camille", "marine", "juliette", "alexandre", "sebastien", "stephane", "isabelle", "nathalie",
    "caroline", "azerty", "qwerty", "admin", "administrateur", "administrator", "utilisateur", "user", "test",
    "essai", "demo", "invite", "ronde", "police", "municipale", "nationale", "mairie", "commune", "ville",
    "vigilant", "vigilants", "citoyen", "citoyens", "referent", "equipage", "tournee", "securite", "janvier",
    "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
    "decembre", "printemps", "ete", "automne", "hiver", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
    "samedi", "dimanche",
))
# fmt: on
# So many words without a link are a password even when each is common.
MOST_COMMON_WORDS = 3


class LongestPassword:
    """No longer than what is hashed with good sense."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Refuse a password that is too long."""
        if len(password) > LONGEST:
            raise ValidationError(
                _("Ce mot de passe est trop long : il compte %(given)s signes, %(longest)s au plus.")
                % {"given": len(password), "longest": LONGEST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("Votre mot de passe compte %(longest)s signes au plus.") % {"longest": LONGEST}


class UncommonFrenchPassword:
    """Not a word that everybody tries first, with digits before, between or behind."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Refuse a password made of common words and digits."""
        if is_common(password):
            raise ValidationError(
                _(
                    "Ce mot de passe est fait de mots trop courants : il serait essayé parmi les premiers. "
                    "Prenez trois ou quatre mots sans lien."
                ),
                code="password_too_common_in_french",
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("Votre mot de passe n'est pas fait d'un mot courant et de chiffres.")


class VariedPassword:
    """Neither one sign over and over, nor a piece over and over, nor a row of the keyboard."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Refuse repeats and rows."""
        if is_monotonous(password):
            raise ValidationError(
                _(
                    "Ce mot de passe répète les mêmes signes, ou suit le clavier ou l'alphabet. "
                    "Prenez trois ou quatre mots sans lien."
                ),
                code="password_monotonous",
            )

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("Votre mot de passe ne répète pas les mêmes signes et ne suit pas le clavier.")


def is_common(password: str) -> bool:
    """Whether a password is one to three common words and what is not a letter, look-alike digits included."""
    bare = _without_accents(password)
    return any(map(_is_made_of_common_words, (bare, NOT_LETTERS_AROUND.sub("", bare).translate(LOOK_ALIKE))))


def is_monotonous(password: str) -> bool:
    """Whether few signs make a password, or a short piece repeated does, or rows of the keyboard do."""
    bare = _without_accents(password[: LONGEST + 1])
    if len(set(bare)) < FEWEST_SIGNS:
        return True
    if re.fullmatch(r"(.{1,8}?)\1+.{0,3}", bare, re.DOTALL):
        return True
    return len(_without_rows(bare)) < FEWEST_SIGNS


def _is_made_of_common_words(text: str) -> bool:
    letters = "".join(re.findall(r"[a-z]+", text))
    return bool(letters) and 0 < _fewest_words(letters) <= MOST_COMMON_WORDS


def _fewest_words(letters: str) -> int:
    """Return how few common words make up the letters, 0 when they do not."""
    if len(letters) > LONGEST:
        return 0
    fewest: list[int | None] = [0, *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        found = [
            before + 1
            for start in range(end)
            if (before := fewest[start]) is not None and letters[start:end] in COMMON_WORDS
        ]
        fewest[end] = min(found, default=None)
    return fewest[-1] or 0


def _without_rows(text: str) -> str:
    """Take out each stretch that follows a row of signs, forwards or backwards."""
    rows = [row for line in RUNS for row in (line, line[::-1])]
    left, at = [], 0
    while at < len(text):
        run = max((_run_along(text, at, row) for row in rows), default=0)
        if run >= LONGEST_RUN:
            at += run
        else:
            left.append(text[at])
            at += 1
    return "".join(left)


def _run_along(text: str, at: int, row: str) -> int:
    start, length = row.find(text[at]), 0
    while start >= 0 and start + length < len(row) and text[at + length : at + length + 1] == row[start + length]:
        length += 1
    return length


def _without_accents(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in spread if not unicodedata.combining(sign))
