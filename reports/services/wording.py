"""What a text must be before it is kept: read by the guard, without signs that show themselves as others."""

import unicodedata

from django.utils.translation import gettext as _

from reports.errors import TextRefused
from reports.guard import MAX_CHARACTERS, check

NEW_LINE = "\n"
# Control and format signs, private and unassigned ones: a right-to-left mark shows a text in another order than it
# is read. The joiners of emoji are format signs that show nothing else.
HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs"}
JOINERS = {"\u200d", "\ufe0f"}


def admit(text: str) -> str:
    """Return a text as it may be kept; what is refused is kept nowhere and told in no message.

    Raises
    ------
    TextRefused
        When it is empty or too long, holds signs that do not show, or what a report may not carry.
    """
    if len(text) > 2 * MAX_CHARACTERS:
        raise TextRefused(_("Le texte dépasse %(most)s signes.") % {"most": MAX_CHARACTERS})
    kept = unicodedata.normalize("NFC", NEW_LINE.join(text.splitlines())).strip()
    if not kept:
        raise TextRefused(_("Décrivez le fait en quelques mots."))
    if any(unicodedata.category(sign) in HIDDEN for sign in kept if sign != NEW_LINE and sign not in JOINERS):
        raise TextRefused(_("Le texte contient des signes qui ne se voient pas : retapez-le."))
    if findings := check(kept):
        raise TextRefused(" ".join(dict.fromkeys(f"{each.why} {each.instead}" for each in findings)))
    return kept
