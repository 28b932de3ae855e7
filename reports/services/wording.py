"""What a text must be before it is kept, how two are compared, and how one is opened."""

import unicodedata

from django.utils.translation import gettext as _

from accounts import audit
from accounts.unsealing import unseal_all
from reports.errors import TextRefused
from reports.guard import MAX_CHARACTERS, check
from reports.models import Relay, Report, Telling

NEW_LINE = "\n"
# Control and format signs, private and unassigned ones: a right-to-left mark shows a text in another order than it
# is read. The joiners of emoji are format signs that show nothing else.
HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs"}
JOINERS = {"\u200d", "\ufe0f"}


def open_text(model: type[Telling] | type[Relay], report: Report, reason: audit.Reason) -> str:
    """Open the text of a report that whoever asks may read, on the record; empty where there is none."""
    return "".join(
        each["text"] for each in unseal_all(list(model.objects.filter(report=report)), "text", reason=reason)
    )


def is_same(text: str, other: str) -> bool:
    """Say whether two texts have the same letters and figures, but for case, accents, spaces and punctuation."""
    return _letters(text) == _letters(other)


def _letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if sign.isalnum())


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
